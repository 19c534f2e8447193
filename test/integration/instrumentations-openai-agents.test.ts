import { describe, expect, test } from "vitest";
import { installTree } from "../helpers/install-tree.js";
import { runNode } from "../helpers/run-node.js";
import { type Deed, runInstrumented } from "./instrumented-rows.js";

const TREE = "test/frameworks/openai-agents";

const tool = (name: string, agent: string, call: string, more: object = {}) => ({
  type: "tool_call",
  name,
  agent,
  call,
  session: "chat-1",
  status: "ok",
  ...more,
});
const run = (agent: string, name = agent) => ({
  type: "success",
  name,
  agent,
  session: "chat-1",
  status: "ok",
});
const support = run("the-service", "Support");

describe("an agent of the OpenAI Agents SDK that knows nothing of this package", () => {
  test("has a row for everything that its agents did, with the SDK's own tracing off", async (t) => {
    const { deeds, stdout, stderr } = await runInstrumented(TREE, "agent.mjs", 23, t);
    expect([stdout, stderr]).toEqual([
      JSON.stringify(["Refunded.", "Not paid.", "He says bonjour.", "MaxTurnsExceededError"]),
      "",
    ]);
    const order = (id: number) => ({
      details: { tool_parameters: { id }, tool_result: { id, status: "sent" }, success: true },
    });
    expect(runsOf(deeds)).toMatchObject([
      [
        support,
        {
          type: "decision",
          name: "no_secrets",
          details: { decision_type: "guardrail", decision_result: { triggered: false } },
        },
        run("triage"),
        tool("find_order", "triage", "call-1", order(7)),
        tool("read_ledger", "triage", "call-2", {
          status: "error",
          error: "RangeError",
          details: { tool_parameters: {}, success: false, error_message: "page 7 is missing" },
        }),
        tool("find_order", "triage", "call-3", {
          status: "error",
          error: "invalid_arguments",
          details: { tool_parameters: { id: "seven" }, success: false },
        }),
        {
          type: "decision",
          name: "handoff to refunds",
          agent: "triage",
          details: {
            decision_type: "handoff",
            decision_context: {},
            decision_result: { from_agent: "triage", to_agent: "refunds" },
            tool_call_id: "call-4",
          },
        },
        run("refunds"),
        tool("find_order", "refunds", "call-5", order(8)),
      ],
      [support, run("cashier")],
      [
        support,
        run("cashier"),
        {
          type: "decision",
          name: "pay_back",
          agent: "cashier",
          details: {
            decision_type: "approval",
            decision_context: { amount: 900 },
            decision_result: { approved: false, reason: "Tool execution was not approved." },
            tool_call_id: "call-6",
          },
        },
      ],
      [
        support,
        run("host"),
        tool("translate", "host", "call-7", { details: { tool_result: "Bonjour.", success: true } }),
        { type: "success", name: "Agent workflow" },
        run("translator"),
        tool("find_order", "translator", "call-8", order(9)),
      ],
      [
        { type: "error", name: "MaxTurnsExceededError", details: { error_context: { run: "Support" } } },
        { type: "error", name: "MaxTurnsExceededError", agent: "stuck" },
        tool("find_order", "stuck", "call-9", order(1)),
      ],
    ]);
    expect(deeds).toHaveLength(23);
  });

  test("gets its libraries back as they were when the instrumentation is switched off", async () => {
    const cwd = await installTree(TREE);
    const { stdout, stderr } = await runNode(["unpatched.mjs"], {}, { cwd });
    expect(stderr).toBe("");
    const all = (patched: boolean) => Array(4).fill(patched);
    expect(JSON.parse(stdout)).toEqual([all(true), all(false), all(true)]);
  });

  test("is of CommonJS", async (t) => {
    const { deeds, stdout, stderr } = await runInstrumented(TREE, "agent.cjs", 3, t);
    expect([stdout, stderr]).toEqual(["Three.", ""]);
    expect(deeds).toMatchObject([
      { type: "success", name: "Agent workflow" },
      { type: "success", name: "calculator", agent: "calculator" },
      {
        type: "tool_call",
        name: "add",
        agent: "calculator",
        call: "call-1",
        details: { tool_parameters: { a: 1, b: 2 }, tool_result: 3, success: true },
      },
    ]);
    expect(deeds).toHaveLength(3);
  });
});

/** One list a trace, in the order in which they began. */
function runsOf(deeds: readonly Deed[]): readonly (readonly Deed[])[] {
  const traces = [...new Set(deeds.map(({ trace }) => trace))];
  return traces.map((trace) => deeds.filter((deed) => deed.trace === trace));
}
