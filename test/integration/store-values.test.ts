import { describe, expect, test } from "vitest";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { anyAction, migratedPool, oneRow, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);

test("an event in an envelope keeps its details as they stand there, numbers beyond 2^53 too", async () => {
  const envelope = storable(
    "action",
    `{"envelope_id": "01900000-0000-7000-8000-0000000000e1", "event_type": "x", "payload": {"agent_name": "enveloped", "action_type": "decision",
      "action_name": "n", "action_details": {"big": 12345678901234567890}, "more": {"big": 98765432109876543210}}}`,
  );
  expect(await writer.write([envelope])).toMatchObject({ inserted: 1 });
  expect(
    await oneRow(
      pool,
      "select action_details::text as details from agent_actions where agent_name = 'enveloped'",
    ),
  ).toEqual({
    details:
      '{"big": 12345678901234567890, "more": {"big": 98765432109876543210}, "envelope": {"event_type": "x", "envelope_id": "01900000-0000-7000-8000-0000000000e1"}}',
  });
});

describe("values come through as they were", () => {
  test("numbers beyond 2^53 and their digits, in details and in unknown fields", async () => {
    await writer.write([
      storable(
        "action",
        `{"agent_name":"numbers","action_type":"success","action_name":"n","unknown":12345678901234567890,
          "action_details":{"big":123456789012345678901234567890,"small":1e-400,"digits":1.10}}`,
      ),
    ]);
    const { details } = await oneRow<{ details: string }>(
      pool,
      "select action_details::text as details from agent_actions where agent_name = 'numbers'",
    );
    expect(details).toContain('"big": 123456789012345678901234567890');
    expect(details).toContain('"digits": 1.10');
    expect(details).toContain('"unknown": 12345678901234567890');
    expect(details).toContain(`"small": 0.${"0".repeat(399)}1`);
  });

  test("a number that only PostgreSQL cannot hold is stored as JSON.parse has read it", async () => {
    const event = storable(
      "action",
      '{"agent_name":"tiny","action_type":"success","action_name":"n","action_details":{"tiny":1e-20000,"a":1}}',
    );
    expect(await writer.write([event, anyAction()])).toMatchObject({ inserted: 2, refused: [] });
    expect(await oneRow(pool, "select action_details from agent_actions where agent_name = 'tiny'")).toEqual({
      action_details: { tiny: 0, a: 1 },
    });
  });

  test("NUL, lone surrogates, quotes, backslashes and every odd text, in values and in keys", async () => {
    const odd = {
      '"': "\\",
      "{": "}",
      "a,b": "NULL",
      "\u0000k": "x\u0000y",
      s: "\ud800",
      n: "\n\t\u2028",
      e: "",
    };
    await writer.write([
      storable("action", {
        agent_name: 'a"\\{,}',
        action_type: "success",
        action_name: "\\",
        error_message: "\u0000",
        action_details: odd,
      }),
    ]);
    expect(
      await oneRow(
        pool,
        "select action_details, action_name, status_message, repairs from agent_actions where agent_name = $1",
        ['a"\\{,}'],
      ),
    ).toEqual({
      action_details: {
        '"': "\\",
        "{": "}",
        "a,b": "NULL",
        "\ufffdk": "x\ufffdy",
        s: "\ufffd",
        n: "\n\t\u2028",
        e: "",
      },
      action_name: "\\",
      status_message: "\ufffd",
      repairs: ["NUL characters, lone surrogates, depth or numbers: replaced"],
    });
  });

  test("the ordinary text \\u0000 stays what it is", async () => {
    await writer.write([anyAction({ agent_name: "six characters", action_details: { t: "\\u0000" } })]);
    expect(
      await oneRow(
        pool,
        "select action_details, repairs from agent_actions where agent_name = 'six characters'",
      ),
    ).toEqual({ action_details: { t: "\\u0000" }, repairs: null });
  });

  test("what was mended is said", async () => {
    await writer.write([anyAction({ agent_name: "mended", duration_ms: "12.7", debug_mode: "false" })]);
    expect(
      await oneRow(
        pool,
        "select duration_ms, debug_mode, repairs from agent_actions where agent_name = 'mended'",
      ),
    ).toEqual({
      duration_ms: 13,
      debug_mode: false,
      repairs: expect.arrayContaining([
        expect.stringMatching(/^duration_ms: /),
        expect.stringMatching(/^debug_mode: /),
      ]),
    });
  });

  test("of an unknown field and a detail of the same name, the detail", async () => {
    await writer.write([anyAction({ agent_name: "same name", a: 1, b: 2, action_details: { a: 3 } })]);
    expect(
      await oneRow(pool, "select action_details from agent_actions where agent_name = 'same name'"),
    ).toEqual({
      action_details: { a: 3, b: 2 },
    });
  });

  test("a result of 900 KB, many of them in one batch", async () => {
    const result = '"\\ é'.repeat(180_000);
    const batch = Array.from({ length: 10 }, () =>
      anyAction({ agent_name: "large", action_details: { tool_result: result } }),
    );
    expect(await writer.write(batch)).toMatchObject({ inserted: 10 });
    const { same } = await oneRow<{ same: number }>(
      pool,
      "select count(*)::int as same from agent_actions where agent_name = 'large' and action_details ->> 'tool_result' = $1",
      [result],
    );
    expect(same).toBe(10);
  });
});
