/**
 * Runs by which nothing was chosen: 110 more, drawn by chance of those with four calls and more that the other files do not have, and read before any rule was
 * applied to them. What a loop is, `development.ts` says. A call that is repeated is counted from the first time, a repeated answer from the call that has it first.
 */
import { BASH, BASH_REACT, BISON, GPT_4, type Label, numbered, REACT } from "./development.js";
import { BASH_3, CTF, PYTHON, VICUNA, VICUNA_2 } from "./seen.js";

const BASH_GPT_4 = "bash/gpt-4/ic_bash_multiturn_gpt-4_10_turns_fs_3.json";

export const LATER_LOOPS: Readonly<Record<string, Label>> = {
  [`${GPT_4} 666`]: { from: 3, kind: "mixed", why: "an answer that it has, and the way to it again" },
  [`${BISON} 908`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${BISON} 246`]: { from: 0, kind: "error", why: "one column that does not exist" },
  [`${GPT_4} 744`]: { from: 1, kind: "error", why: "syntax errors to the end, in three forms of a query" },
  [`${VICUNA} 32`]: {
    from: 1,
    kind: "mixed",
    why: "counts the lines of no files, in other forms, with two answers",
  },
  [`${BISON} 672`]: { from: 0, kind: "error", why: "one column that does not exist" },
  [`${BASH} 12`]: { from: 0, to: 5, kind: "mixed", why: "a folder that does not exist, in other commands" },
  [`${BISON} 170`]: { from: 2, kind: "call", why: "one query to the end" },
  [`${BASH_GPT_4} 11`]: { from: 1, kind: "round", why: "two commands in turn that say nothing" },
  [`${BASH_REACT}_4.json 19`]: { from: 1, to: 9, kind: "error", why: "nine commands that time out" },
  [`${BISON} 569`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${BISON} 792`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${GPT_4} 886`]: { from: 2, kind: "call", why: "one query eight times" },
  [`${REACT} 969`]: { from: 3, to: 9, kind: "error", why: "seven queries that are refused for their form" },
  [`${REACT} 797`]: { from: 3, to: 9, kind: "error", why: "seven queries that are refused for their form" },
  [`${GPT_4} 926`]: { from: 0, kind: "answer", why: "one answer to four forms of a query, in turn" },
  [`${BISON} 269`]: { from: 2, kind: "call", why: "one query to the end" },
  [`${GPT_4} 529`]: { from: 3, kind: "mixed", why: "an answer that it has, and the way to it again" },
  [`${GPT_4} 438`]: { from: 3, kind: "call", why: "one query to the end" },
  [`${BASH} 55`]: { from: 0, to: 6, kind: "error", why: "seven searches that time out" },
  [`${GPT_4} 780`]: { from: 2, kind: "mixed", why: "one query four times, and the way to it again" },
  [`${BISON} 32`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${BISON} 97`]: { from: 0, kind: "mixed", why: "two tables that do not exist, one after the other" },
  [`${BASH_3} 21`]: { from: 1, kind: "short answer", why: "one answer to nine forms of a command" },
  [`${BISON} 729`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${BISON} 270`]: { from: 2, kind: "error", why: "one column that does not exist" },
  [`${GPT_4} 654`]: { from: 5, kind: "mixed", why: "one query four times, and an error of before" },
  [`${BISON} 292`]: { from: 0, kind: "mixed", why: "two columns that do not exist, mostly one" },
  [`${BISON} 904`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${GPT_4} 486`]: { from: 5, kind: "short answer", why: "one number to five forms of a query" },
  [`${BISON} 632`]: { from: 0, kind: "mixed", why: "guesses names of columns, most of them twice" },
  [`${BASH_REACT}_1.json 53`]: {
    from: 5,
    to: 9,
    kind: "error",
    why: "one complaint about five forms of an option",
  },
  [`${GPT_4} 148`]: { from: 4, kind: "mixed", why: "one query four times, and two errors of before" },
  [`${PYTHON} 17`]: { from: 0, kind: "error", why: "one answer to seven tries" },
  [`${VICUNA} 11`]: { from: 2, to: 7, kind: "mixed", why: "a program that is not there, in other commands" },
  [`${PYTHON} 72`]: { from: 0, kind: "call", why: "one syntax error seven times" },
  [`${BISON} 417`]: { from: 0, kind: "round", why: "two queries in turn, that fail by two columns" },
  [`${BISON} 478`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${BISON} 3`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${BISON} 747`]: { from: 0, kind: "mixed", why: "two tables that do not exist, then one of them" },
  [`${BISON} 966`]: { from: 2, kind: "round", why: "three queries in no order, that fail by two columns" },
  [`${BISON} 509`]: { from: 1, kind: "error", why: "one column that does not exist" },
  [`${BISON} 933`]: { from: 1, kind: "call", why: "one query to the end" },
  [`${BISON} 651`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${BISON} 588`]: { from: 1, kind: "error", why: "one column that does not exist" },
  [`${BISON} 293`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${VICUNA_2} 10`]: { from: 4, to: 8, kind: "call", why: "one syntax error five times" },
};

/** Runs of which the reader could not say it. They count for nothing. */
export const LATER_UNCLEAR: Readonly<Record<string, string>> = {
  [`${GPT_4} 340`]: "an answer that it has, twice more at the end",
  [`${PYTHON} 118`]: "one answer to four tries, then another error",
  [`${GPT_4} 600`]: "goes back to what it asked, in the last calls",
  [`${GPT_4} 874`]: "seven forms of a query with two answers",
};

export const LATER_NO_LOOPS: readonly string[] = [
  ...numbered(
    REACT,
    [
      369, 397, 835, 82, 273, 902, 766, 677, 545, 794, 705, 160, 318, 627, 782, 63, 201, 556, 302, 524, 846,
      423, 374, 37, 550, 569, 896, 408, 695, 618, 380, 135, 284, 323, 211, 592,
    ],
  ),
  ...numbered(GPT_4, [74, 534, 944, 412, 314, 267, 904, 648, 778, 793, 315, 136, 237, 675, 127]),
  ...numbered(CTF, [38, 75]),
  ...numbered(BISON, [834]),
  "livemcpbench 83da9f72-640f-439d-861e-97b449e02da7",
  ...numbered(`${BASH_REACT}_1.json`, [11, 36]),
  ...numbered(`${BASH_REACT}_3.json`, [56]),
  ...numbered(`${BASH_REACT}_2.json`, [21]),
];
