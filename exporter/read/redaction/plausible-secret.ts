/**
 * Distinguishes a secret from a sentence about one: `password: hunter2` from "Password: reset link was sent". Where
 * that is not clear, the value counts as secret.
 */

/** `$TOKEN`, `<token>`, `{{ token }}`, `%s`, `***`, `your-api-key`, and what was hidden before. */
const PLACEHOLDER =
  /^(?:\$[\w({]|<[^<>\n]{0,40}>?$|\{\{|\{\w{0,40}\}|%[(s]|\*{3}|\.{3}|…|\[(?:redacted|filtered|masked|hidden|trimmed)|(?:your|my)[-_ ]|x{3,}$)/i;

/** What follows a name in a sentence and not in an assignment. */
const SENTENCE_WORDS = new Set(
  (
    "a an and are as at be by can cannot does expired failed flag flags for from has have if in instead into invalid is it " +
    "missing must no none not of on only option optional or parameter per please required reset should string that the these " +
    "this to unset updated use used uses using value values was were when where which will with without you your"
  ).split(" "),
);

/** Types and literals of programs: `password: string;` declares, `"token": null` says nothing. */
const PROGRAM_WORD =
  /^(?:string|number|boolean|bool|null|none|nil|undefined|unknown|any|never|str|int|bytes|true|false|yes|no|on|off|object|optional|redacted|hidden|include|same-origin|omit)\b(?![\w-])/i;

const SCHEME =
  /^(?:bearer|basic|token|apikey|api-key|digest|negotiate|key|aws4-hmac-sha256|discogs|oauth|ghapp|bot)$/i;

export const isPlaceholder = (value: string): boolean => PLACEHOLDER.test(value);

/** Whether it is a type, `null` and the like, or a reference to what is elsewhere. */
export const saysNothing = (value: string): boolean => isPlaceholder(value) || PROGRAM_WORD.test(value);

/** A name or an expression of a program: `settings.password,` and `getToken()`. */
export const isExpression = (value: string): boolean =>
  /^[A-Za-z_$][A-Za-z_$.?!]*(?:[,;]|[([].*)?$/.test(value) && /[,;.([]/.test(value);

/** A scheme of HTTP with nothing after it, or with a placeholder. */
export function isSchemeOnly(value: string): boolean {
  const [first = "", second = ""] = value.trim().split(/\s+/, 2);
  return SCHEME.test(first.replace(/[.,;:`]+$/, "")) && (second === "" || isPlaceholder(second));
}

/** A word that can stand after a name only in a sentence. */
export const isSentenceWord = (word: string): boolean => SENTENCE_WORDS.has(word.toLowerCase());

/** Several words, the first of which are letters only, as in a sentence. A header's scheme (`Token x`) is no such word. */
export function isProse(value: string): boolean {
  const [first = "", second = ""] = value.trim().split(/\s+/, 2);
  if (isSentenceWord(first.replace(/[.,;:!?]+$/, ""))) return true;
  return (
    second !== "" &&
    /^[A-Za-z][a-z]*[,.;:]?$/.test(first) &&
    /^[a-z]+[.,;:!?)]*$/.test(second) &&
    !SCHEME.test(first)
  );
}

/** A single word that looks made up: long enough, and with a digit or a symbol among its letters. */
export function looksMadeUp(value: string): boolean {
  if (value.length < 6 || /[()[\]{}<>]/.test(value) || /^[\d.,:/-]+$/.test(value))
    return value.length >= 6 && /^\d{6,}$/.test(value);
  return /\d/.test(value)
    ? /[A-Za-z]/.test(value) || /[^\w.,:-]/.test(value)
    : /[A-Za-z].*[!@#$%^&*~+]/.test(value);
}

/** As long and as mixed as a generated key. */
export function looksGenerated(value: string): boolean {
  return (
    /^[\w+/=.~-]{16,}$/.test(value) &&
    !/^[\d.-]+$/.test(value) &&
    ((/\d/.test(value) && /[A-Za-z]/.test(value)) || (value.match(/[a-z][A-Z]/g)?.length ?? 0) >= 5)
  );
}

/** A shell's `PWD=/home/jo` is where it works. */
export const isWorkingDirectory = (name: string, value: string): boolean =>
  /(?:^|\W)(?:OLD)?PWD$/i.test(name) && /^(?:[~/.]|[A-Za-z]:[\\/])/.test(value);

/** Whether a name that is weak (see `isWeakName`) is given a secret: `PASS=hunter2` and not `pass=12`. */
export function isGivenTo(name: string, value: string): boolean {
  if (/pass$|[A-Z]_AUTH$/i.test(name))
    return looksMadeUp(value) || (/^[A-Z_]+$/.test(name) && /^[A-Za-z]{6,}$/.test(value));
  return looksGenerated(value);
}

/** Letters and digits by turns, as no word and no name has them: it was generated. Slashes and the like do not count. */
export function isRandom(text: string, start = 0, end = text.length): boolean {
  let length = 0;
  let changes = 0;
  let digits = 0;
  let kind = -1;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    const next = classOf(code);
    if (next < 0) continue;
    length++;
    if (next === 0) digits++;
    if (next !== kind) changes++;
    kind = next;
  }
  return digits >= 2 && changes > length * 0.25;
}

/** Digits, capitals, small letters; -1 for all else. */
function classOf(code: number): number {
  if (code >= 97 && code <= 122) return 2;
  if (code >= 48 && code <= 57) return 0;
  return code >= 65 && code <= 90 ? 1 : -1;
}
