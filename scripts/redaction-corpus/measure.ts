import { createKeyMatcher } from "../../exporter/read/redaction/secret-keys.js";
import { createTextRedactor } from "../../exporter/read/redaction/text-rules.js";
import { HELD_BACK_NAMED, HELD_BACK_NEUTRAL } from "./held-back-places.js";
import { INNOCENT } from "./innocent.js";
import { MORE_SECRETS } from "./more-secrets.js";
import { COMMAND_PLACES, NAMED_PLACES, NEUTRAL_PLACES, type Place, QUOTINGS } from "./places.js";
import { Random } from "./random.js";
import { FILE_PASSWORDS, SECRET_FILES } from "./secret-files.js";
import { PASSWORDS, SECRETS, type SecretGroup } from "./secrets.js";
import { BARE_PLACES, KEY_PLACES, type ServicePlace } from "./service-places.js";
import { SERVICES } from "./services.js";

/** What came of one group of texts. */
export interface Score {
  readonly group: string;
  readonly texts: number;
  /** Hidden, where there was a secret; changed, where there was none. */
  readonly hits: number;
  /** `name / place / quoting` and the result, of those that went wrong. */
  readonly failures: readonly { readonly what: string; readonly result: string }[];
}

const EVERY_FORMAT: SecretGroup = Object.assign({}, ...Object.values(SECRETS));

const redact = createTextRedactor({}, createKeyMatcher());

/** Every secret of each group, in every place, in every quoting. */
export function recall(seed: number): readonly Score[] {
  return [
    ...Object.entries(SECRETS).map(([group, secrets]) => hidden(group, secrets, NEUTRAL_PLACES, seed)),
    hidden("named: settings, programs, headers", PASSWORDS, NAMED_PLACES, seed),
    hidden("commands, URLs, statements", PASSWORDS, COMMAND_PLACES, seed),
    hidden("all formats in places written after the rules", EVERY_FORMAT, HELD_BACK_NEUTRAL, seed),
    hidden("named in places written after the rules", PASSWORDS, HELD_BACK_NAMED, seed),
  ];
}

const QUOTED = Object.entries(QUOTINGS);

/** Of a corpus in pairs: the halves by which rules were chosen, and those that were looked at afterwards. */
export function recallOfPairs(seed: number): readonly Score[] {
  return (["chosen by", "held back"] as const).flatMap((half, nth) => {
    const mine = <Value>(all: Readonly<Record<string, Value>>): [string, Value][] =>
      Object.entries(all).filter((_, index) => index % 2 === nth);
    const random = new Random(seed);
    const services = (places: Readonly<Record<string, ServicePlace>>) =>
      mine(SERVICES).flatMap(([service, make]) =>
        Object.entries(places).map(([place, put]) => {
          const secret = make(random);
          return { what: `${service} / ${place}`, text: put(service, secret), secret };
        }),
      );
    const formats = mine(MORE_SECRETS).flatMap(([name, make]) =>
      Object.entries(NEUTRAL_PLACES).map(([place, put]) => {
        const secret = make(random);
        return {
          what: `${name} / ${place}`,
          text: put(secret),
          secret: lastPart(secret),
        };
      }),
    );
    const files = mine(SECRET_FILES).flatMap(([name, put]) =>
      Object.entries(FILE_PASSWORDS).map(([password, make]) => {
        const secret = make(random);
        return { what: `${name} / ${password}`, text: put(secret), secret };
      }),
    );
    return [
      scored(`keys without a form, named a key (${half})`, services(KEY_PLACES)),
      scored(`keys without a form, beside a service's name (${half})`, services(BARE_PLACES)),
      scored(`further formats (${half})`, formats),
      scored(`further files, programs and messages (${half})`, files),
    ];
  });
}

/** Of a URL, a line of a file or a token: its last piece that was generated. */
const lastPart = (secret: string): string =>
  (secret.match(/[\w-]{8,}/g) ?? []).findLast((piece) => /\d/.test(piece)) ?? secret;

interface SecretText {
  readonly what: string;
  readonly text: string;
  readonly secret: string;
}

function scored(group: string, texts: readonly SecretText[]): Score {
  const failures = texts.flatMap(({ what, text, secret }) =>
    QUOTED.flatMap(([quoting, quote]) => {
      const result = redact(quote(text));
      const written = [secret, ...ENCODINGS.map((encode) => encode(secret))].filter((form) =>
        text.includes(form),
      );
      return written.some((form) => tells(result, form)) || !isStillJson(quote(text), result)
        ? [{ what: `${what} / ${quoting}`, result }]
        : [];
    }),
  );
  const all = texts.length * QUOTED.length;
  return { group, texts: all, hits: all - failures.length, failures };
}

/** How a file may write a password. */
const ENCODINGS: readonly ((secret: string) => string)[] = [
  (secret) => Buffer.from(secret).toString("base64"),
  (secret) => Buffer.from(`jo:${secret}`).toString("base64"),
  encodeURIComponent,
];

export function hidden(
  group: string,
  secrets: SecretGroup,
  places: Readonly<Record<string, Place>>,
  seed: number,
): Score {
  const random = new Random(seed);
  const failures: { what: string; result: string }[] = [];
  let texts = 0;
  for (const [name, make] of Object.entries(secrets))
    for (const [place, put] of Object.entries(places))
      for (const [quoting, quote] of Object.entries(QUOTINGS)) {
        const secret = make(random);
        const text = quote(put(secret));
        const result = redact(text);
        texts++;
        if (tells(result, secret) || !isStillJson(text, result))
          failures.push({ what: `${name} / ${place} / ${quoting}`, result });
      }
  return { group, texts, hits: texts - failures.length, failures };
}

export function falseHits(): readonly Score[] {
  return Object.entries(INNOCENT).map(([group, innocent]) => {
    const failures: { what: string; result: string }[] = [];
    for (const text of innocent)
      for (const [quoting, quote] of Object.entries(QUOTINGS)) {
        const result = redact(quote(text));
        if (result !== quote(text)) failures.push({ what: `${text} / ${quoting}`, result });
      }
    return { group, texts: innocent.length * Object.keys(QUOTINGS).length, hits: failures.length, failures };
  });
}

// Of what is hidden nothing that matters may be left: no piece of eight characters of what is secret in it.
function tells(result: string, secret: string): boolean {
  const pieces = secretPart(secret).match(/[A-Za-z0-9]{4,}/g) ?? [];
  const longest = pieces.reduce((a, b) => (b.length > a.length ? b : a), "");
  return longest === "" || result.includes(longest.slice(-12));
}

// Of a key's file, a line of the key; a word before the secret is not it.
function secretPart(secret: string): string {
  const lines = secret.split("\n");
  if (lines.length === 1) return secret.replace(/^https:.*\//, "");
  const privateLine = lines.findIndex((line) => line.startsWith("Private-Lines"));
  return (privateLine >= 0 ? lines[privateLine + 1] : lines[Math.floor(lines.length / 2)]) as string;
}

// What was JSON has to be JSON still.
function isStillJson(text: string, result: string): boolean {
  if (!isJson(text)) return true;
  return isJson(result);
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    const inner = value as { body?: unknown };
    return typeof inner?.body === "string" ? isJson(inner.body) : true;
  } catch {
    return false;
  }
}
