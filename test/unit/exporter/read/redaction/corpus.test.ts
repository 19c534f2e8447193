import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createKeyMatcher } from "../../../../../exporter/read/redaction/secret-keys.js";
import { createTextRedactor } from "../../../../../exporter/read/redaction/text-rules.js";
import { redactionDocs } from "../../../../../scripts/redaction-corpus/docs.js";
import { falseHits, recall, recallOfPairs } from "../../../../../scripts/redaction-corpus/measure.js";
import { NAMED_PLACES, NEUTRAL_PLACES, QUOTINGS } from "../../../../../scripts/redaction-corpus/places.js";
import { Random } from "../../../../../scripts/redaction-corpus/random.js";
import { SECRETS } from "../../../../../scripts/redaction-corpus/secrets.js";

const redact = createTextRedactor({}, createKeyMatcher());

describe("of made-up secrets, in every place and at every level of quoting", () => {
  test.each(recall(20_260_504).map((score) => [score.group, score] as const))(
    "%s: nearly all",
    (_, score) => {
      expect(score.hits / score.texts, JSON.stringify(score.failures.slice(0, 5))).toBeGreaterThan(0.98);
    },
  );

  // Services that are words, and keys of eight characters, are in it too.
  test.each(recallOfPairs(20_260_504).map((score) => [score.group, score] as const))(
    "%s: most, with the halves that were held back",
    (_, score) => {
      expect(score.hits / score.texts, JSON.stringify(score.failures.slice(0, 5))).toBeGreaterThan(0.85);
    },
  );

  test.each(falseHits().map((score) => [score.group, score] as const))(
    "%s: nothing is hidden",
    (_, score) => {
      expect(score.failures).toEqual([]);
    },
  );
});

test("docs/redaction.md has today's figures", () => {
  const page = readFileSync("docs/redaction.md", "utf8");
  expect(redactionDocs(page)).toBe(page);
});

// The head of a key in one text and the tail of another in the next are hidden as one, with what is between them.
const makers = Object.values(SECRETS)
  .flatMap((group) => Object.entries(group))
  .flatMap(([name, make]) => (name.includes("cut off") ? [] : [make]));
const secretText = fc
  .tuple(
    fc.integer(),
    fc.constantFrom(...makers),
    fc.constantFrom(...Object.values({ ...NEUTRAL_PLACES, ...NAMED_PLACES })),
    fc.array(fc.constantFrom(...Object.values(QUOTINGS)), { maxLength: 3 }),
  )
  .map(([seed, make, put, quotings]) =>
    quotings.reduce((text, quote) => quote(text), put(make(new Random(seed)))),
  );

test("what was redacted once has nothing to hide the second time", () => {
  fc.assert(
    fc.property(secretText, (text) => {
      const once = redact(text);
      expect(redact(once)).toBe(once);
    }),
    { numRuns: 1000 },
  );
});

test("JSON with secrets in its texts is JSON of the same shape afterwards", () => {
  const json = fc.object({
    values: [secretText, fc.string(), fc.integer(), fc.boolean()],
    maxDepth: 3,
    withNullPrototype: false,
  });
  const shape = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shape);
    return typeof value === "object" && value !== null ? Object.values(value).map(shape) : typeof value;
  };
  fc.assert(
    fc.property(json, (value) => {
      // Under a name that is hidden a structure becomes a text, so names are neutral here.
      const neutral = JSON.stringify(value, (_, member) =>
        typeof member === "object" && member !== null && !Array.isArray(member)
          ? Object.fromEntries(Object.values(member).map((item, index) => [`m${index}`, item]))
          : member,
      );
      expect(shape(JSON.parse(redact(neutral)))).toEqual(shape(JSON.parse(neutral)));
    }),
    { numRuns: 1000 },
  );
});

test.each([
  String.raw`[{"m0":"PW:\""}]`,
  String.raw`{"a":"password: \"abc","b":[1]}`,
  String.raw`{"a":"{\"password\":\"abc","b":2}`,
  `{"a":"password: 'x1y2z3","b":1}`,
  `{"a":"{'password': 'x1y2z3","b":{"c":2}}`,
])("a value whose quote is not closed ends with the text that it stands in: %s", (json) => {
  const redacted = redact(json);
  expect(redacted).not.toMatch(/abc|x1y2z3/);
  expect(Object.keys(JSON.parse(redacted))).toEqual(Object.keys(JSON.parse(json)));
});

test("a value whose quote is not closed is hidden to the end of what is no whole document", () => {
  expect(redact(`{"a": 1} password: 'abc", "def", ghi`)).not.toMatch(/abc|def|ghi/);
  expect(redact(String.raw`{"log": "{\"password\": \"abc, \\\"def`)).not.toMatch(/abc|def/);
  expect(redact(`{"secret": {"a": "{", "b": "abc"}, "c": 1}`)).not.toContain("abc");
});

test("any text whatsoever is redacted without an exception, and a token in it is gone", () => {
  const token = `ghp_${"a1B2".repeat(9)}`;
  const piece = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom('\\"', "\\n", "token=", '"password":', "%22", "://", "@", "-p", "{", "'"),
  );
  const around = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(around, around, (before, after) => {
      expect(redact(`${before}\n${token} ${after}`)).not.toContain(token);
    }),
    { numRuns: 2000 },
  );
});
