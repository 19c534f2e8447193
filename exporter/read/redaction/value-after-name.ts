import { FILLER } from "./escapes.js";
import { closingQuote, endOfUnclosed } from "./json-members.js";
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
import type { SearchedText } from "./text-rule.js";

/** What stands between a name and its value. */
export interface Sign {
  readonly is: "=" | ":";
  readonly start: number;
  readonly end: number;
}

/** A name that a value may be given to. */
export interface Name {
  readonly text: string;
  readonly start: number;
  readonly isQuoted: boolean;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** `"`, `'` or a backtick. */
export const isQuote = (code: number): boolean => code === 34 || code === 39 || code === 96;

/** Also what escapes before a quote leave. */
export const BLANKS = ` \t${FILLER}`;

/** Where the value stands that is given to a name, if it is to be hidden. */
export function valueAfter(text: SearchedText, name: Name, sign: Sign): Range | undefined {
  const { plain } = text;
  const isSecret =
    text.isSecretKey(name.text) ||
    isSignature(plain, name) ||
    (sign.is === "=" && SESSION_COOKIE.test(name.text));
  if (
    !isSecret &&
    (!text.isWeakKey(name.text) || OTHER_WORD.test(plain.slice(Math.max(0, name.start - 16), name.start)))
  )
    return;
  // Part of an identifier that goes on: `arn:aws:secretsmanager:...:secret:name`.
  if (sign.is === ":" && /[:/]/.test(plain.charAt(name.start - 1))) return;
  let start = sign.end;
  while (start - sign.end < 64 && BLANKS.includes(plain.charAt(start) || "x")) start++;
  // `Some("x")`, `SecretStr('x')`
  start += WRAPPER.exec(plain.slice(start, start + 24))?.[0].length ?? 0;
  // Python's b'x', C#'s @"x", N'x' of SQL.
  if (isQuote(plain.charCodeAt(start + 1)) && /[bfru@N]/.test(plain.charAt(start))) start++;
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

const WRAPPER = /^(?:Some|Just|Secret|SecretStr|Optional)[([](?=[\w"'])/;

// In a URL these are the key to what they sign; elsewhere a signature is also a function's or a letter's.
const SIGNATURE = /^(?:sig|signature|x-(?:amz|goog)-(?:signature|credential|security-token))$/i;

function isSignature(text: string, { text: name, start }: Name): boolean {
  return SIGNATURE.test(name) && /[?&]/.test(text.charAt(start - 1));
}

/** Cookies by which servers know a session, whatever the line they stand in. An agent's `session_id` is none. */
const SESSION_COOKIE =
  /^(?:[A-Z]{0,8}SESS(?:ION)?ID|_\w{1,32}_session|laravel_session|connect\.sid|ASP\.NET_SessionId)$/;

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
  const end = isClosed ? closed - quote.length : beforeSlashes(raw, endOfUnclosed(raw, start, closed));
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

/** `public key: x`, which no other name of `key` alone shows. */
const OTHER_WORD = /(?:^|[^A-Za-z])(?:public|primary|foreign|sort|cache|partition|row|index)[ \t]$/i;

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
