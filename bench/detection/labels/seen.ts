/**
 * Runs that were held out once: 120, drawn by chance of those with four calls and more that `development.ts` does not have, and read by another reader before
 * any rule was applied to them. What was missed of them changed the rules since. What a loop is, `development.ts` says.
 */
import { BASH, BASH_REACT, BISON, GPT_4, type Label, numbered, REACT } from "./development.js";

export const CTF = "ctf/ic_ctf_multiturn_gpt-4_10_turns.json";
export const PYTHON = "python/gpt-3.5/ic_python_multiturn_gpt-4_7_turns.json";
export const BASH_3 = "bash/gpt-3.5/ic_bash_multiturn_gpt-3.5_10_turns_fs_3.json";
export const VICUNA = "bash/vicuna/ic_bash_multiturn_vicuna_10_turns_fs_1.json";
export const VICUNA_2 = "bash/vicuna/ic_bash_multiturn_vicuna_10_turns_fs_2.json";

export const SEEN_LOOPS: Readonly<Record<string, Label>> = {
  [`${REACT} 375`]: { from: 4, to: 9, kind: "error", why: "six queries that are refused for their form" },
  [`${GPT_4} 96`]: { from: 2, kind: "call", why: "one query to the end" },
  [`${BISON} 909`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${BISON} 256`]: { from: 0, kind: "mixed", why: "guesses names of tables, some of them again" },
  [`${VICUNA} 27`]: {
    from: 3,
    kind: "short answer",
    why: "one command in other words, of which nothing comes",
  },
  [`${GPT_4} 426`]: { from: 5, kind: "call", why: "five syntax errors to the end" },
  [`${GPT_4} 328`]: {
    from: 0,
    kind: "short answer",
    why: "one answer to other forms of a query, and again to the end",
  },
  [`${BISON} 671`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${BASH} 11`]: { from: 1, kind: "mixed", why: "a folder that does not exist, in other commands" },
  [`${GPT_4} 350`]: {
    from: 3,
    kind: "mixed",
    why: "a query without an answer, in other forms, and the list of tables again",
  },
  [`${BISON} 177`]: { from: 0, kind: "error", why: "two queries in turn, that fail by one column" },
  [`${REACT} 899`]: { from: 4, to: 9, kind: "call", why: "one column that does not exist" },
  [`${PYTHON} 108`]: { from: 0, kind: "call", why: "one answer to seven tries" },
  [`${BISON} 572`]: { from: 0, kind: "mixed", why: "guesses names of tables, in turn" },
  [`${REACT} 313`]: { from: 6, kind: "mixed", why: "what it asked before, once more" },
  [`${BISON} 274`]: { from: 1, kind: "error", why: "one query nine times" },
  [`${GPT_4} 542`]: { from: 1, kind: "error", why: "one syntax error" },
  [`${BASH} 52`]: { from: 0, kind: "answer", why: "ten commands with one answer" },
  [`${REACT} 839`]: { from: 4, to: 9, kind: "error", why: "six queries that are refused for their form" },
  [`${GPT_4} 776`]: { from: 5, kind: "mixed", why: "an answer that it has, and tables that do not exist" },
  [`${BISON} 25`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${BISON} 94`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${BASH_3} 15`]: { from: 0, kind: "error", why: "one error for commands in quotation marks" },
  [`${BISON} 737`]: { from: 0, kind: "error", why: "one column that does not exist" },
  [`${BISON} 271`]: { from: 1, kind: "error", why: "one column that does not exist" },
  [`${BISON} 278`]: { from: 0, kind: "round", why: "two guesses at columns, in turn" },
  [`${BISON} 911`]: { from: 4, kind: "error", why: "one column that does not exist" },
  [`${GPT_4} 500`]: { from: 3, to: 7, kind: "call", why: "one answer five times" },
  [`${BISON} 638`]: { from: 1, kind: "round", why: "two queries in turn" },
  [`${PYTHON} 15`]: { from: 0, kind: "error", why: "one answer to seven tries" },
  [`${VICUNA} 5`]: { from: 3, kind: "mixed", why: "ways to hash the files, some of them again" },
  [`${PYTHON} 59`]: { from: 0, kind: "error", why: "one answer to seven tries" },
  [`${BISON} 419`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${BISON} 481`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${BISON} 832`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${PYTHON} 111`]: { from: 0, kind: "error", why: "one answer to seven tries" },
  [`${BISON} 742`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${GPT_4} 151`]: { from: 5, kind: "short answer", why: "one answer to five forms of a query" },
  [`${BISON} 522`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${BISON} 929`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${BISON} 649`]: { from: 0, kind: "error", why: "one column that does not exist" },
  [`${GPT_4} 866`]: { from: 3, kind: "mixed", why: "a query again, and what there is again" },
  [`${BISON} 593`]: { from: 0, kind: "mixed", why: "guesses names of tables, in turn" },
  [`${BISON} 285`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${VICUNA_2} 4`]: { from: 0, kind: "error", why: "one syntax error" },
  [`${BISON} 565`]: { from: 1, kind: "call", why: "one query nine times" },
  [`${BISON} 543`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${VICUNA} 46`]: {
    from: 1,
    kind: "answer",
    why: "a list of files to leave out that grows, and one answer",
  },
};

/** Runs of which the reader could not say it. They count for nothing. */
export const SEEN_UNCLEAR: Readonly<Record<string, string>> = {
  [`${BASH_REACT}_1.json 25`]: "counts files that are not there in six ways, and then knows",
  [`${BISON} 791`]: "four guesses at tables, two of them one",
  [`${CTF} 71`]: "looks for a text in files in two ways, and then at the files again",
  [`${GPT_4} 329`]: "a query without an answer in five forms, with looks at tables between",
  [`${GPT_4} 673`]: "six forms of a query with two answers",
  [`${GPT_4} 779`]: "goes back to what it asked, in the last calls",
  "livemcpbench e023dd0e-1212-47e0-a73c-97739c78b849":
    "asks for a tool in other words, and finds it after six times",
};

export const SEEN_NO_LOOPS: readonly string[] = [
  ...numbered(
    GPT_4,
    [669, 546, 934, 739, 280, 894, 880, 911, 447, 662, 665, 610, 160, 784, 251, 142, 1007, 153, 679],
  ),
  ...numbered(
    REACT,
    [
      398, 831, 86, 283, 770, 679, 552, 789, 703, 168, 327, 625, 780, 71, 209, 559, 966, 788, 532, 426, 386,
      49, 558, 566, 892, 407, 692, 615, 387, 144, 298, 333, 220, 587, 522,
    ],
  ),
  ...numbered(`${BASH_REACT}_1.json`, [7, 34, 27]),
  ...numbered(CTF, [36]),
  ...numbered(`${BASH_REACT}_4.json`, [9]),
  ...numbered(`${BASH_REACT}_3.json`, [43, 19]),
  ...numbered(`${BASH_REACT}_2.json`, [5]),
  ...numbered(BISON, [964, 848, 250]),
];
