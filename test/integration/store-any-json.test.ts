import fc from "fast-check";
import { expect, test } from "vitest";
import { CONTRACT, EVENT_KINDS, type EventKind, validateEvent } from "../../src/event/index.js";
import type { StorableEvent } from "../../src/store/stored-event.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool, { fileTools: ["Read", "Write", "Edit", "Glob", "Grep", "Delete"] });

const oddText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "\0",
    "\ud800",
    "\udc00x",
    "NULL",
    "{}",
    '"',
    "\\",
    "a".repeat(5_000),
    "\\u0000",
    "\u2028",
    "",
  ),
);

/** Text of a number as JSON allows it, also those that JSON.parse rounds and that PostgreSQL has no room for. */
const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom("1e400", "-1e400", "1e-400", "1e-20000", "-0", "0e999999", "1E+5", "12.0", "2147483648"),
  fc.bigInt().map(String),
  fc.integer({ min: 1, max: 20_000 }).map((digits) => "9".repeat(digits)),
  fc.integer({ min: 1, max: 20_000 }).map((digits) => `0.${"0".repeat(digits)}1`),
);

const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.constantFrom("null", "true", "false"),
      numberText,
      oddText.map((text) => JSON.stringify(text)),
    ),
    fc.array(tie("json"), { maxLength: 4 }).map((items) => `[${items.join(" , ")}]`),
    fc
      .array(fc.tuple(oddText, tie("json")), { maxLength: 4 })
      .map(
        (members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",\n")}}`,
      ),
  ),
}));

const time = fc.oneof(
  fc
    .date({ noInvalidDate: true, min: new Date("0001-01-01"), max: new Date("9999-12-31") })
    .map((d) => d.toISOString()),
  fc.constantFrom(
    "2026-01-01",
    "2026-06-30 23:59:59.999999+14",
    "0001-01-01T00:00:00-01:00",
    "2026-01-01T24:00:00Z",
  ),
);

/** Values that a field of the contract may be given: mostly of its type, often at its edge, sometimes anything. */
function valueFor(kind: EventKind, name: string): fc.Arbitrary<string> {
  const spec = CONTRACT[kind][name];
  const quoted = (texts: fc.Arbitrary<string>) => texts.map((text) => JSON.stringify(text));
  const own: Record<string, fc.Arbitrary<string>> = {
    text: quoted(
      fc.oneof(oddText, fc.constantFrom("Read", "write", "abc-123", "0af7651916cd43dd8448eb211c80319c")),
    ),
    choice: quoted(fc.constantFrom(...(spec?.type === "choice" ? spec.of : ["none"]))),
    uuid: quoted(fc.oneof(fc.uuid(), oddText)),
    integer: mostly(fc.integer({ min: 0 }).map(String), numberText),
    number: mostly(fc.double({ min: 0, max: 1, noNaN: true }).map(String), numberText),
    boolean: fc.constantFrom("true", "false", '"true"', "0"),
    timestamp: mostly(fc.oneof(quoted(time), fc.integer().map(String)), numberText),
    object: fc.dictionary(oddText, json).map(
      (o) =>
        `{${Object.entries(o)
          .map(([n, v]) => `${JSON.stringify(n)}:${v}`)
          .join()}}`,
    ),
    array: fc.array(json, { maxLength: 5 }).map((items) => `[${items.join()}]`),
    texts: quoted(oddText).map((text) => `[${text},"b"]`),
  };
  const fits = own[spec?.type ?? ""] ?? json;
  return mostly(fits, json);
}

// One field out of order makes most records invalid, and there are up to 25.
const mostly = <Value>(usual: fc.Arbitrary<Value>, rare: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ arbitrary: usual, weight: 40 }, { arbitrary: rare, weight: 1 });

const anyRecord = fc.constantFrom(...EVENT_KINDS).chain((kind) => {
  const names = Object.keys(CONTRACT[kind]);
  const required = names.filter((name) => CONTRACT[kind][name]?.required);
  return fc
    .subarray(names.filter((name) => !required.includes(name)))
    .chain((optional) =>
      fc.tuple(
        fc.tuple(
          ...[...required, ...optional].map((name) => fc.tuple(fc.constant(name), valueFor(kind, name))),
        ),
        fc.array(fc.tuple(oddText, json), { maxLength: 3 }),
      ),
    )
    .map(([known, unknown]) => ({
      kind,
      text: `{${[...known, ...unknown].map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(", ")}}`,
    }));
});

let offset = 0;

function asStorable({ kind, text }: { kind: EventKind; text: string }): StorableEvent[] {
  const origin = { topic: "any", partition: 0, offset: String(offset++), timestampMillis: Date.now() };
  const valid = validateEvent(kind, JSON.parse(text), origin);
  return valid.valid ? [{ valid, text }] : [];
}

test("whatever JSON comes, what the contract finds valid Postgres takes", async () => {
  let written = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecord, { minLength: 1, maxLength: 30 }), async (records) => {
      const batch = records.flatMap(asStorable);
      const { inserted, merged, duplicates, refused } = await writer.write(batch);
      written += inserted;
      expect(refused).toEqual([]);
      expect(inserted + merged + duplicates).toBe(batch.length);
    }),
    { numRuns: 200, endOnFailure: true },
  );
  // A generator whose records are all invalid would prove nothing.
  expect(written).toBeGreaterThan(500);
});

test("whatever JSON object comes, unknown fields and all, nothing throws and nothing is refused", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...EVENT_KINDS),
      fc.array(fc.dictionary(oddText, json), { minLength: 1, maxLength: 20 }),
      async (kind, objects) => {
        const batch = objects.flatMap((members) => {
          // A run of its own for each: one that hears everything would grow with every round.
          const required = `"agent_name":"a","action_type":"success","action_name":"n","execution_id":"${offset}"`;
          const unknown = Object.entries(members).map(([name, value]) => `${JSON.stringify(name)}:${value}`);
          return asStorable({ kind, text: `{${[required, ...unknown].join()}}` });
        });
        const { inserted, merged, duplicates, refused } = await writer.write(batch);
        expect(refused).toEqual([]);
        expect(inserted + merged + duplicates).toBe(batch.length);
      },
    ),
    { numRuns: 100, endOnFailure: true },
  );
});
