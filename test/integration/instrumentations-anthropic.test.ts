import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { run, startExampleStack } from "../examples/example-stack.js";
import { installTree } from "../helpers/install-tree.js";

const stack = await startExampleStack();

let tree: string;
beforeAll(async () => {
  tree = await installTree(resolve("test/frameworks/anthropic"));
});

async function rows(service: string, env: Readonly<Record<string, string>>) {
  const ended = await run(
    process.execPath,
    ["--import", "otel-agent-actions/register", "agent.mjs"],
    { ...stack.env, OTEL_SERVICE_NAME: service, ...env },
    tree,
  );
  expect(ended).toEqual({ code: 0, stdout: "Note 7 says: six tables.\n", stderr: "" });
  await stack.untilStored();
  return stack.query(
    `select action.action_type, action.action_name, action.tool_call_id, action.status, action.action_details as details,
            action.parent_span_id = run.span_id as inside
       from agent_actions action, agent_actions run
      where action.service_name = $1 and run.service_name = $1 and run.action_type = 'success'
      order by action.action_type, action.tool_call_id`,
    [service],
  );
}

describe.each([
  ["with the SDK's own spans, to which arguments, results and errors are added", "notes-own", {}],
  ["without them", "notes-ours", { ANTHROPIC_OPEN_TELEMETRY: "false" }],
] as const)(
  "a tool runner of Anthropic that knows nothing of this package, by register alone, %s",
  (_, service, env) => {
    test("gets a row for its run and for each call, also of a tool that does not exist", async () => {
      const [run, ...calls] = await rows(service, env);
      expect(run).toMatchObject({
        action_type: "success",
        status: "ok",
        details: { model: "claude-mock", provider: "anthropic" },
      });
      const call = { action_type: "tool_call", inside: true };
      expect(calls).toEqual([
        {
          ...call,
          action_name: "read_note",
          tool_call_id: "toolu_1_0",
          status: "ok",
          details: { tool_parameters: { id: 7 }, tool_result: "six tables", success: true },
        },
        {
          ...call,
          action_name: "read_note",
          tool_call_id: "toolu_1_1",
          status: "error",
          details: {
            tool_parameters: { id: 0 },
            tool_result: null,
            success: false,
            error_message: "there is no note 0",
          },
        },
        {
          ...call,
          action_name: "erase_note",
          tool_call_id: "toolu_2_0",
          status: "error",
          details: {
            tool_parameters: { id: 7 },
            tool_result: null,
            success: false,
            error_message: "Error: Tool 'erase_note' not found",
          },
        },
      ]);
    });
  },
);
