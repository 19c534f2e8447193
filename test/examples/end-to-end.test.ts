import { expect, test } from "vitest";
import { startExampleStack } from "./example-stack.js";

const stack = await startExampleStack();

test("what is published is found again as rows, with its details", async () => {
  const { code, stdout } = await stack.runExample("end-to-end/index.ts");
  expect(stdout).toContain("4 of 4 actions acknowledged by Kafka");
  expect(stdout.match(/^ok/gm)).toHaveLength(4);
  expect(code).toBe(0);

  await stack.untilStored();
  const rows = await stack.query(
    "select action_type, action_name, agent_name, duration_ms from agent_actions order by action_type",
  );
  expect(rows).toEqual([
    {
      action_type: "decision",
      action_name: "select_agent",
      agent_name: "agent-end-to-end",
      duration_ms: null,
    },
    { action_type: "error", action_name: "ImportError", agent_name: "agent-end-to-end", duration_ms: null },
    {
      action_type: "success",
      action_name: "task_completed",
      agent_name: "agent-end-to-end",
      duration_ms: null,
    },
    { action_type: "tool_call", action_name: "Read", agent_name: "agent-end-to-end", duration_ms: 45 },
  ]);
});

test("it fails, and says what is missing, when no consumer reads what is published", async () => {
  const { AGENT_ACTIONS_TOPIC_DEAD_LETTER: unread = "" } = stack.env;
  const { code, stdout } = await stack.runExample("end-to-end/index.ts", {
    AGENT_ACTIONS_TOPIC_ACTION: unread,
    AGENT_ACTIONS_TOPIC_DEAD_LETTER: "unused",
    WAIT_MILLIS: "0",
  });
  expect(stdout).toContain("4 of 4 actions acknowledged by Kafka");
  expect(stdout.match(/^MISSING/gm)).toHaveLength(4);
  expect(code).toBe(1);
});
