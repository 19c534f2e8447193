import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { startExampleStack } from "./example-stack.js";

const stack = await startExampleStack();

test("the run and the tool calls of an AI SDK agent become rows, the failed one with its error", async () => {
  const { code, stdout } = await stack.runExample("ai-sdk/index.ts");
  expect(stdout).toBe("R 10 was full, so you travel in R 12. (4 steps)\n");
  expect(code).toBe(0);

  expect(await stack.untilStored()).toBe(4);
  const rows = await stack.query(
    "select action_type, action_name, action_details, agent_name, source from agent_actions order by tool_call_id",
  );
  const common = { agent_name: "travel-agent", source: "vercel-ai" };
  expect(rows).toEqual([
    {
      ...common,
      action_type: "tool_call",
      action_name: "findTrains",
      action_details: {
        success: true,
        tool_parameters: { to: "Oslo" },
        tool_result: { to: "Oslo", trains: ["R 10", "R 12"] },
      },
    },
    {
      ...common,
      action_type: "tool_call",
      action_name: "bookSeat",
      action_details: {
        success: false,
        error_message: "No seat left in R 10",
        tool_parameters: { train: "R 10" },
        tool_result: null,
      },
    },
    {
      ...common,
      action_type: "tool_call",
      action_name: "bookSeat",
      action_details: {
        success: true,
        tool_parameters: { train: "R 12" },
        tool_result: { train: "R 12", seat: "31A" },
      },
    },
    {
      ...common,
      action_type: "success",
      action_name: "travel-agent",
      action_details: expect.objectContaining({ input_tokens: 48, output_tokens: 32 }),
    },
  ]);
});

test("the tool calls are children of the run, in one trace that is the correlation id", async () => {
  const [shape] = await stack.query(`
    select count(distinct trace_id)::int as traces,
           bool_and(correlation_id = trace_id::uuid) as named_by_trace,
           count(*) filter (where parent_span_id = run.span_id)::int as children
      from agent_actions, (select span_id from agent_actions where action_type = 'success') run`);
  expect(shape).toEqual({ traces: 1, named_by_trace: true, children: 3 });
});

test("the agent's own code does not know this package", async () => {
  const code = await readFile(new URL("../../examples/ai-sdk/agent.ts", import.meta.url), "utf8");
  expect(code).not.toContain("otel");
});
