import { hash } from "node:crypto";
import type { FileOperation } from "../file-operation.js";
import { type Column, counted, type Insert, insertInto, statement } from "./table.js";

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

const COLUMNS: readonly Column<FileOperation>[] = [
  column("uuid", "action_id"),
  column("uuid", "correlation_id"),
  column("text", "agent_name"),
  column("text", "operation_type"),
  column("text", "file_path"),
  {
    name: "file_path_hash",
    type: "text",
    read: ({ file_path: path }) => (path === undefined ? undefined : hash("sha256", path, "hex")),
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
];

/** What one event does not know of the operation, another one about the same action may. */
const FILLED_IN = [
  "file_path",
  "file_path_hash",
  "file_name",
  "file_extension",
  "content_hash_before",
  "content_hash_after",
  "content_changed",
  "line_range",
  "operation_params",
  "success",
  "error_message",
  "bytes_read",
  "bytes_written",
  "duration_ms",
];

const UPSERT = `
  ${insertInto("agent_file_operations", COLUMNS).replace("into agent_file_operations", "into agent_file_operations as file")}
  on conflict (action_id, created_at) do update set merged_at = now(), ${FILLED_IN.map((name) => `${name} = coalesce(file.${name}, excluded.${name})`).join(", ")}
  where ${FILLED_IN.map((name) => `(file.${name} is null and excluded.${name} is not null)`).join(" or ")}
  returning merged_at is not null as merged`;

export const FILE_OPERATION_INSERT: Insert<FileOperation> = {
  table: "agent_file_operations",
  statement: statement("upsert_agent_file_operations", counted(UPSERT, undefined)),
  columns: COLUMNS,
  sortKey: ({ action_id: id }) => id,
  sameKey: "apart",
};
