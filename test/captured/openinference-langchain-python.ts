import {
  type Capture,
  called,
  errorDetails,
  failed,
  HIDDEN_CALL,
  hiddenFailure,
  type Row,
  type Told,
} from "./capture.js";

// What test/capture/openinference-python/langchain_app.py does: as it is, and with inputs and outputs hidden.

const DECLINED = "card declined: 4000";
const NO_TOOL = "Error: no_such_tool is not a valid tool, try one of [get_weather, book].";
const UNFIT = `1 validation error for book
nights
  Input should be a valid integer, unable to parse string as an integer [type=int_parsing, input_value='two', input_type=str]
    For further information visit https://errors.pydantic.dev/2.14/v/int_parsing`;
const step = "a span of the kind CHAIN is a step of a framework";

type Base = Pick<Told, "agent" | "session">;

function more(file: string, isHidden: boolean): Capture {
  const support = { agent: "support", session: "thread-42" };
  const payer = { agent: "payer", session: "thread-7" };
  const ok = (row: Base, call: string, ...told: Parameters<typeof called>): Told =>
    isHidden
      ? { ...row, details: HIDDEN_CALL, unknown: ["call"] }
      : { ...row, call, details: called(...told) };
  const bad = (row: Base, call: string, type: string, message: string, parameters: unknown): Told =>
    isHidden
      ? { ...row, error: [type, message], details: hiddenFailure(message), unknown: ["call"] }
      : { ...row, call, error: [type, message], details: failed(parameters, message) };
  const run = (row: Base): Told => ({ ...row, details: {} });
  // Only content tells of a call for which no tool ran.
  const answered: readonly Row[] = isHidden
    ? []
    : [
        [
          "bdea86",
          "tool_call",
          "no_such_tool",
          bad(support, "call_3", "invalid_tool_call", NO_TOOL, { x: 1 }),
        ],
      ];
  return {
    file,
    source: "openinference",
    rows: [
      ["052118", "success", "support", run(support)],
      [
        "34611d",
        "tool_call",
        "get_weather",
        ok(support, "call_1", { city: "Paris" }, { city: "Paris", tempC: 21 }),
      ],
      [
        "bf47e7",
        "tool_call",
        "book",
        ok(support, "call_2", { city: "Paris", nights: 2 }, "booked 2 nights in Paris"),
      ],
      ...answered,
      // In Python a tool starts before its arguments are looked at.
      [
        "4dc0ee",
        "tool_call",
        "book",
        bad(support, "call_4", "pydantic_core._pydantic_core.ValidationError", UNFIT, {
          city: "Paris",
          nights: "two",
        }),
      ],
      [
        "7115fd",
        "error",
        "ValueError",
        {
          agent: "cashier",
          error: ["ValueError", DECLINED],
          details: errorDetails("ValueError", DECLINED, { run: "cashier" }),
        },
      ],
      [
        "a13a94",
        "tool_call",
        "charge",
        bad({ agent: "cashier" }, "call_5", "ValueError", DECLINED, { amount: 3 }),
      ],
      // It asked a person, and was run again with the answer.
      [
        "c2c060",
        "tool_call",
        "pay",
        isHidden
          ? {
              ...payer,
              details: { tool_parameters_hidden: true, tool_result: null, success: true, interrupted: true },
              unknown: ["call"],
            }
          : { ...payer, call: "call_6", details: called({ amount: 100 }, null, { interrupted: true }) },
      ],
      ["20f659", "success", "payer", run(payer)],
      ["3b10b7", "tool_call", "pay", ok(payer, "call_6", { amount: 100 }, "paid")],
      ["1e4053", "success", "payer", run(payer)],
      [
        "051451",
        "decision",
        "transfer_to_billing",
        {
          agent: "front_desk",
          ...(isHidden ? { unknown: ["call"] } : { call: "call_7" }),
          details: {
            decision_type: "handoff",
            ...(isHidden ? { decision_context_hidden: true } : { decision_context: { why: "invoice" } }),
            decision_result: { to_agent: "billing" },
          },
        },
      ],
      ["6e9765", "success", "front_desk", run({ agent: "front_desk" })],
      [
        "d8759b",
        "tool_call",
        "get_weather",
        ok({ agent: "billing" }, "call_8", { city: "Rome" }, { city: "Rome", tempC: 21 }),
      ],
      ["e167de", "success", "billing", run({ agent: "billing" })],
      ["f02ff4", "success", "desk", run({ agent: "desk" })],
    ],
    others: {
      model: step,
      tools: step,
      // The node around the agent's own chain has the agent's name too.
      front_desk: step,
      billing: step,
      Scripted: "a call of a model that went well",
    },
    models: isHidden ? {} : MODELS,
  };
}

const MODELS: NonNullable<Capture["models"]> = {
  // The call after the unknown tool.
  b2eda1: {
    requested: [["book", "call_4", { city: "Paris", nights: "two" }]],
    answered: [["call_3", "error", NO_TOOL, "no_such_tool"]],
  },
};

export const CAPTURES: readonly Capture[] = [
  more("openinference-langchain-python", false),
  more("openinference-langchain-python-hidden", true),
];
