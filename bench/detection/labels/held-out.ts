/**
 * Runs by which nothing was chosen: 120, drawn by chance of those with four calls and more that `development.ts` and `seen.ts` do not have, and read before
 * any rule was applied to them. What a loop is, `development.ts` says. Once rules are changed by what they find here, the runs belong to `seen.ts`.
 */
import { BASH, BASH_REACT, BISON, GPT_4, type Label, numbered, REACT } from "./development.js";
import { BASH_3, CTF, PYTHON, VICUNA, VICUNA_2 } from "./seen.js";

export const HELD_OUT_LOOPS: Readonly<Record<string, Label>> = {
  [`${BISON} 906`]: { from: 0, kind: "error", why: "one column that does not exist" },
  [`${BISON} 249`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${GPT_4} 738`]: { from: 4, kind: "round", why: "a query, and its answer sent as a query, three times" },
  [`${VICUNA} 29`]: { from: 1, kind: "error", why: "one syntax error, and six commands that are cut off" },
  [`${GPT_4} 316`]: { from: 5, kind: "short answer", why: "one answer to other forms of a query" },
  [`${BISON} 670`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${BASH} 9`]: { from: 0, kind: "error", why: "one syntax error in ten commands" },
  [`${BISON} 174`]: { from: 0, kind: "error", why: "two queries in turn, that fail by one table" },
  [`${GPT_4} 270`]: { from: 2, kind: "call", why: "one query eight times" },
  [`${BASH_REACT}_1.json 30`]: {
    from: 0,
    to: 9,
    kind: "error",
    why: "one complaint about ten forms of a command",
  },
  [`${PYTHON} 116`]: { from: 0, kind: "error", why: "one answer to seven tries" },
  [`${BISON} 571`]: { from: 0, kind: "call", why: "one query ten times, with another one before the last" },
  [`${BISON} 790`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${BISON} 275`]: { from: 0, kind: "error", why: "a query that grows, and one table that does not exist" },
  [`${BASH} 54`]: { from: 3, kind: "round", why: "two commands in turn, of which one fails" },
  [`${GPT_4} 774`]: { from: 5, kind: "mixed", why: "one query again, and the tables again" },
  [`${BISON} 29`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${BISON} 96`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${BASH_3} 19`]: { from: 1, kind: "short answer", why: "deletes again what is deleted" },
  [`${GPT_4} 773`]: { from: 2, kind: "mixed", why: "an answer that it has, and the way to it again" },
  [`${BISON} 732`]: { from: 1, kind: "error", why: "one table that does not exist" },
  [`${BISON} 277`]: { from: 2, kind: "round", why: "two queries in turn, that fail by two columns" },
  [`${BISON} 290`]: { from: 0, kind: "round", why: "two tables that do not exist, in turn" },
  [`${BISON} 905`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${GPT_4} 488`]: { from: 2, kind: "mixed", why: "an answer that it has, and the way to it again" },
  [`${BISON} 634`]: { from: 1, kind: "call", why: "one query to the end" },
  [`${BASH_REACT}_1.json 43`]: {
    from: 1,
    to: 9,
    kind: "call",
    why: "one command that is cut off, nine times",
  },
  [`${PYTHON} 19`]: { from: 0, kind: "error", why: "one answer to seven tries" },
  [`${VICUNA} 9`]: { from: 4, kind: "short answer", why: "one condition in other words, that says nothing" },
  [`${PYTHON} 69`]: { from: 0, kind: "error", why: "one answer to seven tries" },
  [`${BISON} 422`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${BISON} 482`]: { from: 0, kind: "error", why: "one table that does not exist" },
  [`${BISON} 1`]: { from: 0, kind: "error", why: "one column that does not exist" },
  [`${BISON} 745`]: { from: 0, kind: "mixed", why: "guesses names of tables, in turn" },
  [`${BISON} 963`]: { from: 1, kind: "mixed", why: "guesses names of tables, mostly one" },
  [`${BISON} 515`]: { from: 2, kind: "call", why: "one column that does not exist" },
  [`${BISON} 930`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${BISON} 648`]: { from: 0, kind: "mixed", why: "guesses names of tables, then one to the end" },
  [`${BISON} 591`]: { from: 3, kind: "call", why: "one query to the end" },
  [`${VICUNA_2} 8`]: { from: 1, kind: "mixed", why: "two complaints about forms of a command" },
  [`${GPT_4} 131`]: { from: 4, kind: "mixed", why: "an answer that it has, and the way to it again" },
  [`${BISON} 847`]: { from: 0, kind: "call", why: "one table that does not exist" },
  [`${BISON} 559`]: { from: 0, kind: "error", why: "one table that does not exist, in four queries" },
  [`${BISON} 537`]: { from: 0, kind: "call", why: "one query ten times" },
  [`${BASH_REACT}_1.json 32`]: { from: 0, to: 9, kind: "call", why: "one answer to ten counts" },
};

/** Runs of which the reader could not say it. They count for nothing. */
export const HELD_OUT_UNCLEAR: Readonly<Record<string, string>> = {
  [`${GPT_4} 535`]: "an answer that it has, with looks at columns and years between",
  [`${BASH_REACT}_4.json 25`]: "sets a variable that the next call does not have, twice",
};

export const HELD_OUT_NO_LOOPS: readonly string[] = [
  ...numbered(
    REACT,
    [
      371, 396, 830, 83, 276, 897, 765, 675, 546, 786, 701, 162, 321, 623, 779, 65, 204, 555, 305, 967, 793,
      525, 842, 420, 378, 39, 551, 564, 893, 405, 693, 614, 379, 137, 287, 325, 213, 589, 515,
    ],
  ),
  ...numbered(
    GPT_4,
    [
      661, 80, 937, 416, 341, 897, 877, 915, 532, 441, 650, 655, 602, 149, 788, 317, 141, 241, 868, 672, 782,
      1012, 146, 678,
    ],
  ),
  ...numbered(`${BASH_REACT}_1.json`, [8]),
  ...numbered(CTF, [37, 74]),
  ...numbered(`${BASH_REACT}_4.json`, [7]),
  "livemcpbench ef7126b3-45ad-41ab-a191-2272c644d057",
  ...numbered(`${BASH_REACT}_3.json`, [32]),
  ...numbered(BISON, [833, 291, 746]),
  ...numbered(`${BASH_REACT}_2.json`, [12]),
];
