/**
 * The kinds of loop, and how much evidence each needs. A loop is a stretch of calls of one agent in one run in which every call equals, by
 * some key, the call a period before it. What breaks the stretch is progress (another key) or a wait.
 *
 * The figures are the smallest that raised no false alarm on the recorded runs and null streams of bench/detection; docs/detection.md has the
 * table. For comparison: gemini-cli needs a cycle of length 1 to 5 five times and looks at arguments only, OpenHands 4 equal pairs or 3 equal
 * failures, crush 5 equal pairs among 10 steps.
 */
export const LOOP_KINDS = [
  "same_call",
  "same_call_varying",
  "same_result",
  "same_error",
  "cycle",
  "file_ping_pong",
  "no_progress",
] as const;
export type LoopKind = (typeof LOOP_KINDS)[number];

export const LOOP_TEXT: Readonly<Record<LoopKind, string>> = {
  same_call: "the same call with the same result",
  same_call_varying: "the same call with other results",
  same_result: "other calls with the same result",
  same_error: "the same error",
  cycle: "a cycle of calls",
  file_ping_pong: "a file changed back and forth",
  no_progress: "calls of which nothing new comes",
};

/** Longest cycle. */
export const MAX_PERIOD = 8;

/** How many calls make a loop. */
export const LOOP_CALLS = {
  same_call: 5,
  /** Fewer, because nothing is gained by a call that fails the same way. */
  same_call_failed: 4,
  same_call_varying: 12,
  /** A call without arguments may be one that goes on to the next item. */
  same_call_varying_bare: 30,
  same_result: 12,
  /** Fewer, where the result is about what was asked for. */
  same_result_specific: 6,
  same_error: 6,
  /** Writes of one file: A, B, A, B, A. */
  file_ping_pong: 5,
} as const;

/**
 * What speaks for calls of which nothing new comes, in points: a round of two three times is enough, of which one fails; so are seven errors of one
 * kind with something between, or one call with its result six times in ten. Ten files that are read again, as they are after a conversation was
 * shortened, are not.
 */
export const NO_PROGRESS = {
  /** From so many on, it is a loop. */
  points: 35,
  maxPoints: 48,
  /** With so many calls before it a call is compared. */
  lookBack: 10,
  repeats: {
    /** A call and its result, for the second time among them. */
    again: 3,
    /** A call and its error, for the second time. */
    failsAgain: 8,
    /** A call and what came of it, for the third time and more. */
    oftenAgain: 12,
    /** Another call with the same error. */
    sameError: 6,
  },
  /** A call that brings something new takes so many away. */
  newOutcome: 16,
  /** So does one with the result of another, which says at least that it is no other. */
  knownResult: 6,
} as const;

/** How often a cycle of a length has to be gone through. */
export const cycleRounds = (period: number): number => (period <= 3 ? 4 : 3);

/**
 * From so long without a call, or a turn of the model that is recorded, the agent has waited: polling is no loop. Models that think for
 * longer record their turns; where none is recorded, a pause of the second length counts.
 */
export const WAIT_MILLIS = { besideTurns: 3_000, unknownTurns: 20_000 } as const;

/** A pause that is so much longer than the one before it: a retry that backs off. */
export const BACKOFF_FACTOR = 1.4;
export const BACKOFF_MIN_MILLIS = 400;

/** A loop that begins again within so many calls is the same one. */
export const RESUME_CALLS = 20;
