import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type CallFact, compareCalls } from "../../../scripts/coding-agents/compare-calls.js";
import { codingAgentDocs } from "../../../scripts/coding-agents/docs.js";
import { recordings } from "../../../scripts/coding-agents/recordings.js";
import type { ActionEvent } from "../../../src/event/index.js";

test("the page says what each recording tells, as it is read now", async () => {
  const page = readFileSync("docs/coding-agents.md", "utf8");
  expect(await codingAgentDocs(page), "npm run generate").toBe(page);
});

test("no way tells anything of a recorded call otherwise than it was", async () => {
  const wrong = (await recordings()).flatMap(({ agent, facts, ways }) =>
    ways.flatMap(({ way, events }) =>
      compareCalls(facts, events).mistakes.map((what) => `${agent} ${way} ${what}`),
    ),
  );
  expect(wrong).toEqual([]);
});

const FACT: CallFact = {
  tool: ["bash"],
  arguments: { command: "ls" },
  outcome: "error",
  output: "no\nfile",
  error: "code 2",
};

const call = (more: object): ActionEvent =>
  ({
    id: "1",
    agent_name: "a",
    action_type: "tool_call",
    action_name: "bash",
    status: "error",
    action_details: { tool_parameters: { command: "ls" }, tool_result: { output: "no\nfile" } },
    error_message: "exited with code 2",
    ...more,
  }) as ActionEvent;

test.each([
  ["as it was", call({}), { calls: 1, right: 5, wrong: 0, unknown: 0 }],
  ["with another outcome", call({ status: "ok" }), { right: 3, wrong: 1, unknown: 1 }],
  [
    "with another result",
    call({ action_details: { tool_parameters: { command: "ls" }, tool_result: "x" } }),
    { wrong: 1 },
  ],
  ["without arguments and result", call({ action_details: {} }), { right: 3, wrong: 0, unknown: 2 }],
  ["that is running", call({ status: "running" }), { wrong: 0, unknown: 2 }],
  [
    "with other arguments",
    call({ action_details: { tool_parameters: { command: "cat" } } }),
    { calls: 0, right: 0, unknown: 5 },
  ],
  ["of another tool", call({ action_name: "read" }), { calls: 0, right: 0, unknown: 5 }],
])("a call %s", (_, event, expected) => {
  expect(compareCalls([FACT], [event])).toMatchObject(expected);
});
