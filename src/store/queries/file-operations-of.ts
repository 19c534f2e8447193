import { createHash } from "node:crypto";
import type pg from "pg";
import { correlationId, type JsonObject } from "../../event/index.js";
import type { FileOperationType } from "../file-tools.js";
import { runQuery } from "./run-query.js";

/** A row of `agent_file_operations`, under its column names. */
export interface FileOperationRow {
  readonly action_id: string;
  readonly correlation_id: string;
  readonly agent_name: string;
  readonly operation_type: FileOperationType;
  readonly file_path: string | null;
  readonly file_path_hash: string | null;
  readonly file_name: string | null;
  readonly file_extension: string | null;
  readonly content_hash_before: string | null;
  readonly content_hash_after: string | null;
  readonly content_changed: boolean | null;
  readonly tool_name: string;
  readonly line_range: JsonObject | null;
  readonly operation_params: JsonObject | null;
  readonly success: boolean | null;
  readonly error_message: string | null;
  readonly bytes_read: number | null;
  readonly bytes_written: number | null;
  readonly duration_ms: number | null;
  readonly created_at: Date;
}

/** One run's file operations, or those on one file, as its path was given to the tools. */
export type FileOperationsOf = { readonly correlationId: string } | { readonly filePath: string };

/** File operations in the order in which they began. */
export function fileOperationsOf(pool: pg.Pool, of: FileOperationsOf): Promise<FileOperationRow[]> {
  const [condition, value] =
    "correlationId" in of
      ? ["correlation_id = $1", correlationId(of.correlationId).uuid]
      : ["file_path_hash = $1", createHash("sha256").update(of.filePath, "utf8").digest("hex")];
  return runQuery(
    pool,
    `select action_id, correlation_id, agent_name, operation_type, file_path, file_path_hash, file_name, file_extension,
       content_hash_before, content_hash_after, content_changed, tool_name, line_range, operation_params, success,
       error_message, bytes_read::float8 as bytes_read, bytes_written::float8 as bytes_written, duration_ms, created_at
     from agent_file_operations
     where ${condition}
     order by created_at, action_id`,
    [value],
  );
}
