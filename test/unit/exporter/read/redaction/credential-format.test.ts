import { describe, expect, test } from "vitest";
import {
  type CredentialFormat,
  literalOf,
  type Run,
} from "../../../../../exporter/read/redaction/credential-format.js";
import { createKeyMatcher } from "../../../../../exporter/read/redaction/secret-keys.js";
import { CREDENTIAL_FORMATS, createTextRedactor } from "../../../../../exporter/read/redaction/text-rules.js";
import { Random } from "../../../../../scripts/redaction-corpus/random.js";

const redact = createTextRedactor({}, createKeyMatcher());
const random = new Random(7);
const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));

/** One of a format, made up from what it is made of. */
function example({ parts }: CredentialFormat, length: (run: Run) => number): string {
  return parts
    .map((part) => {
      if (typeof part === "string") return part;
      const allowed = new RegExp(`[${part.of}]`);
      return random.text(PRINTABLE.filter((character) => allowed.test(character)).join(""), length(part));
    })
    .join("");
}

describe("each format in the tables", () => {
  test.each(CREDENTIAL_FORMATS.map((format) => [`${format.name} ${literalOf(format)}`, format] as const))(
    "%s",
    (_, format) => {
      for (const length of [
        (run: Run) => run.from + (format.opaque ? 4 : 0),
        (run: Run) => Math.min(run.to, run.from + 8),
      ])
        for (let time = 0; time < 20; time++) {
          const secret = example(format, (run) => Math.min(run.to, length(run)));
          if (format.opaque && !/\d/.test(secret.slice(literalOf(format).length))) continue;
          const piece = secret.slice(-12);
          for (const text of [`see ${secret} there`, JSON.stringify({ a: `x\n${secret}\n` })])
            expect(redact(text), text).not.toContain(piece);
        }
    },
  );

  test("has a literal that is found without reading the pattern, and runs with an upper bound", () => {
    for (const format of CREDENTIAL_FORMATS) {
      expect(literalOf(format).length, format.name).toBeGreaterThan(0);
      for (const part of format.parts)
        if (typeof part !== "string") expect(part.to, format.name).toBeLessThanOrEqual(8192);
    }
  });
});

// A pattern that looks again and again at what it has seen would take minutes for these.
test("a text full of beginnings takes time that grows with its length, whatever the format", () => {
  for (const format of CREDENTIAL_FORMATS) {
    const begun = example(format, (run) => Math.max(0, Math.min(run.from, 12) - 1));
    for (const piece of [literalOf(format), begun, `${begun} `])
      expect(redact(piece.repeat(Math.ceil(30_000 / piece.length))).length).toBeGreaterThan(0);
  }
});
