import { REDACTED, type TextRule } from "./redaction-options.js";
import type { KeyMatcher } from "./secret-keys.js";

/**
 * Secrets that a name gives away in commands, configuration files and headers: `API_KEY=x`, `?access_token=x`,
 * `--password x`, `password = "x"`, `password: x` at the start of a line, and the headers that carry credentials.
 */
export const ASSIGNMENT_RULES: readonly TextRule[] = [
  {
    name: "assignment",
    condition: (text) => text.includes("="),
    action: hideAssigned,
  },
  {
    name: "flag",
    condition: (text) => text.includes("--"),
    action: (text, isSecretKey) =>
      text.replace(FLAG, (whole, flag: string, space: string) =>
        isSecretKey(flag) ? `--${flag}${space}${REDACTED}` : whole,
      ),
  },
  {
    name: "literal",
    condition: (text) => LITERAL_HINT.test(text),
    action: (text, isSecretKey) =>
      text.replace(LITERAL, (whole, name: string, between: string, quote: string) =>
        isSecretKey(name) ? `${name}${between}${quote}${REDACTED}${quote}` : whole,
      ),
  },
  {
    name: "line",
    condition: (text) => text.includes(":"),
    action: (text, isSecretKey) =>
      text.replace(LINE, (whole, before: string, name: string, colon: string) =>
        isSecretKey(name) ? `${before}${name}${colon}${REDACTED}` : whole,
      ),
  },
  {
    name: "header",
    condition: (text) => text.includes(":"),
    action: (text) => text.replace(HEADER, `$1${REDACTED}`),
  },
];

const FLAG =
  /(?<![\w-])--([A-Za-z][\w-]{1,63})([ \t]{1,8})(?:"[^"\n]{1,1024}"|'[^'\n]{1,1024}'|[^\s"'$-][^\s"']{0,1024})/g;
const LITERAL = /(?<![\w.-])([\w.-]{2,64})([ \t]{0,8}[:=][ \t]{0,8})(["'`])[^"'`\n]{1,1024}\3/g;
const LITERAL_HINT = /[:=][ \t]{0,8}["'`]/;
// Not what is quoted, a variable or a structure, and not the type in a program's declaration: `password: string;`.
const LINE =
  /^([ \t]{0,64})([\w.-]{2,64})(:[ \t]{1,8})(?![ \t"'$[{|>&*]|(?:string|number|boolean|null|undefined|unknown|any|str|int|bool|None|true|false)\b)[^\r\n]{1,8192}/gm;
const HEADER =
  /((?<![\w-])(?:proxy-authorization|authorization|x-api-key|api-key|x-auth-token|set-cookie|cookie)\s{0,4}:\s{0,4})[^\r\n"'\\]{1,8192}/gi;

const MAX_NAME_LENGTH = 64;
const NAME_CHARACTER = /[\w.-]/;

// Looks back from each equals sign, because a pattern that starts at every name would read long texts many times.
function hideAssigned(text: string, isSecretKey: KeyMatcher): string {
  let kept = "";
  let from = 0;
  for (let at = text.indexOf("="); at >= 0; at = text.indexOf("=", at + 1)) {
    const name = nameBefore(text, at, from);
    if (name === "" || !(isSecretKey(name) || isSignature(text, at - name.length, name))) continue;
    const end = valueEnd(text, at + 1);
    if (end === at + 1) continue;
    kept += text.slice(from, at + 1) + REDACTED;
    from = end;
    at = end - 1;
  }
  return from === 0 ? text : kept + text.slice(from);
}

function nameBefore(text: string, at: number, from: number): string {
  let start = at;
  while (start > from && at - start < MAX_NAME_LENGTH && NAME_CHARACTER.test(text.charAt(start - 1))) start--;
  return text.slice(start, at);
}

// In a URL these are the key to what they sign; elsewhere a signature is also a function's or a letter's.
const SIGNATURE = /^(?:sig|signature|x-(?:amz|goog)-(?:signature|credential|security-token))$/i;

function isSignature(text: string, start: number, name: string): boolean {
  return /[?&]/.test(text.charAt(start - 1)) && SIGNATURE.test(name);
}

const QUOTED = /(["'`])[^"'`\n]{0,4096}/y;
const BARE = /[^\s"'`&;,)}\]\\=>$][^\s"'`&;,)}\]\\]{0,4096}/y;

// What is compared (`==`), mapped (`=>`) or taken from a variable (`=$TOKEN`) is no secret: the value ends where it starts.
function valueEnd(text: string, start: number): number {
  QUOTED.lastIndex = start;
  const quoted = QUOTED.exec(text);
  if (quoted !== null)
    return start + quoted[0].length + (text.charAt(start + quoted[0].length) === quoted[1] ? 1 : 0);
  BARE.lastIndex = start;
  return start + (BARE.exec(text)?.[0].length ?? 0);
}
