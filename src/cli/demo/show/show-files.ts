import { relative } from "node:path";
import type { FileOperationRow } from "../../../store/queries/file-operations-of.js";
import { shownMillis } from "../../actions/shown-duration.js";
import { formatBytes } from "../../format/bytes.js";
import { oneLine } from "../../format/one-line.js";
import { renderTable } from "../../format/table.js";
import type { DemoResult } from "../demo-result.js";
import type { Page } from "./page.js";

/** What was done to files, out of the same tool calls. */
export function showFiles(page: Page, { fileOperations }: DemoResult, folder: string): void {
  const { style } = page.out;
  page.heading("Tool calls on files are rows of agent_file_operations too");
  const rows = fileOperations.map((row) => [
    row.operation_type,
    shownTarget(row, folder),
    row.success === false ? style.bad("failed") : sizeOf(row),
    shownMillis(row.duration_ms),
  ]);
  const columns = [{}, { maxWidth: page.columns - 32 }, { align: "right" }, { align: "right" }] as const;
  for (const line of renderTable(rows, columns)) page.line(line);
}

/** Of a search what was looked for, of everything else the file. */
function shownTarget(row: FileOperationRow, folder: string): string {
  const { operation_params, file_path, file_name } = row;
  if (typeof operation_params?.pattern === "string") return oneLine(operation_params.pattern);
  if (file_path === null) return "";
  const inside = relative(folder, file_path);
  return oneLine(inside === "" ? "." : inside.startsWith("..") ? (file_name ?? file_path) : inside);
}

function sizeOf({ bytes_read, bytes_written }: FileOperationRow): string {
  const bytes = bytes_read ?? bytes_written;
  return bytes === null ? "" : formatBytes(bytes);
}
