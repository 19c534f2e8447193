import type { LoopKind } from "./loop-rules.js";

/** A loop as far as it is known. */
export interface Loop {
  readonly kind: LoopKind;
  /** Length of the cycle: 1 for one call, 2 for a file that is changed back and forth. */
  readonly period: number;
  /** What repeats: the same for the same loop, also when it begins again. */
  readonly signature: string;
  /** Tools of one round. */
  readonly tools: readonly string[];
  /** Every call of it failed. */
  readonly failed: boolean;
  /** Id of the call that it began with. */
  readonly firstId: string;
  readonly lastId: string;
  /** Ids of calls that show it: those that it began with, and the last. */
  readonly evidence: readonly string[];
  readonly calls: number;
  /** Tokens of the model's turns since it began, as far as they are recorded. */
  readonly tokens: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly lastAt: number;
  readonly isGoing: boolean;
}

/** Ids of a loop's beginning that are kept as evidence. */
export const MAX_EVIDENCE = 12;

/** A loop that is or was open, while it is being counted. */
export interface OpenLoop extends Omit<Loop, "isGoing" | "evidence"> {
  begin: readonly string[];
  /** Tokens of the sequence before it. */
  tokensBefore: number;
  firstId: string;
  startedAt: number;
  calls: number;
  tokens: number;
  lastId: string;
  lastAt: number;
}

/** A loop as it was last known, from where it is counted on when its beginning lies too far back to be read again. */
export interface KnownLoop {
  readonly kind: string;
  readonly firstId: string;
  readonly evidence: readonly string[];
  readonly startedAt: number;
  readonly lastAt: number;
  readonly calls: number;
  readonly tokens: number;
  /** Whether a signature is that of this loop. */
  readonly has: (signature: string) => boolean;
}

/** Whether what was found is the rest of a loop that is known. */
export const isRestOf = (loop: OpenLoop, known: KnownLoop): boolean =>
  loop.kind === known.kind && known.startedAt < loop.startedAt && known.has(loop.signature);

/** A copy that does not change. */
export function loopOf({ begin, tokensBefore: _, ...loop }: OpenLoop, isGoing: boolean): Loop {
  const evidence = begin.includes(loop.lastId) ? begin : [...begin, loop.lastId];
  return { ...loop, evidence, isGoing };
}
