import { choice, flag, text } from "../../config/option.js";
import type { Collection } from "../collection.js";
import {
  booleanColumn,
  integerColumn,
  jsonColumn,
  textColumn,
  timeColumn,
  uuidColumn,
} from "../query/column.js";
import { oneOf } from "../query/filter.js";
import { pathHash, projectFilter, runFilter } from "./action-filters.js";

/** What tools did to files. */
export const FILES: Collection = {
  rows: (where) => `select * from agent_file_operations where ${where}`,
  columns: {
    action_id: uuidColumn("rows.action_id", "The action that did it."),
    correlation_id: uuidColumn("rows.correlation_id", "The run."),
    agent_name: textColumn("rows.agent_name", "Who did it."),
    operation_type: textColumn("rows.operation_type", "read, write, edit, glob, grep, delete or create."),
    file_path: textColumn("rows.file_path", "Path as it was given to the tool."),
    file_name: textColumn("rows.file_name", "Its last part."),
    tool_name: textColumn("rows.tool_name", "The tool."),
    success: booleanColumn("rows.success", "Whether it worked."),
    error_message: textColumn(
      "left(rows.error_message, 1000)",
      "What went wrong: the first 1,000 characters.",
    ),
    content_changed: booleanColumn("rows.content_changed", "Whether the content is another one afterwards."),
    content_hash_before: textColumn("rows.content_hash_before", "SHA-256 of the content before."),
    content_hash_after: textColumn("rows.content_hash_after", "SHA-256 of the content after."),
    line_range: jsonColumn("rows.line_range", "Lines that were read or written."),
    bytes_read: integerColumn("rows.bytes_read", "Bytes that were read."),
    bytes_written: integerColumn("rows.bytes_written", "Bytes that were written."),
    duration_ms: integerColumn("rows.duration_ms", "Milliseconds."),
    started_at: timeColumn("rows.created_at", "When it began."),
  },
  filters: {
    project: {
      ...projectFilter,
      condition: (place) => `exists (
        select from agent_actions where id = agent_file_operations.action_id
          and agent_actions.created_at = agent_file_operations.created_at and ${projectFilter.condition(place)})`,
    },
    path: {
      option: text({ description: "Path of a file, as it was given to the tool." }),
      many: true,
      toSql: (given) => given.map(pathHash),
      condition: (place) => `file_path_hash = any(${place}::text[])`,
    },
    name: oneOf("file_name", text({ description: "Last part of a path." })),
    agent: oneOf("agent_name", text({ description: "Name of an agent." })),
    tool: oneOf("tool_name", text({ description: "Name of a tool." })),
    run: runFilter,
    operation: oneOf(
      "operation_type",
      choice({
        of: ["read", "write", "edit", "glob", "grep", "delete", "create"],
        description: "What was done.",
      }),
    ),
    success: {
      option: flag({ description: "Only what worked; false for what did not." }),
      condition: (place) => `success = ${place}::boolean`,
    },
  },
  order: [
    { column: "created_at", type: "timestamptz", descending: true },
    { column: "action_id", type: "uuid", descending: true },
  ],
  boundedBy: ["run", "path"],
};
