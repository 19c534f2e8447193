import { type Capture, called, errorDetails, failed, type Told } from "./capture.js";

// What the programs in test/capture/openinference-python do. No span of either has the id of a call.

const WEATHER = { city: "Paris", tempC: 21 };
const step = "a span of the kind CHAIN is a step of a framework";
const told = (agent: string, ...call: Parameters<typeof called>): Told => ({
  agent,
  details: called(...call),
  unknown: ["call"],
});
const run = (agent: string, details = {}): Told => ({ agent, details });

const CANNOT_SAY = "Tool execution failed. Error details are redacted.";
// The turn inside says so; the run's own span is OK.
const TRIPPED = "Guardrail tripwire triggered: {'guardrail': 'block_all'}";

const openAiAgents: Capture = {
  file: "openinference-openai-agents-python",
  source: "openinference",
  rows: [
    ["29dd08", "success", "Agent workflow", run("Agent workflow")],
    ["93e0d6", "success", "support", run("support")],
    ["6c58c6", "tool_call", "get_weather", told("support", { city: "Paris" }, WEATHER)],
    // It raised ValueError("card declined: 4000"), of which nothing is written.
    [
      "7a5176",
      "tool_call",
      "charge",
      {
        agent: "support",
        error: ["Error", CANNOT_SAY],
        details: failed(
          { amount: 3 },
          CANNOT_SAY,
          "An error occurred while running the tool. Please try again.",
        ),
        unknown: ["call", "error", "error_message"],
      },
    ],
    [
      "1af735",
      "decision",
      "handoff to billing",
      {
        agent: "support",
        details: {
          decision_type: "handoff",
          decision_context: { from_agent: "support" },
          decision_result: { to_agent: "billing" },
        },
        unknown: ["call"],
      },
    ],
    ["027f01", "success", "billing", run("billing")],
    // The guardrail stopped the run; only the step between them has an error that says so.
    [
      "6f7372",
      "success",
      "Agent workflow",
      { ...run("Agent workflow"), unknown: ["type", "name", "status"] },
    ],
    [
      "99d915",
      "error",
      "Error",
      {
        agent: "guarded",
        error: ["Error", TRIPPED],
        details: errorDetails("Error", TRIPPED, { run: "guarded" }),
        unknown: ["name", "error", "error_type"],
      },
    ],
    [
      "e945f8",
      "decision",
      "block_all",
      {
        agent: "guarded",
        details: { decision_type: "guardrail", decision_context: null, decision_result: null },
        unknown: ["decision_context", "decision_result"],
      },
    ],
  ],
  others: { "Agent workflow": step, turn: step },
};

const NO_TOKENS = { input_tokens: 0, output_tokens: 0 };

const smolagents: Capture = {
  file: "openinference-smolagents",
  source: "openinference",
  rows: [
    ["c0d5ad", "success", "support", run("support", NO_TOKENS)],
    ["d04181", "tool_call", "get_weather", told("support", { city: "Paris" }, WEATHER)],
    [
      "374032",
      "tool_call",
      "charge",
      {
        agent: "support",
        error: ["ValueError", "card declined: 4000"],
        details: failed({ amount: 3 }, "card declined: 4000"),
        unknown: ["call"],
      },
    ],
    // Calling a managed agent is its run, and has no tool's span; an unknown tool is told by the step's error only.
    ["c65752", "success", "researcher", run("researcher", NO_TOKENS)],
    ["01702a", "tool_call", "lookup", told("researcher", { key: "k1" }, "value of k1")],
    ["0dd3a1", "tool_call", "final_answer", told("researcher", { answer: "sub done" }, "sub done")],
    ["8a4aea", "tool_call", "final_answer", told("support", { answer: "done" }, "done")],
  ],
  others: Object.fromEntries([1, 2, 3, 4, 5].map((number) => [`Step ${number}`, step])),
};

export const CAPTURES: readonly Capture[] = [openAiAgents, smolagents];
