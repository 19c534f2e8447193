import { FILLER } from "./escapes.js";
import { hideMember } from "./json-members.js";
import type { TextRule } from "./text-rule.js";
import { BLANKS, isQuote, type Name, type Sign, valueAfter } from "./value-after-name.js";

/**
 * Secrets that the name before them gives away in commands, configuration, programs, JSON and headers: `API_KEY=x`,
 * `?access_token=x`, `password = "x"`, `env["KEY"] = "x"`, `password: x` on a line of its own, `PRIVATE-TOKEN: x`.
 * From each equals sign and colon it is looked back for the name and ahead for the value, a bounded number of characters.
 */
export const NAMED_VALUES: TextRule = {
  name: "value with a secret name",
  literals: [],
  find(text, hide) {
    const { plain } = text;
    const next = signsOf(plain);
    let from = 0;
    for (let at = next(0); at < plain.length; at = next(Math.max(from, at + 1))) {
      if (plain.charCodeAt(at) === COLON && isQuote(plain.charCodeAt(backOver(plain, at, BLANKS) - 1))) {
        from = hideMember(text, at, hide) ?? from;
        continue;
      }
      const sign = signAt(plain, at);
      if (sign === undefined) continue;
      const name = nameBefore(plain, sign.start);
      const value = name && valueAfter(text, name, sign);
      if (value === undefined || value.end <= value.start) continue;
      hide(value.start, value.end);
      from = value.end;
    }
  },
};

/** Where the next colon or equals sign stands, from a place on; each kind is looked for no further than needed. */
function signsOf(text: string): (from: number) => number {
  const indexOf = (sign: string, from: number) => {
    const at = text.indexOf(sign, from);
    return at < 0 ? text.length : at;
  };
  let colon = -1;
  let equals = -1;
  return (from) => {
    if (colon < from) colon = indexOf(":", from);
    if (equals < from) equals = indexOf("=", from);
    return Math.min(colon, equals);
  };
}

const COLON = 58;
const EQUALS = 61;

// `:=`, `?=`, `.=`, `||=` and `=>` assign too; `==`, `!=`, `<=`, `::` and the colon of a URL do not.
function signAt(text: string, at: number): Sign | undefined {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at + 1);
  if (text.charCodeAt(at) === COLON) {
    // A time of day.
    if (isDigit(before) && isDigit(after) && isDigit(text.charCodeAt(at - 2))) return;
    if (before === COLON || after === COLON || after === EQUALS || text.startsWith("//", at + 1)) return;
    return { is: ":", start: at, end: at + 1 };
  }
  if ("=~".includes(text.charAt(at + 1) || " ") || "=!<>~".includes(text.charAt(at - 1) || " ")) return;
  let start = at;
  while (at - start < 3 && ":?.|&".includes(text.charAt(start - 1) || " ")) start--;
  return {
    is: "=",
    start,
    end: text.startsWith(">", at + 1) ? at + 2 : at + 1,
  };
}

const MAX_NAME_LENGTH = 64;
/** Of `[\w.-]`. */
const isNameCharacter = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 45 && code <= 57 && code !== 47) ||
  code === 95;
const TYPE = /^(?:str|string|String|Secret|SecretStr|bytes|any|Any)$/;
/** Between a name and its type: `name?: string`, `NAME: &'static str`, `name As String`. */
const BEFORE_TYPE = /(?:[?!]?:[ \t]{0,4}(?:&(?:'static )?)?|[ \t]{1,4}As[ \t]{1,4})$/;

function nameBefore(text: string, at: number): Name | undefined {
  const name = wordBefore(text, at);
  // `password: str = "x"`, `password string = "x"`
  if (name === undefined || !TYPE.test(name.text) || text.charAt(at) !== "=") return name;
  const between = BEFORE_TYPE.exec(text.slice(Math.max(0, name.start - 24), name.start));
  if (between !== null) return wordBefore(text, name.start - between[0].length) ?? name;
  const before = backOver(text, name.start, BLANKS);
  return wordBefore(text, text.charAt(before - 1) === ":" ? before - 1 : before) ?? name;
}

function wordBefore(text: string, at: number): Name | undefined {
  let end = backOver(text, at, BLANKS);
  if (text.charAt(end - 1) === "]") end = backOver(text, end - 1, BLANKS);
  // `char token[] = "x"`
  if (text.charAt(end - 1) === "[") end--;
  const isQuoted = isQuote(text.charCodeAt(end - 1));
  if (isQuoted) end = backOver(text, end - 1, FILLER);
  let start = end;
  while (start > 0 && end - start < MAX_NAME_LENGTH && isNameCharacter(text.charCodeAt(start - 1))) start--;
  return start === end ? undefined : { text: text.slice(start, end), start, isQuoted };
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
function backOver(text: string, at: number, characters: string, limit = 64): number {
  if (text.charCodeAt(at - 1) > 32) return at;
  let start = at;
  while (start > 0 && at - start < limit && characters.includes(text.charAt(start - 1))) start--;
  return start;
}
