import fc from "fast-check";
import { expect, test } from "vitest";
import { Canonicaliser } from "../../../src/compare/canonical.js";
import {
  DEFAULT_NORMALISATION,
  NO_NORMALISATION,
  pathFits,
  pathMistake,
  pathSteps,
} from "../../../src/compare/normalisation.js";
import { TokenIds } from "../../../src/compare/token-ids.js";
import { valueDifferences } from "../../../src/compare/value-differences.js";
import type { JsonValue } from "../../../src/event/json.js";

const usual = new Canonicaliser(DEFAULT_NORMALISATION);
const exact = new Canonicaliser(NO_NORMALISATION);
const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;

test.each([
  ["job 3fa85f64-5717-4562-b3fc-2c963f66afa6 began", "job <uuid> began"],
  ["at 2026-11-29T10:15:30.123Z", "at <time>"],
  ["at 2026-11-29 10:15:30+01:00, then", "at <time>, then"],
  ["took until 1764411330123", "took until <time>"],
  ["toolu_01A09q90qw90lq917835lq9", "<id>"],
  ["4bf92f3577b34da6a3ce929d0e0e4736", "<id>"],
  ["/tmp/tmp1a2b3c/report.txt", "<temporary>/report.txt"],
  ["cat /tmp/out-8812.json", "cat <temporary>.json"],
  ["/var/folders/zz/zyx_1/T/agent-42/x.md", "<temporary>/x.md"],
  ["C:\\Users\\jo\\AppData\\Local\\Temp\\a1b2\\x.md", "<temporary>\\x.md"],
  ["http://127.0.0.1:53211/health", "http://127.0.0.1:<port>/health"],
  ["v1.2.3 on 2026-11-29 in src/a.ts, line 12", "v1.2.3 on 2026-11-29 in src/a.ts, line 12"],
  ["/tmp/report.txt", "/tmp/report.txt"],
  ["commit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "commit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"],
  ["example.com:8080", "example.com:8080"],
])("%s is compared as %s", (text, normal) => {
  expect(usual.text(text)).toBe(normal);
  expect(exact.text(text)).toBe(text);
});

test("keys are in order, and what stands under the names of ids and times is left out", () => {
  expect(usual.write({ b: 1, a: [true, null], request_id: 7, "Elapsed-Ms": 12.5 }, "t")).toBe(
    '{"Elapsed-Ms":"<ignored>","a":[true,null],"b":1,"request_id":"<ignored>"}',
  );
  expect(usual.write({ at: 1_764_411_330_123, count: 1_234_567 }, "t")).toBe(
    '{"at":"<time>","count":1234567}',
  );
});

test("paths are left out of the tools that they are for", () => {
  const canonical = new Canonicaliser({
    ...NO_NORMALISATION,
    paths: [
      { tool: "search", path: "$.page.cursor" },
      { tool: "*", path: "$.items[*].rank" },
      { tool: "deep", path: "$.**.noise" },
    ],
  });
  const value = { page: { cursor: "x", size: 3 }, items: [{ rank: 1, id: 2 }], noise: 5 };
  expect(canonical.write(value, "search")).toContain('"page":{"cursor":"<ignored>","size":3}');
  expect(canonical.write(value, "other")).toContain('"cursor":"x"');
  expect(canonical.write(value, "other")).toContain('[{"id":2,"rank":"<ignored>"}]');
  expect(canonical.write(value, "deep")).toContain('"noise":"<ignored>"');
});

test("paths that cannot be read are said to be wrong", () => {
  for (const path of ["$.a", "$.a.b[0]", "$.a[*].b", "$.**.b", "$.*"])
    expect(pathMistake(path)).toBeUndefined();
  for (const path of ["a.b", "$", "$.", "$.a[", "$..a"])
    expect(pathMistake(path)).toContain(JSON.stringify(path));
  expect(pathFits(pathSteps("$.**.id"), ["a", "0", "id"])).toBe(true);
  expect(pathFits(pathSteps("$.a[*].id"), ["a", "0", "x", "id"])).toBe(false);
});

test("canonical texts are equal exactly when the values are, but for the order of keys", () => {
  const shuffled = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, member]) => [key, shuffled(member)]),
    );
  };
  fc.assert(
    fc.property(json, json, (one, other) => {
      expect(exact.write(shuffled(one), "t")).toBe(exact.write(one, "t"));
      expect(JSON.parse(exact.write(one, "t"))).toEqual(JSON.parse(JSON.stringify(one)));
      const isEqual = exact.write(one, "t") === exact.write(other, "t");
      const { differences } = valueDifferences(one, other, "t", exact);
      expect(differences.length === 0).toBe(isEqual);
    }),
    { numRuns: 1_000 },
  );
});

test("differences are told by path, and those of texts by line", () => {
  const a = { path: "a.ts", options: { depth: 1, same: true }, items: [1, 2, 3], gone: null };
  const b = { path: "a.ts", options: { depth: 2, same: true }, items: [1, 9, 2, 3], "new one": "x" };
  expect(valueDifferences(a, b, "t", usual).differences).toEqual([
    { path: "$.options.depth", a: 1, b: 2 },
    { path: "$.items[1]", a: undefined, b: 9 },
    { path: "$.gone", a: null, b: undefined },
    { path: '$["new one"]', a: undefined, b: "x" },
  ]);
  const { differences } = valueDifferences("one\ntwo\nthree", "one\n2\nthree", "t", usual);
  expect(differences[0]?.lines).toEqual([
    { side: "both", number: 1, text: "one" },
    { side: "a", number: 2, text: "two" },
    { side: "b", number: 2, text: "2" },
    { side: "both", number: 3, text: "three" },
  ]);
});

test("of many differences the first ones are told, and that there are more", () => {
  const list = (step: number) =>
    Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`k${at}`, at * step]));
  const { differences, isCut } = valueDifferences(list(1), list(2), "t", usual, { maxDifferences: 5 });
  expect(differences).toHaveLength(5);
  expect(isCut).toBe(true);
});

test("different texts have different numbers, equal ones the same", () => {
  const ids = new TokenIds();
  const texts = Array.from({ length: 200_000 }, (_, at) => `read {"path":"/src/file-${at}.ts"}`);
  expect(new Set(texts.map((text) => ids.of(text))).size).toBe(texts.length);
  expect(ids.of(texts[17]!)).toBe(17);
});
