/** A call as it is remembered, and when two of them are the same. */
import type { LoopKind } from "./loop-rules.js";
import type { Key } from "./step.js";

export interface Kept {
  readonly id: string;
  readonly tool: string;
  readonly startedAt: number;
  readonly doneAt: number;
  readonly call: Key | undefined;
  /** Of the result, or of the error. */
  readonly outcome: Key | undefined;
  /** Of what it wrote, where that changed the file. */
  readonly content: Key | undefined;
  readonly failed: boolean;
  /** It failed, or says so. */
  readonly isError: boolean;
  readonly isTelling: boolean;
  readonly isSpecific: boolean;
  readonly isBare: boolean;
  /** By its tool's name. */
  readonly mayChange: boolean;
  readonly isWrite: boolean;
  /** Tokens of the sequence before this call. */
  readonly tokens: number;
}

/** By what calls are compared. */
export type Counter = "pair" | "call" | "result" | "error";

/** Whether two calls are the same by a counter. What is not known equals nothing. */
export function hasSame(counter: Counter, one: Kept | undefined, other: Kept): boolean {
  if (one === undefined) return false;
  if (counter === "call")
    return other.call !== undefined && one.call === other.call && one.content === other.content;
  const sameOutcome =
    other.outcome !== undefined && one.outcome === other.outcome && one.failed === other.failed;
  if (!sameOutcome) return false;
  if (counter === "pair")
    return other.call !== undefined && one.call === other.call && one.content === other.content;
  return one.tool === other.tool && (counter === "error" ? other.isError : other.isTelling && !other.failed);
}

/** What repeats, in words of keys. */
function wordOf({ tool, call, outcome, content }: Kept, counter: Counter): string {
  if (counter === "call") return `${call} ${content}`;
  return counter === "pair" ? `${call} ${outcome} ${content}` : `${tool} ${outcome}`;
}

/** A cycle is the same from wherever it is looked at; calls of which nothing new comes, whatever they are. */
export const signatureOf = (kind: LoopKind, round: readonly Kept[], counter: Counter | "none"): string =>
  `${kind} ${(counter === "none" ? toolsOf(round, counter) : round.map((kept) => wordOf(kept, counter)).sort()).join(" ")}`;

/** Tools of a round in its order; of calls in no order, each once. */
export function toolsOf(round: readonly Kept[], counter: Counter | "none"): readonly string[] {
  const tools = round.map(({ tool }) => tool);
  return counter === "none" ? [...new Set(tools)].sort() : tools;
}
