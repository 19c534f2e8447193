import { expect, test } from "vitest";
import { startExampleStack } from "./example-stack.js";

const stack = await startExampleStack();

const ROWS = [
  {
    agent_name: "agent-refunds",
    action_type: "decision",
    action_name: "refund",
    action_details: { decision_result: { approved: true } },
    source: "agent-actions",
    service_name: "shop",
  },
  {
    agent_name: "agent-refunds",
    action_type: "tool_call",
    action_name: "look_up_order",
    action_details: {
      success: false,
      error_message: "No order 4711",
      tool_parameters: { id: "4711" },
      tool_result: null,
    },
    source: "gen-ai",
    service_name: "shop",
  },
];

const COLUMNS = "agent_name, action_type, action_name, action_details, source, service_name";
const rowsOf = (traces: string) =>
  stack.query(`select ${COLUMNS} from agent_actions where trace_id ${traces} order by action_type`);

let firstTrace = "";

test("beside their own processors, actions become rows and their backend gets all that it got before", async () => {
  const { code, stdout } = await stack.runExample("existing-node-sdk/index.ts");
  expect(stdout).toBe("their backend: POST /refunds, decision refund, execute_tool look_up_order\n");
  expect(code).toBe(0);

  expect(await stack.untilStored()).toBe(2);
  expect(await rowsOf("is not null")).toEqual(ROWS);
  const traces = await stack.query<{ trace_id: string }>("select distinct trace_id from agent_actions");
  expect(traces).toHaveLength(1);
  firstTrace = traces[0]?.trace_id ?? "";
});

test("behind their batch processor, the exporter delivers the same rows", async () => {
  const { code } = await stack.runExample("existing-node-sdk/behind-batch-processor.ts");
  expect(code).toBe(0);

  expect(await stack.untilStored()).toBe(4);
  expect(await rowsOf(`<> '${firstTrace}'`)).toEqual(ROWS);
});
