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

const openinference: PendingCapture = {
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
};

// Logfire's spans have no agent at all, and write what went wrong as the error's type. The tools' server is in the same process and records
// each call again, in a trace of its own.
const nobody = new Clerk("shop-app", { session, unknown: ["agent"] });
const refused = new Clerk("shop-app", {
  session: "00000000-0000-4000-8000-000000000003",
  unknown: ["agent"],
});
const untold = (message: string) => ["Error", message] as const;
// What the server in the same process knows of the call, too.
const served = (id: number) => ({ details: { mcp_request_id: String(id) } });

const logfire: PendingCapture = {
  title: "Claude Agent SDK, Logfire",
  file: "pending/claude-agent-logfire",
  source: "gen-ai",
  rows: [
    nobody.ran(
      "e2edb5",
      { model: "claude-opus-5-5", provider: "anthropic", input_tokens: 100, output_tokens: 50 },
      { unknown: ["name"] },
    ),
    nobody.called("76ee50", "mcp__shop__get_weather", "toolu_paris", PARIS, served(2)),
    nobody.called("c432ed", "mcp__shop__get_weather", "toolu_rome_1", ROME, served(3)),
    nobody.called("574c10", "mcp__shop__get_weather", "toolu_rome_2", ROME, served(4)),
    nobody.failed(
      "1172c1",
      "mcp__shop__charge",
      "toolu_charge",
      { amount: 3 },
      ["tool_error", "card declined: 4000"],
      { ...served(5), ...untyped },
    ),
    nobody.failed(
      "5410b3",
      "mcp__shop__refund",
      "toolu_refund",
      { order: 9 },
      ["tool_error", "no such order"],
      { ...served(6), ...untyped },
    ),
    nobody.failed(
      "774b37",
      "mcp__shop__get_weather",
      "toolu_args",
      { town: "Oslo" },
      ["invalid_arguments", "Input validation error: 'city' is a required property"],
      served(7),
    ),
    nobody.failed(
      "3ef876",
      "Read",
      "toolu_read",
      { file_path: "/srv/app/no-such-file.txt" },
      untold("File does not exist. Note: your current working directory is /srv/app."),
      untyped,
    ),
    // A person said no before it ran: its span has no result, as that of a tool that gives nothing.
    nobody.called("3a9749", "mcp__shop__pay", "toolu_pay", [{ amount: 9 }, null], {
      unknown: ["type", "status", "success", "error"],
    }),
    nobody.called("440853", "Agent", "toolu_handoff", [TASK, "refunded"]),
    nobody.called("7962f1", "mcp__shop__lookup", "toolu_lookup", LOOKUP, served(8)),
    refused.broke(
      "3a2df8",
      ["400", undefined],
      { model: "<synthetic>", provider: "anthropic", output_tokens: 0 },
      { unknown: ["error_message"] },
    ),
    refused.broke(
      "0693bd",
      ["Error", undefined],
      {
        model_call: "chat <synthetic>",
        model: "<synthetic>",
        provider: "anthropic",
        finish_reasons: ["stop_sequence"],
      },
      { unknown: ["name", "error", "error_type", "error_message"] },
    ),
  ],
  others: {},
  lost: [
    "the unknown tool, which the model asked for and of which nothing more is told",
    "the run of billing",
  ],
};

export const CAPTURES: readonly PendingCapture[] = [openinference, logfire];
