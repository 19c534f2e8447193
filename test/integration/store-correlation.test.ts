import fc from "fast-check";
import { expect, test } from "vitest";
import { correlationId } from "../../src/event/index.js";
import { migratedPool } from "./store-fixture.js";

const pool = await migratedPool();

const uuid = fc.uuid().map((text) => ({ text, forms: [text, text.toUpperCase(), text.replaceAll("-", "")] }));

const text = fc.oneof(
  fc.string({ unit: "binary" }).filter((candidate) => !candidate.includes("\0")),
  fc.string({ unit: "grapheme" }),
  fc.stringMatching(/^[0-9a-fA-F]{30,34}$/),
  fc.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{11,13}$/),
  uuid.chain(({ forms }) => fc.constantFrom(...forms, ` ${forms[0]}`, `{${forms[0]}}`, `${forms[0]}\n`)),
  fc.constantFrom("abc-123", "", " ", "\n", "é", "e\u0301", "😀", "İ", "K".repeat(32), "\u212a"),
);

test("the SQL function correlation_uuid() gives what correlationId() gives, for any text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 100 }), async (texts) => {
      const { rows } = await pool.query<{ uuid: string }>(
        "select correlation_uuid(given) as uuid from unnest($1::text[]) with ordinality as texts (given, place) order by place",
        [texts],
      );
      expect(rows.map((row) => row.uuid)).toEqual(texts.map((given) => correlationId(given).uuid));
    }),
    { numRuns: 60 },
  );
});

test("a query by correlation_uuid() is answered by the index", async () => {
  const client = await pool.connect();
  try {
    await client.query("begin; set local enable_seqscan = off");
    const { rows } = await client.query<{ "QUERY PLAN": string }>(
      "explain select * from agent_actions where correlation_id = correlation_uuid('abc-123')",
    );
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan).toContain(`= '${correlationId("abc-123").uuid}'::uuid`);
    expect(plan).toContain("Index");
  } finally {
    await client.query("rollback");
    client.release();
  }
});
