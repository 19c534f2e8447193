import { type Capture, called, failed, HIDDEN_CALL, hiddenFailure, type Row, type Told } from "./capture.js";

const SESSION = { session: "sess-42" };
const WEATHER = { city: "Paris", tempC: 21, tags: ["sunny"] };
const PARIS = { city: "Paris", opts: { units: "C" } };
const DECLINED = "card declined: 4000";
const NO_TOOL =
  "Error: no_such_tool is not a valid tool, try one of [get_weather, fail_tool, ask_researcher, kb_search].";
const UNFIT = `Error invoking tool 'get_weather' with kwargs {"city":5} with error: Error: Received tool input did not match expected schema

✖ Invalid input: expected string, received number
  → at city
✖ Invalid input: expected object, received undefined
  → at opts`;

const neverRan = (call: string, parameters: unknown, message: string) =>
  ({
    call,
    error: ["invalid_tool_call", message],
    details: failed(parameters, message),
  }) as const;

function langChain(): Capture {
  const SUPPORT = { agent: "support_agent", ...SESSION };
  const RESEARCHER = { agent: "researcher", ...SESSION };
  const step = "a span of the kind CHAIN is a step of a framework";

  return {
    title: "OpenInference of LangChain",
    file: "openinference-langchain",
    source: "openinference",
    rows: [
      ["7a44ca", "success", "support_agent", { ...SUPPORT, details: {} }],
      ["d65129", "tool_call", "get_weather", { ...SUPPORT, call: "call_1", details: called(PARIS, WEATHER) }],
      // A tool with one argument loses the argument's name; the step around it has it.
      [
        "9caa48",
        "tool_call",
        "ask_researcher",
        { ...SUPPORT, call: "call_3", details: called({ question: "who?" }, "sub done") },
      ],
      [
        "24e308",
        "tool_call",
        "kb_search",
        { ...SUPPORT, call: "call_4", details: called({ q: "refunds" }, "doc about refunds") },
      ],
      [
        "68bea6",
        "tool_call",
        "Ret",
        {
          ...SUPPORT,
          details: called("refunds", [{ content: "doc about refunds", metadata: { source: "kb/1" } }]),
        },
      ],
      ["c4736f", "success", "researcher", { ...RESEARCHER, details: {} }],
      [
        "b82c05",
        "tool_call",
        "lookup",
        { ...RESEARCHER, call: "call_sub_1", details: called({ key: "k1" }, { key: "k1", value: 1 }) },
      ],
      [
        "0b1d5f",
        "tool_call",
        "fail_tool",
        {
          ...SUPPORT,
          call: "call_2",
          error: ["TypeError", DECLINED],
          details: failed({ amount: 3 }, DECLINED),
        },
      ],
      // No tool ran: LangGraph answered, and the step that was for the call says so.
      ["f6f65f", "tool_call", "no_such_tool", { ...SUPPORT, ...neverRan("call_7", { x: 1 }, NO_TOOL) }],
      ["b2dedc", "tool_call", "get_weather", { ...SUPPORT, ...neverRan("call_8", { city: 5 }, UNFIT) }],
    ],
    others: {
      __start__: step,
      model_request: step,
      tools: step,
      RunnableLambda: step,
      Scripted: "a call of a model that went well",
    },
  };
}

// What test/capture/openinference/langchain.mjs does: as it is, and with inputs and outputs hidden.
function more(file: string, isHidden: boolean): Capture {
  const support = { agent: "support_agent", session: "thread-42" };
  const payer = { agent: "payer", session: "thread-7" };
  const step = "a span of the kind CHAIN is a step of a framework";
  const told = (call: string, details: Told["details"]): Pick<Told, "call" | "details" | "unknown"> =>
    isHidden ? { details: HIDDEN_CALL, unknown: ["call"] } : { call, details };
  // Only content tells of calls that never ran.
  const answered: readonly Row[] = isHidden
    ? []
    : [
        [
          "c31474",
          "tool_call",
          "no_such_tool",
          { ...support, ...neverRan("call_3", { x: 1 }, NO_TOOL_MORE) },
        ],
        [
          "c5de99",
          "tool_call",
          "book",
          { ...support, ...neverRan("call_4", { city: "Paris", nights: "two" }, UNFIT_MORE) },
        ],
      ];
  return {
    file,
    source: "openinference",
    rows: [
      ["b24208", "success", "support_agent", { ...support, details: {} }],
      [
        "1cc7d2",
        "tool_call",
        "get_weather",
        { ...support, ...told("call_1", called({ city: "Paris" }, { city: "Paris", tempC: 21 })) },
      ],
      [
        "c8f44a",
        "tool_call",
        "book",
        { ...support, ...told("call_2", called({ city: "Paris", nights: 2 }, "booked 2 nights in Paris")) },
      ],
      ...answered,
      ["7115fd", "success", "cashier", { agent: "cashier", details: {} }],
      [
        "a13a94",
        "tool_call",
        "charge",
        {
          agent: "cashier",
          error: ["TypeError", DECLINED],
          ...(isHidden
            ? { details: hiddenFailure(DECLINED), unknown: ["call"] }
            : { call: "call_5", details: failed({ amount: 3 }, DECLINED) }),
        },
      ],
      // It asked a person, and was run again with the answer.
      [
        "c2c060",
        "tool_call",
        "pay",
        {
          ...payer,
          ...(isHidden
            ? {
                details: {
                  tool_parameters_hidden: true,
                  tool_result: null,
                  success: true,
                  interrupted: true,
                },
                unknown: ["call"],
              }
            : { call: "call_6", details: called({ amount: 100 }, null, { interrupted: true }) }),
        },
      ],
      ["20f659", "success", "payer", { ...payer, details: {} }],
      ["3b10b7", "tool_call", "pay", { ...payer, ...told("call_6", called({ amount: 100 }, "paid")) }],
      ["1e4053", "success", "payer", { ...payer, details: {} }],
      [
        "051451",
        "decision",
        "transfer_to_billing",
        {
          agent: "front_desk",
          ...(!isHidden && { call: "call_7" }),
          ...(isHidden && { unknown: ["call"] }),
          details: {
            decision_type: "handoff",
            ...(isHidden ? { decision_context_hidden: true } : { decision_context: { why: "invoice" } }),
            decision_result: { to_agent: "billing" },
          },
        },
      ],
      ["6e9765", "success", "front_desk", { agent: "front_desk", details: {} }],
      [
        "d8759b",
        "tool_call",
        "get_weather",
        { agent: "billing", ...told("call_8", called({ city: "Rome" }, { city: "Rome", tempC: 21 })) },
      ],
      ["e167de", "success", "billing", { agent: "billing", details: {} }],
      ["f02ff4", "success", "desk", { agent: "desk", details: {} }],
    ],
    others: {
      __start__: step,
      model_request: step,
      tools: step,
      RunnableLambda: step,
      // The node around the agent's own chain has the agent's name too.
      front_desk: step,
      billing: step,
      ScriptedModel: "a call of a model that went well",
    },
    models: isHidden ? {} : MODELS,
  };
}

const NO_TOOL_MORE = "Error: no_such_tool is not a valid tool, try one of [get_weather, book].";
const UNFIT_MORE = `Error invoking tool 'book' with kwargs {"city":"Paris","nights":"two"} with error: Error: Received tool input did not match expected schema

✖ Invalid input: expected number, received string
  → at nights`;

const MODELS: NonNullable<Capture["models"]> = {
  // The instrumentation leaves out the ids of messages; the values beside them have them.
  "8e2ffa": {
    requested: [
      ["get_weather", "call_1", { city: "Paris" }],
      ["book", "call_2", { city: "Paris", nights: 2 }],
    ],
    answered: [],
  },
  a65c75: {
    requested: [["book", "call_4", { city: "Paris", nights: "two" }]],
    answered: [["call_3", "error", NO_TOOL_MORE, "no_such_tool"]],
  },
};

export const CAPTURES: readonly Capture[] = [
  langChain(),
  more("openinference-langchain-more", false),
  more("openinference-langchain-hidden", true),
];
