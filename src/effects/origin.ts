import type { JsonValue } from "../event/json.js";
import { inputOf, outcomeOf, type RecordedAction } from "../recorded/recorded-action.js";
import { commandJudgement } from "./command-effect.js";
import { commandIn } from "./run-effects.js";

/** What a run may have brought about. */
export type Target =
  | { readonly kind: "commit"; readonly commit: string }
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "path"; readonly path: string };

/** How an action shows that its run had the effect: the surest first. */
export const EVIDENCE = ["wrote", "made", "printed", "named"] as const;

export interface Evidence {
  /**
   * - `wrote`: it wrote, created or deleted the file
   * - `made`: its result says that it made the commit, or shows an address that it was not given
   * - `printed`: its result shows the commit
   * - `named`: it was given it, and did not only read
   */
  readonly how: (typeof EVIDENCE)[number];
  /** The text around it. */
  readonly excerpt: string;
}

const COMMIT = /^[0-9a-f]{7,64}$/i;

/** Hex digits are a commit, an address has a scheme, and everything else is a path. */
export function targetOf(text: string): Target {
  if (COMMIT.test(text)) return { kind: "commit", commit: text.toLowerCase() };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { kind: "url", url: text.replace(/\/+$/, "") };
  return { kind: "path", path: text.replace(/^\.\//, "") };
}

/** A text that the details of every action with that target have in them, in any letter case. */
export function searchedText(target: Target): string {
  // Abbreviated as git does it by default: an action may have the short form only.
  if (target.kind === "commit") return target.commit.slice(0, SHORT_COMMIT);
  return target.kind === "url" ? target.url : target.path;
}

const SHORT_COMMIT = 7;

/** Whether one path is the other, or ends with it: tools are given whole paths, and people write short ones. */
export function isSamePath(one: string, other: string): boolean {
  const [short = [], long = []] = [one, other]
    .map((path) => path.split(/[\\/]+/).filter((part) => part !== "" && part !== "."))
    .sort((a, b) => a.length - b.length);
  return short.length > 0 && short.every((part, at) => part === long[long.length - short.length + at]);
}

/** `undefined`: the action does not show that its run had the effect. */
export function evidenceOf(target: Target, action: RecordedAction): Evidence | undefined {
  const input = inputOf(action);
  const given = excerptOf(target, input);
  const shown = excerptOf(target, outcomeOf(action));
  const command = commandIn(input);
  if (target.kind === "commit" && shown !== undefined) {
    const made = command !== undefined && MAKES_COMMIT.test(command) && given === undefined;
    return { how: made ? "made" : "printed", excerpt: shown };
  }
  if (target.kind === "url" && shown !== undefined && given === undefined)
    return { how: "made", excerpt: shown };
  if (given === undefined) return undefined;
  // Whoever only reads brings nothing about.
  if (command === undefined ? target.kind === "path" : commandJudgement(command).reversible === "reads")
    return undefined;
  return { how: "named", excerpt: given };
}

const MAKES_COMMIT = /\bgit\b[^;|&\n]*\s(commit|merge|cherry-pick|revert|rebase|am|pull)\b/;

/** Little before it, so that it is seen where tables are cut. */
const BEFORE = 10;
const BEHIND = 60;

/** The first text of the value that has the target, what stands around it included. */
function excerptOf(target: Target, value: JsonValue | undefined): string | undefined {
  for (const text of textsOf(value)) {
    const found = placeIn(target, text);
    if (found === undefined) continue;
    const [from, to] = [Math.max(found.at - BEFORE, 0), found.end + BEHIND];
    return `${from > 0 ? "…" : ""}${text.slice(from, to)}${to < text.length ? "…" : ""}`;
  }
  return undefined;
}

interface Place {
  readonly at: number;
  readonly end: number;
}

function placeIn(target: Target, text: string): Place | undefined {
  if (target.kind === "commit") {
    // Either may be the abbreviation of the other.
    for (const { 0: hex, index } of text.matchAll(/(?<![0-9a-z])[0-9a-f]{7,64}(?![0-9a-z])/gi)) {
      const [one, other] = [hex.toLowerCase(), target.commit];
      if (one.startsWith(other) || other.startsWith(one)) return { at: index, end: index + hex.length };
    }
    return undefined;
  }
  const wanted = target.kind === "url" ? target.url : target.path;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    const end = at + wanted.length;
    // Not in the middle of another name: /issues/12 is not /issues/123.
    if (!/[\w-]/.test(text[end] ?? "") && !/[\w.-]/.test(text[at - 1] ?? "")) return { at, end };
  }
  return undefined;
}

const MAX_DEPTH = 64;

function* textsOf(value: JsonValue | undefined, depth = 0): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null && depth < MAX_DEPTH)
    for (const item of Object.values(value)) yield* textsOf(item, depth + 1);
}
