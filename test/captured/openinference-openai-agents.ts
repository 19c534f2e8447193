import { type Capture, called, HIDDEN_CALL, type Told } from "./capture.js";

const OPENAI = { provider: "openai" };
const step = "a span of the kind CHAIN is a step of a framework";
const weather = (city: string) => ({ city, tempC: 21 });

// What test/capture/openinference/openai-agents.mjs does: as it is, and with inputs and outputs hidden. No span has the id of a call.
function more(file: string, isHidden: boolean): Capture {
  const told = (agent: string, ...call: Parameters<typeof called>): Told => ({
    agent,
    details: isHidden ? HIDDEN_CALL : called(...call),
    unknown: ["call"],
  });
  const run = (agent: string): Told => ({ agent, details: OPENAI });
  return {
    file,
    source: "openinference",
    rows: [
      // Every run is a trace, whose span has the name of the workflow.
      ["29dd08", "success", "Agent workflow", run("Agent workflow")],
      ["93e0d6", "success", "support", run("support")],
      ["6c58c6", "tool_call", "get_weather", told("support", { city: "Paris" }, weather("Paris"))],
      ["88fb59", "tool_call", "list", told("support", {}, [1, "two"])],
      [
        "1af735",
        "decision",
        "handoff_to_billing",
        {
          agent: "support",
          details: {
            decision_type: "handoff",
            ...(isHidden
              ? { decision_context_hidden: true }
              : { decision_context: { from_agent: "support" } }),
            // The span's name says it too.
            decision_result: { to_agent: "billing" },
          },
          unknown: isHidden ? ["call", "decision_context_hidden"] : ["call"],
        },
      ],
      ["027f01", "success", "billing", run("billing")],
      ["3a5691", "tool_call", "get_weather", told("billing", { city: "Rome" }, weather("Rome"))],
      // Stopped to ask for an approval, and run again when it was given.
      ["6f7372", "success", "Agent workflow", run("Agent workflow")],
      ["3a547c", "success", "payer", run("payer")],
      ["adc043", "success", "payer", run("payer")],
      ["693800", "tool_call", "pay", told("payer", { amount: 100 }, "paid 100")],
      ["3c1d85", "success", "Agent workflow", run("Agent workflow")],
      ["9c9689", "success", "streaming", run("streaming")],
      ["4e9953", "tool_call", "get_weather", told("streaming", { city: "Oslo" }, weather("Oslo"))],
    ],
    others: { "Agent workflow": step, turn: step },
  };
}

export const CAPTURES: readonly Capture[] = [
  more("openinference-openai-agents-more", false),
  more("openinference-openai-agents-hidden", true),
];
