/** A dialect that is not asked about a span for want of evidence would have had nothing to say. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DIALECTS, type Dialect } from "../../../../../exporter/index.js";
import { DialectChain } from "../../../../../exporter/read/dialects/dialect-chain.js";
import type { ReadableSpan } from "../../../../../exporter/read/sdk-types.js";
import { readOtlpJson } from "../../../../../exporter/span-files/otlp-spans.js";
import { spanOf } from "../../spans.js";

const FOLDER = new URL("../../../../fixtures/spans/", import.meta.url);
const FILES = ["", "pending/"].flatMap((folder) =>
  readdirSync(new URL(`./${folder}`, FOLDER))
    .filter((file) => file.endsWith(".otlp.json"))
    .map((file) => folder + file),
);

const spansOf = (file: string): readonly ReadableSpan[] =>
  readOtlpJson(readFileSync(new URL(file, FOLDER), "utf8")).map(({ span }) => span);

const saysNothing = (dialect: Dialect, span: ReadableSpan): boolean =>
  dialect.read(span, []) === undefined &&
  !dialect.agentName(span)?.trim() &&
  !dialect.sessionId(span)?.trim();

function expectEvidence(span: ReadableSpan): void {
  for (const dialect of DIALECTS)
    if (new DialectChain([dialect]).candidates(span) === 0)
      expect(saysNothing(dialect, span), dialect.name).toBe(true);
}

test.each(FILES)("%s", (file) => {
  for (const span of spansOf(file)) expectEvidence(span);
});

describe("any span", () => {
  const real = FILES.flatMap(spansOf);
  const scopes = [...new Set(real.map((span) => span.instrumentationScope.name))];
  const attributes = new Map(real.flatMap((span) => Object.entries(span.attributes)));
  const names = [...new Set(real.map(({ name }) => name))];

  test("of parts of real ones", () => {
    const parts = fc.record({
      name: fc.constantFrom(...names),
      scope: fc.constantFrom("http", "otel-agent-actions", ...scopes),
      attributes: fc
        .uniqueArray(fc.constantFrom(...attributes), { maxLength: 4 })
        .map((entries) => Object.fromEntries(entries)),
    });
    fc.assert(
      fc.property(parts, (some) => expectEvidence(spanOf(some))),
      { numRuns: 2_000 },
    );
  });
});

test("a dialect that gives no evidence is asked about every span, and so is the thirty-third", () => {
  const silent = { read: () => undefined, agentName: () => undefined, sessionId: () => undefined };
  const many = Array.from(
    { length: 33 },
    (_, at): Dialect => ({ ...silent, name: `${at}`, evidence: { keys: ["x."] } }),
  );
  const last: Dialect = { ...silent, name: "last", agentName: () => "me" };
  const chain = new DialectChain([...many, last]);
  const span = spanOf();
  expect(chain.agentName(span, chain.candidates(span))).toBe("me");
  const [first] = many;
  const one = new DialectChain([{ ...first, name: "one", agentName: () => "named" } as Dialect]);
  expect(one.agentName(span, one.candidates(span))).toBe(undefined);
  const spoken = spanOf({ attributes: { "x.y": 1 } });
  expect(one.agentName(spoken, one.candidates(spoken))).toBe("named");
});
