import type { Message } from "kafkajs";

/** The range of dates: two weeks, so that the writes meet more than one partition of the table. */
const SPREAD_MILLIS = 14 * 24 * 3_600_000;

/** Whose calls give a row of `agent_file_operations`: of 100 calls {@link FILE_CALLS}. */
const FILE_TOOLS = ["Read", "Write", "Edit", "Glob", "Grep"] as const;
const FILE_CALLS = 53;

/** Whether the event of this number gives a row of `agent_file_operations`, where `files` are asked for. */
export const isFileCall = (index: number): boolean => (index * FILE_CALLS) % 100 < FILE_CALLS;

const LINE = "The quick brown fox jumps over the lazy dog. ";
const DEFAULT_TEXT = LINE.repeat(3);

/** Of so many bytes. */
export const textOf = (bytes: number): string => LINE.repeat(Math.ceil(bytes / LINE.length)).slice(0, bytes);

/**
 * An action of about 514 bytes, as a producer of the specification writes it.
 *
 * @param files some of the calls are of tools that work on files
 * @param text what the tool gave
 */
export function benchEvent(
  index: number,
  count: number,
  now: number,
  spreadMillis = SPREAD_MILLIS,
  files = false,
  text = DEFAULT_TEXT,
): Message {
  const isOfFile = files && isFileCall(index);
  const correlation = `bench-run-${Math.floor(index / 20)}`;
  return {
    key: correlation,
    value: JSON.stringify({
      correlation_id: correlation,
      agent_name: `agent-${index % 5}`,
      action_type: "tool_call",
      action_name: isOfFile ? FILE_TOOLS[index % FILE_TOOLS.length]! : `tool_${index % 40}`,
      action_details: {
        tool_parameters: { path: `/srv/project/src/file-${index}.ts`, limit: 200, index },
        tool_result: { text, matches: index % 17 },
        success: true,
      },
      duration_ms: index % 900,
      project_path: "/srv/project",
      project_name: "bench",
      working_directory: "/srv/project",
      timestamp: new Date(now - spreadMillis + (spreadMillis * index) / count).toISOString(),
    }),
  };
}
