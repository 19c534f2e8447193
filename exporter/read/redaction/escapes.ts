/**
 * Texts within texts: a JSON document in a log line, a command in the arguments of a call, a Python repr in an error message.
 * Each layer writes a line break as one more backslash and an `n`, and a quote with one more backslash.
 */

const ESCAPE = /\\+(?:u00[0-9A-Fa-f]{2}|x[0-9A-Fa-f]{2}|[abefnrtv"'`])/g;
const PERCENT = /%(?:25){0,3}(?:0[AaDd9]|2[0267BbFfCc]|3[AaBbDd]|5[BbDd]|7[BbDd])/g;

const ENTITY = /&(quot|apos|#34|#39);/g;

const CONTROL: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** Stands where an escape stood, but for its last character. No pattern takes it for a blank or a letter. */
export const FILLER = "\x01";

/**
 * The text with each escape, however many backslashes it has, as fillers and then the character that it means. The length stays,
 * so what is found in it stands at the same place in the text. Where a text has percent escapes (`%3D`) or `&quot;`, a second
 * reading has those blanked too; a password with `%40` in it is whole in the first one only.
 */
export function blankEscapes(text: string): readonly [string, ...string[]] {
  const plain = text.includes("\\") ? text.replace(ESCAPE, blanked) : text;
  if (!text.includes("%") && !text.includes("&")) return [plain];
  const decoded = plain
    .replace(PERCENT, (found) => padded(found.slice(-2), found.length))
    .replace(ENTITY, (found, name: string) =>
      (name === "quot" || name === "#34" ? '"' : "'").padStart(found.length, FILLER),
    );
  return decoded === plain ? [plain] : [plain, decoded];
}

function blanked(found: string): string {
  const letters = found.slice(found.lastIndexOf("\\") + 1);
  if (letters.length > 1) return padded(letters.slice(-2), found.length);
  return (CONTROL[letters] ?? (/["'`]/.test(letters) ? letters : " ")).padStart(found.length, FILLER);
}

function padded(hex: string, length: number): string {
  return String.fromCharCode(Number.parseInt(hex, 16)).padStart(length, FILLER);
}

const BEFORE_WORD = /(?:\\+(?:[abefnrtv0]|u00[0-9A-Fa-f]{2}|x[0-9A-Fa-f]{2})|%[0-9A-Fa-f]{2}|\[[\d;]{0,8}m)$/;

/** Whether a word starts here: after anything that is no letter or digit, or after an escape that ends in one. */
export function startsWord(text: string, at: number): boolean {
  if (at === 0 || !/[A-Za-z0-9]/.test(text.charAt(at - 1))) return true;
  return BEFORE_WORD.test(text.slice(Math.max(0, at - 10), at));
}

/** The same as a pattern, for what may not start in the middle of a word. */
export const WORD_START = "(?:(?<![\\w-])|(?<=\\\\[nrtbf]|%[0-9A-F]{2}|\\[[\\d;]{0,8}m))";
