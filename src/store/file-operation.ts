import type { ActionEvent, EventIdentity } from "../event/index.js";
import { isPlainObject } from "../event/json.js";
import { FILE_OPERATION_TYPES, type FileOperationType, type FileTools } from "./file-tools.js";

/** What a tool call did to a file: a row of `agent_file_operations`, under its column names. */
export interface FileOperation {
  readonly action_id: string;
  readonly correlation_id: string;
  readonly agent_name: string;
  readonly operation_type: FileOperationType;
  readonly file_path: string | undefined;
  readonly file_name: string | undefined;
  readonly file_extension: string | undefined;
  readonly content_hash_before: string | undefined;
  readonly content_hash_after: string | undefined;
  readonly content_changed: boolean | undefined;
  readonly tool_name: string;
  readonly line_range: object | undefined;
  readonly operation_params: object | undefined;
  readonly success: boolean | undefined;
  readonly error_message: string | undefined;
  readonly bytes_read: number | undefined;
  readonly bytes_written: number | undefined;
  readonly duration_ms: number | undefined;
  readonly created_at: string;
}

type Members = Readonly<Record<string, unknown>>;

/**
 * Reads the file operation out of a tool call; `undefined` when the action is none. Everything comes from the event:
 * nothing is read from disk, which may have changed since, or be another machine's.
 */
export function fileOperationOf(
  event: ActionEvent & EventIdentity,
  tools: FileTools,
): FileOperation | undefined {
  if (event.action_type !== "tool_call") return undefined;
  const details: Members = event.action_details ?? {};
  const type = tools.get(event.action_name.trim().toLowerCase()) ?? saidOperation(details);
  if (type === undefined) return undefined;
  const parameters = membersOf(details.tool_parameters);
  const result = membersOf(details.tool_result);
  // Older producers put everything at the top.
  const places = [parameters, result, details];
  const path =
    firstText(PATH_KEYS, [parameters, details, result]) ?? firstText(["pattern"], [parameters, details]);
  const name = path === undefined ? undefined : lastPart(path);
  const before = firstText(["content_hash_before", "hash_before"], places);
  const after = firstText(["content_hash_after", "hash_after"], places);
  return {
    action_id: event.id,
    correlation_id: event.correlation_id,
    agent_name: event.agent_name,
    operation_type: type === "write" && saysCreated([result, details]) ? "create" : type,
    file_path: path,
    file_name: name,
    file_extension: name === undefined ? undefined : extensionOf(name),
    content_hash_before: before,
    content_hash_after: after,
    content_changed:
      firstOf(isBoolean, ["content_changed"], places) ??
      (before === undefined || after === undefined ? undefined : before !== after),
    tool_name: event.action_name,
    line_range: lineRange(places, parameters),
    operation_params: smallParameters(parameters),
    success: succeeded(event, details, result),
    error_message: firstText(["error_message"], [details, result]) ?? event.error_message,
    bytes_read: firstOf(isCount, ["bytes_read"], [result, details]),
    bytes_written:
      firstOf(isCount, ["bytes_written"], [result, details]) ??
      (type === "write" ? textBytes(parameters.content ?? details.content) : undefined),
    duration_ms: event.duration_ms,
    created_at: event.created_at,
  };
}

// Of a tool that is not called after what it does, whoever read the call may know it.
const saidOperation = ({ file_operation: said }: Members): FileOperationType | undefined =>
  FILE_OPERATION_TYPES.find((type) => type === said);

const PATH_KEYS = ["file_path", "filePath", "path", "notebook_path", "notebookPath", "filename", "file"];

// What stands behind the last separator that something stands behind.
function lastPart(path: string): string | undefined {
  let end = path.length;
  while (end > 0 && isSeparator(path.charCodeAt(end - 1))) end--;
  let start = end;
  while (start > 0 && !isSeparator(path.charCodeAt(start - 1))) start--;
  return start === end ? undefined : path.slice(start, end);
}

const isSeparator = (code: number): boolean => code === 0x2f || code === 0x5c;

// A leading dot is no extension: `.gitignore`.
const extensionOf = (name: string): string | undefined => /[^.]\.([^.\s*?]+)$/.exec(name)?.[1]?.toLowerCase();

/** A Write says whether the file is new by the type or a flag of its result. */
const saysCreated = (places: readonly Members[]): boolean =>
  places.some(({ type, operation_type: operation, created }) =>
    [type, operation, created].some((said) => said === true || said === "create" || said === "created"),
  );

// As it was given; else the lines that a Read asked for.
function lineRange(places: readonly Members[], { offset, limit }: Members): object | undefined {
  const given = places
    .map(({ line_range: range }) => range)
    .find((range) => range !== undefined && range !== null);
  if (Array.isArray(given) && given.length === 2) return { start: given[0], end: given[1] };
  if (isPlainObject(given)) return given;
  const text = /^(\d+)\s*-\s*(\d+)$/.exec(typeof given === "string" ? given.trim() : "");
  if (text !== null) return { start: Number(text[1]), end: Number(text[2]) };
  if (!isCount(limit) || limit === 0) return isCount(offset) ? { start: Math.max(offset, 1) } : undefined;
  const start = isCount(offset) ? Math.max(offset, 1) : 1;
  return { start, end: start + limit - 1 };
}

/** Contents are in the action already; twice would double the table. */
const MAX_PARAMETER_CHARS = 256;

function smallParameters(parameters: Members): object | undefined {
  const small: [string, unknown][] = [];
  for (const key of Object.keys(parameters)) {
    const value = parameters[key];
    if (!PATH_KEYS.includes(key) && isSmall(value)) small.push([key, value]);
  }
  return small.length === 0 ? undefined : Object.fromEntries(small);
}

const isSmall = (value: unknown): boolean =>
  typeof value === "string"
    ? value.length <= MAX_PARAMETER_CHARS
    : typeof value === "number" || isBoolean(value);

function succeeded({ status }: ActionEvent, details: Members, result: Members): boolean | undefined {
  const said = firstOf(isBoolean, ["success"], [details, result]);
  if (said !== undefined) return said;
  if (status === "error") return false;
  return status === "ok" ? true : undefined;
}

// A text that was cut says at its end how many bytes it had (see trimMarker in src/event/limits.ts).
function textBytes(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  const trimmed = /…\[trimmed: (\d{1,15}) bytes, sha256 [0-9a-f]{64}\]$/.exec(text);
  return trimmed === null ? Buffer.byteLength(text, "utf8") : Number(trimmed[1]);
}

const membersOf = (value: unknown): Members => (isPlainObject(value) ? value : {});
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

const firstText = (keys: readonly string[], places: readonly Members[]): string | undefined =>
  firstOf(isText, keys, places);

function firstOf<Wanted>(
  fits: (value: unknown) => value is Wanted,
  keys: readonly string[],
  places: readonly Members[],
): Wanted | undefined {
  for (const place of places)
    for (const key of keys) {
      const value = place[key];
      if (fits(value)) return value;
    }
  return undefined;
}
