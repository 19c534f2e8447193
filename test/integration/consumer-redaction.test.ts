import { expect, test } from "vitest";
import { createHarness, untilConsumed } from "./consumer-harness.js";

const TOKEN = `ghp_${"0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX"}`;

const event = (name: string, more: object = {}) => ({
  correlation_id: "run",
  agent_name: "another program",
  action_type: "tool_call",
  action_name: name,
  status: "ok",
  timestamp: "2026-11-01T10:00:00Z",
  action_details: {
    tool_parameters: { password: "hunter2hunter2", command: `curl -H "authorization: token ${TOKEN}"` },
  },
  ...more,
});

/** Every table that has rows of events, as text. */
async function allRows(query: (sql: string) => Promise<Record<string, unknown>[]>): Promise<string> {
  const parts: string[] = [];
  for (const table of ["agent_actions", "agent_routing_decisions", "agent_execution_logs"])
    parts.push(JSON.stringify(await query(`select * from ${table}`)));
  return parts.join("\n");
}

test("secrets in records of other programs are stored as they come, or hidden where the consumer is told so; both are the same rows", async (t) => {
  const harness = await createHarness({}, t);
  const records = [
    { key: "run", value: JSON.stringify(event("with a secret")) },
    // Without a secret every digit stays.
    {
      key: "run",
      value: JSON.stringify(event("without", { action_details: { n: 1 } })).replace(
        '"n":1',
        '"n":123456789012345678901',
      ),
    },
    { key: "run", value: "not JSON" },
  ];
  await harness.produce("action", records);
  await harness.produce("routing_decision", [
    {
      value: JSON.stringify({
        correlation_id: "run",
        selected_agent: "a",
        user_request: `with ${TOKEN}`,
        timestamp: "2026-11-01T10:00:00Z",
      }),
    },
  ]);
  await harness.produce("execution", [
    {
      value: JSON.stringify({
        execution_id: "e",
        correlation_id: "run",
        agent_name: "a",
        user_prompt: TOKEN,
        status: "success",
        timestamp: "2026-11-01T10:00:00Z",
      }),
    },
  ]);
  const redacting = await harness.start({ redact: true });
  await untilConsumed(redacting, 5);
  expect(redacting.metrics()).toMatchObject({ messages_redacted: 3, messages_consumed: 5 });
  await redacting.stop();
  const rows = await allRows(harness.query);
  expect(rows).not.toContain(TOKEN.slice(4));
  expect(rows).not.toContain("hunter2");
  expect(rows).toContain("with a secret");
  expect(
    await harness.query(
      "select action_details ->> 'n' as n from agent_actions where action_name = 'without'",
    ),
  ).toEqual([{ n: "123456789012345678901" }]);
  const counts = await harness.query(
    "select (select count(*) from agent_actions)::int as actions, (select count(*) from agent_routing_decisions)::int as decisions",
  );
  expect(counts).toEqual([{ actions: 2, decisions: 1 }]);

  // Read again by a consumer that does not redact: the same rows, whatever it would have stored.
  const plain = await harness.start({ groupId: `${harness.groupId}-plain` });
  await untilConsumed(plain, 5);
  expect(plain.metrics()).toMatchObject({ messages_redacted: 0 });
  expect(
    await harness.query(
      "select (select count(*) from agent_actions)::int as actions, (select count(*) from agent_routing_decisions)::int as decisions",
    ),
  ).toEqual(counts);
  const letters = await harness.deadLetters(2);
  expect(letters[0]?.value?.toString()).toBe("not JSON");
});
