import { Clerk, LOOKUP, PARIS, type PendingCapture, ROME } from "./shop.js";

// test/capture/claude-agent-python. The main agent has no name, and the spans of a sub-agent the name of the tool that started it.
const session = "00000000-0000-4000-8000-000000000001";
const main = new Clerk("ClaudeAgentSDK", { session, unknown: ["agent"] });
const billing = new Clerk("billing", { session });
const broken = new Clerk("ClaudeAgentSDK", {
  session: "00000000-0000-4000-8000-000000000002",
  unknown: ["agent"],
});
// Every failure is an `Exception` here, whatever the tool raised.
const untyped = { unknown: ["error"] };
const failure = (message: string) => ["Exception", message] as const;
const TASK = {
  description: "refund",
  prompt: "refund order 9",
  subagent_type: "billing",
  run_in_background: false,
};

export const CAPTURES: readonly PendingCapture[] = [
  {
    title: "Claude Agent SDK, OpenInference",
    file: "pending/claude-agent-openinference",
    source: "openinference",
    rows: [
      main.ran(
        "1e0ee2",
        { model: "claude-opus-5-5", provider: "anthropic", input_tokens: 10, output_tokens: 5 },
        { unknown: ["name"] },
      ),
      // Tools of MCP: what they gave is the text of their content.
      main.called("0e61a0", "mcp__shop__get_weather", "toolu_paris", PARIS),
      main.called("528260", "mcp__shop__get_weather", "toolu_rome_1", ROME),
      main.called("6587ba", "mcp__shop__get_weather", "toolu_rome_2", ROME),
      main.failed(
        "4c7c46",
        "mcp__shop__charge",
        "toolu_charge",
        { amount: 3 },
        failure("card declined: 4000"),
        untyped,
      ),
      main.failed(
        "14ccae",
        "mcp__shop__refund",
        "toolu_refund",
        { order: 9 },
        failure("no such order"),
        untyped,
      ),
      main.failed("aff159", "no_such_tool", "toolu_unknown", { x: 1 }, [
        "unknown_tool",
        "Error: No such tool available: no_such_tool",
      ]),
      main.failed("599a52", "mcp__shop__get_weather", "toolu_args", { town: "Oslo" }, [
        "invalid_arguments",
        "Input validation error: 'city' is a required property",
      ]),
      main.failed(
        "6b4664",
        "Read",
        "toolu_read",
        { file_path: "no-such-file.txt" },
        failure("File does not exist. Note: your current working directory is /srv/app."),
        untyped,
      ),
      // A person said no; the file has the person's words, and not that they were a person's.
      main.failed("60591a", "mcp__shop__pay", "toolu_pay", { amount: 9 }, failure("too much"), {
        unknown: ["type", "status", "error"],
      }),
      // What the sub-agent said last is its content's last text.
      main.called("c20079", "Task", "toolu_handoff", [TASK, "refunded"]),
      billing.ran("d48693", { model: "claude-opus-5-5" }),
      billing.called("279526", "mcp__shop__lookup", "toolu_lookup", LOOKUP),
      broken.broke(
        "466ca0",
        ["Error", "API Error: 400 upstream refused"],
        {
          run: "ClaudeAgentSDK",
          model: "<synthetic>",
          provider: "anthropic",
          input_tokens: 0,
          output_tokens: 0,
        },
        { unknown: ["name", "error_type"] },
      ),
    ],
    others: {},
  },
];
