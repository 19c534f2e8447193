import { Clerk, DECLINED, LOOKUP, type PendingCapture, shopCalls } from "./shop.js";

// test/capture/google-adk-python: spans of the kit without its content, which OpenInference writes.
const of = (name: string, session = `session-${name}`) => new Clerk(name, { session });
const support = of("support");
const billing = of("billing", "session-support");
const failing = of("failing");
const lost = of("lost");
const broken = of("broken");
const MISSING = [
  "Invoking `get_weather()` failed as the following mandatory input parameters are not present:",
  "city",
  "You could retry calling this tool, but it is IMPORTANT for you to provide all the mandatory parameters.",
].join("\n");
const UNKNOWN =
  "Invoking `no_such_tool()` failed as no tool with that name is available. The tools you can call are: lookup. You could retry, but it is IMPORTANT that you only call a tool from that list.";
const DOWN = ["RuntimeError", "503 upstream overloaded"] as const;

export const CAPTURES: readonly PendingCapture[] = [
  {
    title: "Google ADK (Python), OpenInference over its own spans",
    file: "pending/google-adk-openinference",
    source: "google-adk",
    sources: Object.fromEntries(
      ["412dcd", "f05839", "74031f", "f19403", "74853f", "101318"].map((id) => [id, "openinference"]),
    ),
    rows: [
      support.ran("412dcd"),
      ...shopCalls(
        support,
        { paris: "bbcf83", rome: ["03db9d", "2dd49e"], args: "6fa065", trip: "e69acd" },
        {
          ids: "on spans",
          unfit: ["TOOL_ERROR", MISSING],
          unfitMore: { details: { tool_result: { error: MISSING } } },
        },
      ),
      // The kit itself takes a result with an `error` for a failure.
      support.failed("3b640c", "refund", "call_refund", { order: 9 }, ["TOOL_ERROR", "no such order"], {
        details: { tool_result: { success: false, error: "no such order" } },
      }),
      support.decided("b18f22", "transfer_to_agent", "call_handoff", [
        "handoff",
        { agent_name: "billing" },
        { to_agent: "billing" },
      ]),
      billing.ran("f05839"),
      billing.called("6a5dfc", "lookup", "call_lookup", LOOKUP),
      failing.broke("74031f", DECLINED),
      failing.failed("f19403", "charge", undefined, { amount: 3 }, DECLINED, { unknown: ["call"] }),
      // The model is told, and the run goes on.
      lost.ran("74853f"),
      lost.failed("069331", "no_such_tool", "call_unknown", { x: 1 }, ["ValueError", UNKNOWN], {
        details: { tool_result: { error: UNKNOWN }, tool_type: "BaseTool" },
      }),
      broken.broke("101318", DOWN),
      broken.broke("4a1b83", DOWN, {
        model_call: "generate_content broken",
        model: "broken",
        provider: "gcp.gemini",
      }),
    ],
    others: {},
  },
];
