import { useFileSource } from "../file-source.js";
import { formatTime } from "../format.js";
import { pathTo } from "../location.js";
import type { Column } from "../parts/data-table.js";
import { Status } from "../parts/states.js";

/** A row of `/files`: what one tool call did to one file. */
export interface FileRow {
  readonly action_id: string;
  readonly correlation_id: string;
  readonly agent_name: string;
  readonly operation_type: string;
  readonly file_path: string | null;
  readonly file_name: string | null;
  readonly success: boolean | null;
  readonly content_changed: boolean | null;
  readonly content_hash_before: string | null;
  readonly content_hash_after: string | null;
  readonly bytes_written: number | null;
  readonly started_at: string;
}

export const fileKey = ({ action_id, file_path, operation_type }: FileRow): string =>
  JSON.stringify([action_id, file_path, operation_type]);

/** A file, as a link to its history over all agents; this database has none of what was read from a file. */
export const FileLink = ({ of: { file_path, file_name } }: { readonly of: FileRow }) =>
  useFileSource() !== undefined || file_path === null ? (
    <bdi>{file_path ?? file_name ?? "not known"}</bdi>
  ) : (
    <a href={`/files?path=${encodeURIComponent(file_path)}&last=all`} data-row>
      <bdi>{file_path}</bdi>
    </a>
  );

export const FILE_COLUMNS: readonly Column<FileRow>[] = [
  {
    name: "path",
    title: "File",
    cell: (row) => <FileLink of={row} />,
  },
  {
    name: "operation",
    title: "Operation",
    cell: ({ operation_type, correlation_id, action_id }) => (
      <a href={`${pathTo("runs", correlation_id)}?action=${action_id}`}>{operation_type}</a>
    ),
  },
  { name: "agent", title: "Agent", cell: ({ agent_name }) => <bdi>{agent_name}</bdi> },
  {
    name: "outcome",
    title: "Outcome",
    cell: ({ success, content_changed }) => (
      <>
        {success !== null && <Status of={success ? "ok" : "error"} />}
        {content_changed === false && <span class="note"> unchanged</span>}
      </>
    ),
  },
  {
    name: "hashes",
    title: "Content before and after",
    isSecondary: true,
    cell: ({ content_hash_before: before, content_hash_after: after }) =>
      before === null && after === null ? (
        "–"
      ) : (
        <code title={`${before ?? "none"} → ${after ?? "none"}`}>
          {before?.slice(0, 8) ?? "none"} → {after?.slice(0, 8) ?? "none"}
        </code>
      ),
  },
  {
    name: "time",
    title: "Time",
    cell: ({ started_at }) => <time dateTime={started_at}>{formatTime(started_at)}</time>,
  },
];
