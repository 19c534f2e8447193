import { createHash } from "node:crypto";
import type { FileOperation } from "../file-operation.js";
import { type Column, type Insert, insertOnce } from "./table.js";

type Type = Column<FileOperation>["type"];

const column = (type: Type, name: keyof FileOperation): Column<FileOperation> => ({
  name,
  type,
  read: ({ [name]: value }) => (value === undefined ? undefined : String(value)),
});

const json = (name: "line_range" | "operation_params"): Column<FileOperation> => ({
  name,
  type: "jsonb",
  read: ({ [name]: value }) => (value === undefined ? undefined : JSON.stringify(value)),
});

export const FILE_OPERATION_INSERT: Insert<FileOperation> = insertOnce(
  "agent_file_operations",
  undefined,
  [
    column("uuid", "action_id"),
    column("uuid", "correlation_id"),
    column("text", "agent_name"),
    column("text", "operation_type"),
    column("text", "file_path"),
    {
      name: "file_path_hash",
      type: "text",
      read: ({ file_path: path }) =>
        path === undefined ? undefined : createHash("sha256").update(path, "utf8").digest("hex"),
    },
    column("text", "file_name"),
    column("text", "file_extension"),
    column("text", "content_hash_before"),
    column("text", "content_hash_after"),
    column("boolean", "content_changed"),
    column("text", "tool_name"),
    json("line_range"),
    json("operation_params"),
    column("boolean", "success"),
    column("text", "error_message"),
    column("bigint", "bytes_read"),
    column("bigint", "bytes_written"),
    column("integer", "duration_ms"),
    column("timestamptz", "created_at"),
  ],
  ({ action_id: id }) => id,
);
