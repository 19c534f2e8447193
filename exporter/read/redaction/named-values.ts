import { FILLER } from "./escapes.js";
import { closingQuote, hideMember } from "./json-members.js";
import {
  isExpression,
  isGivenTo,
  isPlaceholder,
  isProse,
  isSchemeOnly,
  isSentenceWord,
  isWorkingDirectory,
  looksGenerated,
  looksMadeUp,
  saysNothing,
} from "./plausible-secret.js";
import type { SearchedText, TextRule } from "./text-rule.js";

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
    let from = 0;
    for (let at = nextSign(plain, 0); at < plain.length; at = nextSign(plain, Math.max(from, at + 1))) {
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

function nextSign(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COLON || code === EQUALS) return at;
  }
  return text.length;
}

interface Sign {
  readonly is: "=" | ":";
  readonly start: number;
  readonly end: number;
}

interface Name {
  readonly text: string;
  readonly start: number;
  readonly isQuoted: boolean;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

const COLON = 58;
const EQUALS = 61;

// `:=` and `=>` assign too; `==`, `!=`, `<=`, `::` and the colon of a URL do not.
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
  return {
    is: "=",
    start: before === COLON ? at - 1 : at,
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

function nameBefore(text: string, at: number): Name | undefined {
  const name = wordBefore(text, at);
  // `password: str = "x"`, `password string = "x"`
  if (name === undefined || !TYPE.test(name.text) || text.charAt(at) !== "=") return name;
  const before = backOver(text, name.start, BLANKS);
  return wordBefore(text, text.charAt(before - 1) === ":" ? before - 1 : before) ?? name;
}

function wordBefore(text: string, at: number): Name | undefined {
  let end = backOver(text, at, BLANKS);
  if (text.charAt(end - 1) === "]") end = backOver(text, end - 1, BLANKS);
  const isQuoted = isQuote(text.charCodeAt(end - 1));
  if (isQuoted) end = backOver(text, end - 1, FILLER);
  let start = end;
  while (start > 0 && end - start < MAX_NAME_LENGTH && isNameCharacter(text.charCodeAt(start - 1))) start--;
  return start === end ? undefined : { text: text.slice(start, end), start, isQuoted };
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
/** `"`, `'` or a backtick. */
const isQuote = (code: number): boolean => code === 34 || code === 39 || code === 96;

const BLANKS = ` \t${FILLER}`;

function backOver(text: string, at: number, characters: string, limit = 64): number {
  if (text.charCodeAt(at - 1) > 32) return at;
  let start = at;
  while (start > 0 && at - start < limit && characters.includes(text.charAt(start - 1))) start--;
  return start;
}

function valueAfter(text: SearchedText, name: Name, sign: Sign): Range | undefined {
  const { plain } = text;
  const isSecret = text.isSecretKey(name.text) || isSignature(plain, name);
  if (!isSecret && !text.isWeakKey(name.text)) return;
  // Part of an identifier that goes on: `arn:aws:secretsmanager:...:secret:name`.
  if (sign.is === ":" && /[:/]/.test(plain.charAt(name.start - 1))) return;
  let start = sign.end;
  while (start - sign.end < 64 && BLANKS.includes(plain.charAt(start) || "x")) start++;
  // Python's b'x'.
  if (isQuote(plain.charCodeAt(start + 1)) && /[bfru]/.test(plain.charAt(start))) start++;
  if (isQuote(plain.charCodeAt(start))) return quotedValue(text, name, sign, start, isSecret);
  const value =
    sign.is === "="
      ? assignedValue(plain, sign, start, name)
      : lineValue(text, name, sign.end, start, isSecret);
  if (value === undefined) return;
  const given = plain.slice(value.start, value.end);
  if (saysNothing(given) || isExpression(given) || isWorkingDirectory(name.text, given)) return;
  return isSecret || isGivenTo(name.text, given) ? value : undefined;
}

// In a URL these are the key to what they sign; elsewhere a signature is also a function's or a letter's.
const SIGNATURE = /^(?:sig|signature|x-(?:amz|goog)-(?:signature|credential|security-token))$/i;

function isSignature(text: string, { text: name, start }: Name): boolean {
  return SIGNATURE.test(name) && /[?&]/.test(text.charAt(start - 1));
}

function quotedValue(
  { raw, plain }: SearchedText,
  name: Name,
  sign: Sign,
  quoteAt: number,
  isSecret: boolean,
): Range | undefined {
  // The end of a text, not the start of one: `"password=" + x`, `print("cookie:", x)`.
  if (/^[ \t]{0,8}(?:[,)\]};+.]|$)/.test(plain.slice(quoteAt + 1, quoteAt + 10))) return;
  let slashes = 0;
  while (raw.charAt(quoteAt - slashes - 1) === "\\") slashes++;
  const quote = raw.slice(quoteAt - slashes, quoteAt + 1);
  const start = quoteAt + 1;
  const lineEnd = plain.slice(start, start + MAX_VALUE_LENGTH).search(/[\r\n]/);
  const limit = lineEnd < 0 ? Math.min(raw.length, start + MAX_VALUE_LENGTH) : start + lineEnd;
  const closed = start + closingQuote(raw.slice(start, limit), 0, quote);
  const isClosed = raw.startsWith(quote, closed - quote.length) && closed - quote.length >= start;
  const end = isClosed ? closed - quote.length : beforeSlashes(raw, closed);
  const value = plain.slice(start, end);
  if (isPlaceholder(value) || isSchemeOnly(value) || isWorkingDirectory(name.text, value)) return;
  if (!isSecret && !isGivenTo(name.text, value)) return;
  // Without a blank before it, the quotes are the shell's and go too.
  const isShell = sign.is === "=" && slashes === 0 && quoteAt === sign.end && !name.isQuoted;
  return isShell ? { start: quoteAt, end: isClosed ? closed : end } : { start, end };
}

function beforeSlashes(raw: string, end: number): number {
  let at = end;
  while (raw.charAt(at - 1) === "\\") at--;
  return at;
}

const MAX_VALUE_LENGTH = 8192;
const BARE = /[^\s"'`&;,)}\]\\=>$<\x01][^\s"'`&;,)}\]\\<\x01]{0,4096}/y;

function assignedValue(plain: string, sign: Sign, start: number, name: Name): Range | undefined {
  BARE.lastIndex = start;
  const end = start + (BARE.exec(plain)?.[0].length ?? 0);
  if (start === sign.end) return { start, end };
  // With a blank between: of a file of settings, not of a program, where it would be another name or a call.
  const value = plain.slice(start, end);
  const isLine = /(?:^|[\r\n])[ \t]*(?:export +|set +)?$/.test(
    plain.slice(Math.max(0, name.start - 64), name.start),
  );
  const isAlone = /^[ \t\x01]*(?:[\r\n;]|$)/.test(plain.slice(end, end + 64));
  if (/[([{]/.test(value) || plain.charAt(end) === "(") return;
  return (isLine && isAlone && /\d|[^\w.]/.test(value)) ||
    looksGenerated(value) ||
    (isAlone && looksMadeUp(value))
    ? { start, end }
    : undefined;
}

const HEADER = /^(?:(?:proxy-)?authorization|(?:set-)?cookie)$/i;
const LINE_START = /(?:^|[\r\n]|[ \t]- |[{,(] ?|["'`#>] ?|\/\/ ?)[ \t]*(?:- )?$/;

// To the end of the line where the name begins it or is a header's; otherwise one word, where it does not look like a word.
function lineValue(
  { plain }: SearchedText,
  name: Name,
  signEnd: number,
  start: number,
  isSecret: boolean,
): Range | undefined {
  const before = plain.slice(Math.max(0, name.start - 72), name.start);
  const first = /^[^\r\n]{0,256}[\r\n]?/.exec(plain.slice(start, start + 257))?.[0] ?? "";
  if (/^(?:[|>][-+0-9]{0,2}[ \t]*)?[\r\n]/.test(first)) return blockValue(plain, start, first);
  if (/^["'${[>&*|]/.test(first) || first === "") return;
  const isHeader = HEADER.test(name.text) || /^[A-Za-z]+(?:-[A-Za-z0-9]+)+$/.test(name.text);
  if (
    isSecret &&
    (isHeader || (start > signEnd && LINE_START.test(before))) &&
    !isProse(first) &&
    !isSchemeOnly(first)
  ) {
    const rest = LINE.exec(plain.slice(start, start + MAX_VALUE_LENGTH))?.[0] ?? "";
    return { start, end: start + untilQuote(rest, /["'`]/.exec(before.slice(-2))?.[0]).trimEnd().length };
  }
  const word = /^[^\s"'`,;)}\]<>\x01]{1,1024}/.exec(first)?.[0] ?? "";
  return looksMadeUp(word) && !isSentenceWord(word) ? { start, end: start + word.length } : undefined;
}

const LINE = /^[^\r\n]*/;

// What a quote closes: the one that was opened before the name, or one that a blank, a comma or a bracket follows.
function untilQuote(rest: string, opened: string | undefined): string {
  if (opened !== undefined && rest.includes(opened)) return rest.slice(0, rest.indexOf(opened));
  const end = rest.search(/["'`](?=["'`\s)}\]\x01]|[,;](?![ \t]?[\w-]{1,64}=)|$)/);
  return end < 0 ? rest : rest.slice(0, end);
}

// YAML: `password: |` and the value on lines that are further in.
function blockValue(plain: string, start: number, first: string): Range | undefined {
  const after = start + first.search(/[\r\n]/);
  if (after === start) return;
  const block = BLOCK.exec(plain.slice(after, after + 65_536));
  return block === null ? undefined : { start: after + block[0].search(/\S/), end: after + block[0].length };
}

const BLOCK = /^\r?\n[ \t]*\r?\n?([ \t]+)[^\s][^\r\n]{0,8192}(?:\r?\n\1[^\r\n]{0,8192}){0,200}/;
