import { FILLER } from "../escapes.js";
import { hideSecond } from "../hide-second.js";
import { endOfUnclosed } from "../json-members.js";
import { saysNothing } from "../plausible-secret.js";
import type { SearchedText, TextRule } from "../text-rule.js";
import type { Range } from "../value-after-name.js";

const INSERT =
  /\bINSERT\s{1,4}(?:OR\s{1,4}\w{1,16}\s{1,4})?INTO\s{1,4}[\w."'`[\]\x01]{1,128}\s{0,4}\(([^()]{1,2048})\)\s{0,64}VALUES\s{0,64}/gi;
/** A row that has no end because its text was cut: what comes later is taken for something else. */
const MAX_CUT_ROW = 4_096;

/** `INSERT INTO users (name, password) VALUES ('jo', 'x')`: the values of the columns that have a secret name. */
export const INSERTS: TextRule = {
  name: "values of a statement in SQL",
  literals: ["insert "],
  ignoreCase: true,
  find(text, hide) {
    const { plain, isSecretKey } = text;
    const statements = [...plain.matchAll(INSERT)];
    const starts = new Set(statements.map(({ index }) => index));
    for (const { index, 0: whole, 1: columns = "" } of statements) {
      const secret = columns.split(",").map((name) => isSecretKey(name.replace(/[^\w.-]/g, "")));
      if (!secret.includes(true)) continue;
      let row = rowAt(text, index + whole.length, starts);
      while (row !== undefined) {
        for (const [column, { start, end }] of row.texts)
          if (secret[column] === true && !saysNothing(plain.slice(start, end))) hide(start, end);
        row = rowAt(text, row.end, starts);
      }
    }
  },
};

/**
 * `('jo', 'x', now())` with the column of each text in it, and where it ends.
 *
 * @param starts where statements begin: unless that stands in a text, a row that has not ended there has no end
 */
function rowAt(
  { plain: text, raw }: SearchedText,
  from: number,
  starts: ReadonlySet<number>,
): { texts: [number, Range][]; end: number } | undefined {
  let at = from;
  while (at < text.length && " ,\r\n\t\x01".includes(text.charAt(at))) at++;
  if (text.charAt(at) !== "(") return undefined;
  const first = at;
  const texts: [number, Range][] = [];
  let column = 0;
  let depth = 0;
  for (; at < text.length; at++) {
    if (starts.has(at)) return undefined;
    const character = text.charAt(at);
    if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return { texts, end: at + 1 };
    else if (character === "," && depth === 1) column++;
    else if (character === "'") {
      const start = at + 1;
      const end = endOfText(text, start);
      if (depth === 1 && end > start) texts.push([column, { start, end: beforeFillers(text, end) }]);
      at = end;
    }
  }
  if (at - first > MAX_CUT_ROW) return undefined;
  const cut = texts.map(([of, { start, end }]): [number, Range] => [
    of,
    { start, end: Math.min(end, endOfUnclosed(raw, start, end)) },
  ]);
  // What has lines is rather the program around.
  return {
    texts: cut.filter(([, { start, end }]) => !text.slice(start, end).includes("\n")),
    end: text.length,
  };
}

/** Where the quote stands that ends it; two of them are one of the text. */
function endOfText(text: string, start: number): number {
  let at = text.indexOf("'", start);
  while (at >= 0 && text.charAt(at + 1) === "'") at = text.indexOf("'", at + 2);
  return at < 0 ? text.length : at;
}

function beforeFillers(text: string, end: number): number {
  let at = end;
  while (text.charAt(at - 1) === FILLER) at--;
  return at;
}

/** Functions and clauses that take a password where no name stands before it. */
const CLAUSES: readonly (readonly [literal: string, pattern: RegExp])[] = [
  [
    "set password",
    /(\bSET PASSWORD\b[^;\r\n]{0,160}?(?:=|\bTO\b) {0,2}(?:PASSWORD\()?\x01{0,63}')([^'\r\n\x01]{1,512})/gi,
  ],
  ["set password", /(\bSET PASSWORD FROM \x01{0,63}')([^'\r\n\x01]{1,512})/gi],
  ["password = n'", /(\bPASSWORD {0,2}= {0,2}N\x01{0,63}')([^'\r\n\x01]{1,512})/gi],
  ["crypt(", /(\bcrypt\( {0,2}\x01{0,63}')([^'\r\n\x01]{4,512})/gi],
  ["sym_encrypt", /(\bpgp_sym_(?:en|de)crypt\([^()\r\n]{1,256}, {0,2}\x01{0,63}')([^'\r\n\x01]{4,512})/gi],
  ["sym_decrypt", /(\bpgp_sym_decrypt\([^()\r\n]{1,256}, {0,2}\x01{0,63}')([^'\r\n\x01]{4,512})/gi],
];

export const SQL_RULES: readonly TextRule[] = [
  INSERTS,
  ...CLAUSES.map(
    ([literal, pattern]): TextRule => ({
      name: "password in a clause of SQL",
      literals: [literal],
      ignoreCase: true,
      find: ({ plain }, hide) => hideSecond(plain, pattern, hide),
    }),
  ),
];
