import { isPlainObject } from "../event/json.js";
import { missingParts, type RecordedAction } from "../recorded/recorded-action.js";
import type { Judgement } from "./reversibility.js";

/** What a call did to a file: a row of `agent_file_operations`, by the members of the API. */
export interface FileOperationRow {
  readonly action_id: string;
  /** read, write, edit, glob, grep, delete or create. */
  readonly operation_type: string;
  readonly file_path: string | null;
  readonly success: boolean | null;
  readonly content_hash_before: string | null;
  readonly content_hash_after: string | null;
  /** ISO 8601. */
  readonly started_at: string;
}

export type FileChange = "created" | "changed" | "deleted" | "unchanged" | "written";

/** What a run did to one file, all of its calls together. */
export interface FileEffect extends Judgement {
  readonly path: string;
  readonly change: FileChange;
  readonly calls: number;
  /** SHA-256 before the first call, and after the last one; null where that is not recorded. */
  readonly before: string | null;
  readonly after: string | null;
  /** Id of the last action. */
  readonly action_id: string;
}

const CHANGING = new Set(["write", "edit", "delete", "create"]);

export const isChange = ({ operation_type: type, file_path: path }: FileOperationRow): boolean =>
  CHANGING.has(type) && path !== null;

/**
 * The files that a run changed, in the order in which they were changed first. Calls that failed are left out.
 *
 * @param operations in any order
 * @param actions the run's, for what edits say of the text before
 */
export function fileEffects(
  operations: readonly FileOperationRow[],
  actions: ReadonlyMap<string, RecordedAction>,
): FileEffect[] {
  const byPath = new Map<string, FileOperationRow[]>();
  const changes = operations.filter((operation) => isChange(operation) && operation.success !== false);
  for (const operation of changes.sort((one, other) => (one.started_at < other.started_at ? -1 : 1))) {
    const path = operation.file_path ?? "";
    const others = byPath.get(path);
    if (others === undefined) byPath.set(path, [operation]);
    else others.push(operation);
  }
  return [...byPath].flatMap(([path, ofPath]) => {
    const [first, last] = [ofPath[0], ofPath.at(-1)];
    if (first === undefined || last === undefined) return [];
    const before = first.content_hash_before;
    const after = last.operation_type === "delete" ? null : last.content_hash_after;
    const change = changeOf(first, last, before, after);
    return [
      {
        path,
        change,
        calls: ofPath.length,
        before,
        after,
        action_id: last.action_id,
        ...judgementOf(change, ofPath, actions),
      },
    ];
  });
}

function changeOf(
  first: FileOperationRow,
  last: FileOperationRow,
  before: string | null,
  after: string | null,
): FileChange {
  if (last.operation_type === "delete") return first.operation_type === "create" ? "unchanged" : "deleted";
  if (first.operation_type === "create") return "created";
  if (before !== null && before === after) return "unchanged";
  return before !== null || first.operation_type === "edit" ? "changed" : "written";
}

function judgementOf(
  change: FileChange,
  operations: readonly FileOperationRow[],
  actions: ReadonlyMap<string, RecordedAction>,
): Judgement {
  switch (change) {
    case "unchanged":
      return { reversible: "yes", why: "it is as it was before the run" };
    case "created":
      return { reversible: "yes", why: "it was not there before: remove it" };
    case "deleted":
      return { reversible: "no", why: "its content is not recorded" };
    case "changed":
    case "written":
      if (operations.every(({ action_id: id }) => saysTextBefore(actions.get(id))))
        return { reversible: "yes", why: "each edit says what stood there before" };
      return change === "changed"
        ? { reversible: "no", why: "of the content before, at most the SHA-256 is recorded" }
        : { reversible: "not_said", why: "whether it was there before is not recorded" };
  }
}

/** An edit has the text that it replaced, whole. */
function saysTextBefore(action: RecordedAction | undefined): boolean {
  if (action === undefined || missingParts(action).includes("input")) return false;
  const { tool_parameters: parameters } = action.details;
  if (!isPlainObject(parameters)) return false;
  return REPLACED.map((names) => names.map((name) => parameters[name])).some((texts) =>
    texts.every((text) => typeof text === "string" && !CUT.test(text)),
  );
}

/** By which names edits say what they replace, and by what. */
const REPLACED = [
  ["old_string", "new_string"],
  ["oldString", "newString"],
  ["old_str", "new_str"],
  ["oldText", "newText"],
] as const;

/** What redaction and trimming leave; see src/event/limits.ts. */
const CUT = /\[redacted\]|…\[trimmed: \d+ bytes/;
