import { characterSet, eachRun } from "./character-runs.js";
import { isRandom } from "./plausible-secret.js";
import { SERVICE_NAMES } from "./service-names.js";
import type { TextRule } from "./text-rule.js";

/**
 * Generated values that no sign joins to a name: `my Datadog key is x`, `x is the token of`, `new Algolia("x")`, `openweathermap: x`.
 * From each run of letters and digits that was made by no person, it is looked for the name of a secret or of a service in the
 * same line before it, and for that of a secret after it. A word that names something else in between (`commit`, `digest`, `id`)
 * makes it innocent.
 */
export const NEARBY_NAMES: TextRule = {
  name: "generated value near a name",
  literals: [],
  digitRuns: true,
  find({ plain, isAllowedKey }, hide) {
    let from = 0;
    eachRun(plain, LETTERS_AND_DIGITS, SHORTEST_CHUNK, (first, last) => {
      if (first < from || !isRandom(plain, first, last)) return;
      const [start, end] = wholeValue(plain, first, last);
      from = end;
      if (end - start > MAX_LENGTH || !standsAlone(plain, start, end)) return;
      if (!isNamedBefore(plain, start, end) && !AFTER.test(plain.slice(end, end + MAX_DISTANCE))) return;
      if (!isAllowedKey(nameBefore(plain, start))) hide(start, end);
    });
  },
};

const LETTERS_AND_DIGITS = characterSet(/[A-Za-z0-9]/);
/** Between its dashes and underscores a generated value has one that is as long. */
const SHORTEST_CHUNK = 12;

/** `NAME` of `NAME="x"` and `"NAME": x`, or nothing. */
const nameBefore = (text: string, at: number): string =>
  /([\w.-]{1,64})[\s"'\x01]{0,8}[=:][\s"'\x01]{0,8}$/.exec(text.slice(Math.max(0, at - 96), at))?.[1] ?? "";

/** Of shorter runs, with a digit among them, every text has some. */
export const SHORTEST_GENERATED = 16;

const MAX_LENGTH = 256;
/** Of `[A-Za-z0-9_+/=-]`. */
const OF_A_VALUE = characterSet(/[\w+/=-]/);
const EQUALS = 61;

function wholeValue(text: string, from: number, to: number): [start: number, end: number] {
  let [start, end] = [from, to];
  for (
    let code = text.charCodeAt(start - 1);
    OF_A_VALUE[code] === 1 && code !== EQUALS && from - start < MAX_LENGTH;
  ) {
    start--;
    code = text.charCodeAt(start - 1);
  }
  while (OF_A_VALUE[text.charCodeAt(end)] === 1 && end - to < MAX_LENGTH) end++;
  return [start, end];
}

/** Not in a path, an address, a version or a name that goes on, and no UUID. */
function standsAlone(text: string, start: number, end: number): boolean {
  if (
    end - start < 16 ||
    /[\w/.@#+-]/.test(text.charAt(start - 1)) ||
    (/[.@/]/.test(text.charAt(end)) && /\w/.test(text.charAt(end + 1)))
  )
    return false;
  const value = text.slice(start, end);
  if (UUID.test(value)) return false;
  // Base64 has small letters, capitals and digits between its slashes; a path has words.
  return !/[/+]/.test(value) || (value.length >= 40 && !/[_-]/.test(value) && isRandom(value));
}

const UUID = /^[\dA-Fa-f]{8}-(?:[\dA-Fa-f]{4}-){3}[\dA-Fa-f]{12}$/;

const MAX_DISTANCE = 64;
const MAX_WORDS_BETWEEN = 4;

const CAMEL = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;

const SECRET = /(?:key|keys|token|tokens|secret|password|passwd|passphrase|credentials?|apikey)$/;

/** May stand between the name of a service and a value of hexadecimal digits, which is a checksum otherwise. */
const OF_A_KEY = new Set(
  "access admin and api app are as auth bot client code deploy dev for global in is key live master my of personal private prod production read secret set test the to token use user using value was with write".split(
    " ",
  ),
);

/** What a generated value also is. */
const INNOCENT = new Set(
  (
    "address article blob block branch build cache channel checksum commit container cursor deployment digest etag event file fingerprint folder guid hash href id ids image index " +
    "instance integrity job layer link md5 message nonce node object order page partition path pipeline pod primary project public pubkey ref release request rev revision " +
    "run session sha sha1 sha256 sha384 sha512 signature sort span src tag task trace transaction tree tx uri url uuid version workflow"
  ).split(" "),
);

function isNamedBefore(text: string, at: number, valueEnd: number): boolean {
  const isHex = HEX.test(text.slice(at, valueEnd));
  /** From the nearest on. */
  const between: string[] = [];
  for (let end = wordEnd(text, at, at); end > 0; ) {
    const start = wordStart(text, end);
    const word = text.slice(start, end);
    const lower = word.toLowerCase();
    if (INNOCENT.has(lower)) return false;
    const parts = lower === word ? [lower] : (word.match(CAMEL) ?? []).map((part) => part.toLowerCase());
    if (parts.length > 1 && parts.some((part) => INNOCENT.has(part))) return false;
    if (isService(lower, parts)) return true;
    const next = wordEnd(text, start, at);
    if (SECRET.test(lower)) {
      // Only what says that it is one: `key is x`, `token for y: x`. Not `public key`, `hash of the key`.
      if (isLinked(between, text.slice(at - 4, at)))
        return next < 0 || !INNOCENT.has(text.slice(wordStart(text, next), next).toLowerCase());
    } else if (isHex && !OF_A_KEY.has(lower)) return false;
    if (between.push(lower) > MAX_WORDS_BETWEEN) return false;
    end = next;
  }
  return false;
}

const HEX = /^[\da-f]+$/i;

/** 1: of a word; 2: the sentence, the member or the statement begins here. */
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[A-Za-z0-9]/.test(character) ? 1 : /[\r\n,;}]/.test(character) ? 2 : 0;
});

/** Where the word ends that stands before a place in the same phrase; -1 where none does. */
function wordEnd(text: string, before: number, value: number): number {
  let end = before;
  while (end > 0 && value - end < MAX_DISTANCE) {
    const kind = KINDS[text.charCodeAt(end - 1)];
    if (kind === 1) return end;
    if (kind === 2 || (text.charCodeAt(end - 1) === BLANK && /[.!?]/.test(text.charAt(end - 2)))) return -1;
    end--;
  }
  return -1;
}

const BLANK = 32;

function wordStart(text: string, end: number): number {
  let start = end;
  while (KINDS[text.charCodeAt(start - 1)] === 1 && end - start < MAX_DISTANCE) start--;
  return start;
}

function isService(word: string, parts: readonly string[]): boolean {
  if (SERVICE_NAMES.has(word)) return true;
  // `datadogApi`, `openWeatherMap`: from its beginning as many parts as make up a name.
  let joined = "";
  for (const part of parts.slice(0, 4)) {
    joined += part;
    if (SERVICE_NAMES.has(joined)) return true;
  }
  return false;
}

/** `key is x`, `key: x`, `key for Datadog is x`, and not `the key that opens x`. */
function isLinked(between: readonly string[], sign: string): boolean {
  const [last = "", ...others] = between;
  if (last === "") return true;
  const first = others.at(-1) ?? last;
  if (LINKS.has(first)) return others.length === 0 || (others.length <= 2 && PREPOSITIONS.has(first));
  return others.length === 0 && /[:=]/.test(sign);
}

const LINKS = new Set("is are was be to for of from at on with as".split(" "));
const PREPOSITIONS = new Set("for of from at on to".split(" "));

const AFTER =
  /^["'`)\]]{0,3},?[ \t]{1,2}(?:is|was|as|=|-|→|\()[ \t]{0,2}(?:(?:the|my|our|your|a|an|its|this)[ \t])?(?:(?!public|primary|commit|hash|cache|sha\d*|md5|next|cursor)[\w.-]{1,24}[ \t]){0,2}(?:API[ -]?)?(?:key|token|secret|password|passphrase)\b/i;
