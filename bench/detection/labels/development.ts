/**
 * What repeats, in the reader's words: one call; one error of other calls; a round of calls, or two in no order; one answer to other calls, that is about what
 * was asked for, or a short one ("[]", "0", nothing); several of these, or with something else between.
 */
export type LabelKind = "call" | "error" | "round" | "answer" | "short answer" | "mixed";

/** From so many calls of a loop on, by what repeats, the rules claim to find it. */
export const EVIDENCE: Readonly<Record<LabelKind, number>> = {
  call: 5,
  error: 6,
  round: 7,
  answer: 6,
  "short answer": 12,
  mixed: 8,
};

/**
 * What is in recorded runs, said by one reader before any rule was applied: 59 runs, drawn by chance of those with four calls and more
 * (2,941; 60 draws, one run twice). A loop is a stretch of at least five calls, or to the end of the run, by which the agent gains nothing, and repeats
 * what it did or what came of it. `from` is the call, from 0, with which it begins. Thresholds were chosen by these runs and by those of `seen.ts`.
 */
export interface Label {
  readonly from: number;
  /** The last call; `undefined`: of the run. */
  readonly to?: number;
  readonly kind: LabelKind;
  readonly why: string;
}

export const GPT_4 = "sql/gpt-4/ic_sql_multiturn_gpt-4_10_turns.json";
export const BISON = "sql/chat-bison-001/ic_sql_multiturn_chat-bison-001_10_turns.json";
export const REACT = "sql/gpt-3.5/ic_sql_react_10_turns.json";
export const BASH = "bash/gpt-3.5/ic_bash_multiturn_gpt-3.5_10_turns_fs_1.json";
export const BASH_REACT = "bash/gpt-3.5/ic_bash_react_10_turns_fs";

export const LOOPS: Readonly<Record<string, Label>> = {
  [`${BISON} 916`]: {
    from: 0,
    to: 4,
    kind: "mixed",
    why: "guesses names of tables until the end, and never asks which there are",
  },
  [`${GPT_4} 932`]: { from: 2, kind: "round", why: "a query, and its answer sent as a query, four times" },
  [`${BISON} 253`]: {
    from: 2,
    kind: "mixed",
    why: "two joins that fail by unknown columns, again and again",
  },
  [`${GPT_4} 743`]: { from: 0, kind: "call", why: "one query ten times" },
  "bash/vicuna/ic_bash_multiturn_vicuna_10_turns_fs_1.json 24": {
    from: 0,
    kind: "round",
    why: "two ways to hash the files in turn, then one of them",
  },
  [`${GPT_4} 331`]: { from: 5, kind: "call", why: "one query to the end" },
  [`${BISON} 673`]: { from: 0, kind: "error", why: "one unknown column, in ten forms of the query" },
  [`${BASH} 10`]: {
    from: 0,
    to: 6,
    kind: "error",
    why: "one syntax error seven times, then another command",
  },
  [`${GPT_4} 354`]: {
    from: 2,
    to: 7,
    kind: "round",
    why: "a query, and its answer sent as a query, three times; then it goes on",
  },
  [`${BISON} 175`]: { from: 1, kind: "round", why: "two joins that fail by unknown columns, in turn" },
  "ctf/ic_ctf_multiturn_gpt-4_10_turns.json 33": {
    from: 2,
    to: 7,
    kind: "short answer",
    why: "comments in the place of commands, with no output",
  },
  "python/gpt-3.5/ic_python_multiturn_gpt-4_7_turns.json 107": {
    from: 0,
    kind: "error",
    why: "one syntax error, whatever it changes",
  },
  [`${BISON} 575`]: { from: 0, to: 7, kind: "error", why: "a table that does not exist, again and again" },
  [`${BISON} 797`]: { from: 0, kind: "error", why: "a table that does not exist, in other queries" },
  [`${BISON} 272`]: { from: 1, kind: "error", why: "one unknown column to the end" },
  [`${BASH} 50`]: { from: 2, kind: "call", why: "one command to the end" },
  [`${BISON} 23`]: { from: 0, kind: "error", why: "a table that does not exist, in other queries" },
  [`${BISON} 91`]: { from: 1, kind: "round", why: "two unknown columns, in turn" },
  "bash/gpt-3.5/ic_bash_multiturn_gpt-3.5_10_turns_fs_3.json 9": {
    from: 2,
    kind: "round",
    why: "two ways to list the files in turn, each with what it had before",
  },
};

export const numbered = (file: string, numbers: readonly number[]): readonly string[] =>
  numbers.map((number) => `${file} ${number}`);

/** Work that gets on, or fails a few times and finds out why. `GPT_4 664` asks one query four times and goes on by itself; `GPT_4 545` another one each time. */
export const NO_LOOPS: readonly string[] = [
  ...numbered(
    REACT,
    [
      381, 403, 832, 92, 289, 898, 773, 683, 557, 791, 707, 174, 332, 629, 783, 78, 215, 562, 319, 965, 790,
      539, 837, 430,
    ],
  ),
  ...numbered(GPT_4, [671, 98, 547, 432, 286, 893, 878, 909, 545, 452, 775, 664]),
  ...[
    `${BASH_REACT}_1.json 4`,
    `${BASH_REACT}_1.json 18`,
    `${BASH_REACT}_4.json 0`,
    `${BASH_REACT}_3.json 35`,
  ],
];
