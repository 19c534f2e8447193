import type { ActionEvent } from "../event/index.js";
import { errorGroup } from "../event/index.js";
import { isPlainObject } from "../event/json.js";
import { callKey, canonicalText, digest, resultKey } from "./call-keys.js";
import type { Deed } from "./loop-tracker.js";
import { type FileWrite, isSpecific, isWait, mayChange, saysError, saysNothingNew } from "./step.js";

/** Of arguments and results no more is compared: an agent waits for this. */
const MAX_TEXT = 16_384;

/** Tools that write files, by the beginning of a word in their names: Write, edit_file, create_file. */
const WRITES = /(?:^|[^a-z])(?:write|edit|create|str_replace)/i;

/** What an event says that its agent did, and whether it has ended; `undefined` for what no rule looks at. */
export function deedOf(event: ActionEvent): Deed | undefined {
  const { action_type: type, action_name: tool, status, action_details: details = {} } = event;
  const id = String(event.id ?? "");
  const startedAt = millis(event.started_at) ?? millis(event.timestamp);
  if (startedAt === undefined || status === "running" || status === "superseded" || status === "abandoned")
    return undefined;
  const doneAt = millis(event.ended_at) ?? startedAt + (event.duration_ms ?? 0);
  if (type === "decision") {
    const tokens = count(details.input_tokens) + count(details.output_tokens);
    return tokens === 0 ? undefined : { type: "turn", turn: { id, startedAt, doneAt, tokens } };
  }
  if (type !== "tool_call") return undefined;
  const { tool_parameters: given, tool_result: result } = details;
  const parameters = given === undefined ? undefined : canonicalText(given).slice(0, MAX_TEXT);
  if (isWait(tool, parameters)) return { type: "wait", id, doneAt };
  const text = result === undefined || result === null ? undefined : canonicalText(result).slice(0, MAX_TEXT);
  const key = text === undefined ? undefined : resultKey(text);
  const failed = status === "error" || (status === undefined && details.success === false);
  return {
    type: "call",
    step: {
      id,
      tool,
      startedAt,
      doneAt,
      call: parameters === undefined ? undefined : callKey(tool, parameters),
      isBare: parameters === "{}" || parameters === "null",
      result: key,
      isTelling: text !== undefined && saysNothingNew(tool, text),
      isSpecific: text !== undefined && isSpecific(tool, text),
      mayChange: mayChange(tool),
      failed,
      saysError: text !== undefined && saysError(text),
      error: failed ? (errorGroup(event.error_message) ?? event.error_type ?? key ?? "failed") : undefined,
      write: writeOf(tool, given, result),
    },
  };
}

function writeOf(tool: string, parameters: unknown, result: unknown): FileWrite | undefined {
  if (!WRITES.test(tool) || !isPlainObject(parameters)) return undefined;
  const { file_path: path, path: other, content, new_string: put } = parameters;
  const file = path ?? other;
  const said = isPlainObject(result) ? result : {};
  const after = said.content_hash_after ?? put ?? content;
  if (typeof file !== "string" || typeof after !== "string") return undefined;
  const { content_hash_before: before, content_hash_after: hash } = said;
  const changed = typeof before === "string" && typeof hash === "string" ? before !== hash : undefined;
  return { file: digest("file", file), content: digest("content", after), changed };
}

const count = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

function millis(time: string | number | undefined): number | undefined {
  if (typeof time === "number") return time;
  const parsed = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(parsed) ? undefined : parsed;
}
