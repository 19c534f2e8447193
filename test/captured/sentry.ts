import { type Capture, called, failed, HIDDEN_CALL, hiddenFailure, type Row } from "./capture.js";

const SUPPORT = { agent: "support", session: "thread-7" };
// The model was asked outside of any agent.
const BROKEN: Row = [
  "a5c81b",
  "error",
  "Error",
  {
    agent: "node",
    error: ["Error", undefined],
    details: {
      error_type: "Error",
      error_context: { model_call: "chat gpt-broken", model: "gpt-broken", provider: "openai" },
    },
    // "503 overloaded": Sentry keeps errors as events of its own.
    unknown: ["error", "error_message"],
  },
];

const OTHERS = {
  "chat gpt-mock": "went well",
  "chat gpt-mock-2": "went well",
  "chat claude-mock": "went well",
  "chat unknown": "went well",
  request: "no dialect knows",
};

const shown: Capture = {
  file: "sentry-v10",
  title: "Sentry 10: OpenAI, Anthropic, LangChain, LangGraph",
  source: "sentry",
  rows: [
    BROKEN,
    [
      "f39108",
      "tool_call",
      "get_weather",
      { ...SUPPORT, call: "call_weather", details: called({ city: "Paris" }, { city: "Paris", tempC: 21 }) },
    ],
    [
      "1a69eb",
      "tool_call",
      "pay",
      {
        ...SUPPORT,
        call: "call_pay",
        error: ["Error", undefined],
        details: failed({ amount: 3 }),
        unknown: ["error", "error_message"],
      },
    ],
    ["48a4e0", "tool_call", "say", { ...SUPPORT, call: "call_say", details: called({}, "Hello, Ada") }],
    ["9300ed", "success", "support", { ...SUPPORT, details: {} }],
  ],
  others: OTHERS,
  models: {
    "2e08aa": {
      requested: [["add", "call_add", { a: 1 }]],
      answered: [["call_get", "unknown", "5"]],
    },
    "4f19a6": { requested: [["multiply", "call_mul", { b: 2 }]], answered: [] },
    "203651": { requested: [["add", "toolu_1", { a: 1 }]], answered: [] },
    "9a30a8": {
      requested: [
        ["get_weather", "call_weather", { city: "Paris" }],
        ["pay", "call_pay", { amount: 3 }],
      ],
      answered: [],
    },
    // Sentry drops the ids of the calls that a message of a tool answers.
    "640ada": {
      requested: [["say", "call_say", {}]],
      answered: [
        [undefined, "unknown", { city: "Paris", tempC: 21 }],
        [undefined, "error", "Error: card declined: 4000\n Please fix your mistakes."],
      ],
    },
  },
};

const hidden: Capture = {
  file: "sentry-v10-hidden",
  title: "Sentry 10, content hidden",
  source: "sentry",
  rows: [
    BROKEN,
    ["f39108", "tool_call", "get_weather", { ...SUPPORT, call: "call_weather", details: HIDDEN_CALL }],
    [
      "1a69eb",
      "tool_call",
      "pay",
      {
        ...SUPPORT,
        call: "call_pay",
        error: ["Error", undefined],
        details: hiddenFailure(),
        unknown: ["error", "error_message"],
      },
    ],
    ["48a4e0", "tool_call", "say", { ...SUPPORT, call: "call_say", details: HIDDEN_CALL }],
    ["9300ed", "success", "support", { ...SUPPORT, details: {} }],
  ],
  others: OTHERS,
  models: {
    "2e08aa": { requested: [["tool_calls"]], answered: [] },
    "203651": { requested: [], answered: [] },
  },
};

export const CAPTURES: readonly Capture[] = [shown, hidden];
