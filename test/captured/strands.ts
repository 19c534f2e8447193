import { type Capture, called, failed, type Told } from "./capture.js";

// What test/capture/openinference-python/strands_app.py does: in the older format, with messages in events, and in the one of today.

const SUPPORT = { agent: "support", session: "sess-42" };
const RESEARCHER = { agent: "researcher", session: "sess-42" };
const UNKNOWN_TOOL = "Unknown tool: no_such_tool";

function strands(file: string, isLatest: boolean): Capture {
  // Today's format has no result of a call that failed.
  const bad = (call: string, type: string, parameters: unknown, message: string, told: string): Told => ({
    ...SUPPORT,
    call,
    error: [type, message],
    details: failed(parameters, message, isLatest ? null : told),
  });
  const used = (steps: number) => ({
    provider: "strands-agents",
    input_tokens: 10 * steps,
    output_tokens: 5 * steps,
  });
  return {
    file,
    source: "gen-ai",
    rows: [
      ["b19f8f", "success", "support", { ...SUPPORT, details: used(4) }],
      [
        "c5b394",
        "tool_call",
        "get_weather",
        { ...SUPPORT, call: "call_1", details: called({ city: "Paris" }, "sunny in Paris") },
      ],
      [
        "b8f40a",
        "tool_call",
        "charge",
        bad("call_2", "ValueError", { amount: 3 }, "card declined: 4000", "Error: card declined: 4000"),
      ],
      [
        "43e0f8",
        "tool_call",
        "no_such_tool",
        bad("call_3", "Exception", { x: 1 }, UNKNOWN_TOOL, UNKNOWN_TOOL),
      ],
      [
        "2751c5",
        "tool_call",
        "ask_researcher",
        { ...SUPPORT, call: "call_4", details: called({ question: "who?" }, "sub done\n") },
      ],
      ["f9a69f", "success", "researcher", { ...RESEARCHER, details: used(2) }],
      [
        "1d66c0",
        "tool_call",
        "lookup",
        { ...RESEARCHER, call: "call_s", details: called({ key: "k1" }, { key: "k1", value: 1 }) },
      ],
    ],
    others: {
      chat: "a call of a model that went well",
      execute_event_loop_cycle: "the operation execute_event_loop_cycle is no action",
    },
    models: {
      e7d901: {
        requested: [["no_such_tool", "call_3", { x: 1 }]],
        // Today's format leaves out how a call ended.
        answered: [
          ["call_1", isLatest ? "unknown" : "ok", [{ text: "sunny in Paris" }]],
          ["call_2", isLatest ? "unknown" : "error", [{ text: "Error: card declined: 4000" }]],
        ],
      },
    },
  };
}

export const CAPTURES: readonly Capture[] = [strands("strands", false), strands("strands-latest", true)];
