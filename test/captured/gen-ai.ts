import {
  type Capture,
  called,
  errorDetails,
  failed,
  HIDDEN_CALL,
  hiddenFailure,
  type Row,
} from "./capture.js";

const IN_CONVERSATION = { agent: "support", session: "conv-9" };
const MODEL = { model: "gpt-mock", provider: "openai" };
const HIDDEN_PLAN = { decision_type: "plan", decision_context_hidden: true, decision_result_hidden: true };
const WEATHER_ARGUMENTS = { city: "Paris", days: 3, opts: { units: "C", hourly: [1, 2] } };
const PARIS = { city: "Paris" };
const mcp = (mcp_request_id: string) => ({ mcp_session_id: "mcp-sess-1", mcp_request_id });

type Ids = Readonly<Record<keyof typeof STRUCTURED, string>>;

// One program, run three times: with structured attributes, with JSON texts, and without content.
const recorded = (id: Ids): Row[] => [
  [id.plan, "decision", "plan", { ...IN_CONVERSATION, details: HIDDEN_PLAN }],
  [
    id.weather,
    "tool_call",
    "get_weather",
    {
      ...IN_CONVERSATION,
      call: "call_1",
      details: called(WEATHER_ARGUMENTS, { tempC: 21, tags: ["sunny"] }),
    },
  ],
  [
    id.charge,
    "tool_call",
    "charge_card",
    {
      ...IN_CONVERSATION,
      call: "call_2",
      error: ["TypeError", "card declined: 4000"],
      details: failed({ amount: 3.5, ok: true, note: null }, "card declined: 4000"),
    },
  ],
  [
    id.kb,
    "tool_call",
    "kb_search",
    {
      ...IN_CONVERSATION,
      call: "call_3",
      details: called({ q: "refunds" }, { hits: 2 }, { tool_type: "datastore" }),
    },
  ],
  [
    id.web,
    "tool_call",
    "web_search",
    {
      ...IN_CONVERSATION,
      call: "call_4",
      details: called({ q: "x" }, { hits: 5 }, { tool_type: "extension" }),
    },
  ],
  [
    id.slow,
    "tool_call",
    "slow",
    { ...IN_CONVERSATION, call: "call_5", error: ["timeout", undefined], details: failed({}) },
  ],
  [
    id.lookup,
    "tool_call",
    "lookup",
    {
      ...IN_CONVERSATION,
      agent: "researcher",
      call: "call_sub_1",
      details: called({ key: "k1" }, { value: 1 }),
    },
  ],
  [id.researcher, "success", "researcher", { ...IN_CONVERSATION, agent: "researcher", details: MODEL }],
  [
    id.ask,
    "tool_call",
    "ask_researcher",
    { ...IN_CONVERSATION, call: "call_6", details: called({ question: "who?" }, "plain string") },
  ],
  [
    id.forecast,
    "tool_call",
    "get_forecast",
    { ...IN_CONVERSATION, details: called(PARIS, "rain", mcp("7")) },
  ],
  [
    id.noCity,
    "tool_call",
    "get_forecast",
    {
      ...IN_CONVERSATION,
      error: ["tool_error", "city not found"],
      details: { ...failed(PARIS, "city not found"), ...mcp("8") },
    },
  ],
  [
    id.noTool,
    "tool_call",
    "get_forecast",
    {
      ...IN_CONVERSATION,
      error: ["-32602", "Unknown tool"],
      details: { ...failed(PARIS, "Unknown tool"), ...mcp("9") },
    },
  ],
  [
    id.config,
    "tool_call",
    "resources/read",
    {
      ...IN_CONVERSATION,
      details: { tool_parameters: { uri: "config://app" }, tool_result_hidden: true, success: true },
    },
  ],
  [
    id.retrieval,
    "tool_call",
    "kb",
    { ...IN_CONVERSATION, details: called({ query: "refunds" }, [{ id: "d0", score: 0.9 }]) },
  ],
  ...runs(id),
];

const runs = (id: Ids): Row[] => [
  [id.agent, "success", "support", { ...IN_CONVERSATION, details: MODEL }],
  [id.workflow, "success", "refund_flow", { agent: "genai-spec", details: {} }],
  [
    id.remote,
    "error",
    "Error",
    {
      agent: "remote_agent",
      session: "conv-9",
      error: ["Error", "ThrottlingException"],
      details: errorDetails("Error", "ThrottlingException", {
        run: "remote_agent",
        model: "gpt-mock",
        provider: "aws.bedrock",
      }),
    },
  ],
];

const hidden = (id: Ids): Row[] => [
  [id.plan, "decision", "plan", { ...IN_CONVERSATION, details: HIDDEN_PLAN }],
  [id.weather, "tool_call", "get_weather", { ...IN_CONVERSATION, call: "call_1", details: HIDDEN_CALL }],
  [
    id.charge,
    "tool_call",
    "charge_card",
    {
      ...IN_CONVERSATION,
      call: "call_2",
      error: ["TypeError", "card declined: 4000"],
      details: hiddenFailure("card declined: 4000"),
    },
  ],
  [
    id.kb,
    "tool_call",
    "kb_search",
    { ...IN_CONVERSATION, call: "call_3", details: { ...HIDDEN_CALL, tool_type: "datastore" } },
  ],
  [
    id.web,
    "tool_call",
    "web_search",
    { ...IN_CONVERSATION, call: "call_4", details: { ...HIDDEN_CALL, tool_type: "extension" } },
  ],
  [
    id.slow,
    "tool_call",
    "slow",
    { ...IN_CONVERSATION, call: "call_5", error: ["timeout", undefined], details: hiddenFailure() },
  ],
  [
    id.lookup,
    "tool_call",
    "lookup",
    { ...IN_CONVERSATION, agent: "researcher", call: "call_sub_1", details: HIDDEN_CALL },
  ],
  [id.researcher, "success", "researcher", { ...IN_CONVERSATION, agent: "researcher", details: MODEL }],
  [id.ask, "tool_call", "ask_researcher", { ...IN_CONVERSATION, call: "call_6", details: HIDDEN_CALL }],
  [
    id.forecast,
    "tool_call",
    "get_forecast",
    { ...IN_CONVERSATION, details: { ...HIDDEN_CALL, ...mcp("7") } },
  ],
  [
    id.noCity,
    "tool_call",
    "get_forecast",
    {
      ...IN_CONVERSATION,
      error: ["tool_error", "city not found"],
      details: { ...hiddenFailure("city not found"), ...mcp("8") },
    },
  ],
  [
    id.noTool,
    "tool_call",
    "get_forecast",
    {
      ...IN_CONVERSATION,
      error: ["-32602", "Unknown tool"],
      details: { ...hiddenFailure("Unknown tool"), ...mcp("9") },
    },
  ],
  [
    id.config,
    "tool_call",
    "resources/read",
    {
      ...IN_CONVERSATION,
      details: { tool_parameters: { uri: "config://app" }, tool_result_hidden: true, success: true },
    },
  ],
  [id.retrieval, "tool_call", "kb", { ...IN_CONVERSATION, details: HIDDEN_CALL }],
  ...runs(id),
];

const STRUCTURED = {
  plan: "e11d4c",
  weather: "c7273f",
  charge: "5d45e3",
  kb: "97afdc",
  web: "795b2d",
  slow: "963c13",
  lookup: "cb3269",
  researcher: "2b33d6",
  ask: "6d26d6",
  forecast: "b669f4",
  noCity: "cc4179",
  noTool: "3ec3fb",
  config: "631e4b",
  retrieval: "41c8b4",
  agent: "cb2b7f",
  workflow: "3bfff5",
  remote: "a06d77",
};
const AS_JSON = {
  plan: "146b21",
  weather: "403249",
  charge: "add27e",
  kb: "8810d7",
  web: "eb3794",
  slow: "a8de2e",
  lookup: "59ae27",
  researcher: "377ef6",
  ask: "13eb4f",
  forecast: "b2d9ca",
  noCity: "07c38d",
  noTool: "b043a4",
  config: "8e78e0",
  retrieval: "e46ca9",
  agent: "a5d9fe",
  workflow: "a3f738",
  remote: "1cf917",
};
const WITHOUT_CONTENT = {
  plan: "9165c6",
  weather: "8710f5",
  charge: "2cb5ba",
  kb: "529f0a",
  web: "a0125a",
  slow: "9546b4",
  lookup: "b2953e",
  researcher: "dadd91",
  ask: "b5ce83",
  forecast: "89130f",
  noCity: "53d7f2",
  noTool: "5da829",
  config: "82fa3b",
  retrieval: "76e994",
  agent: "83fe8f",
  workflow: "4506bb",
  remote: "525901",
};

const mcpRows = [STRUCTURED, AS_JSON, WITHOUT_CONTENT].flatMap(({ forecast, noCity, noTool, config }) =>
  [forecast, noCity, noTool, config].map((id) => [id, "mcp"]),
);

function conventions(): Capture {
  return {
    title: "GenAI and MCP conventions, each operation once",
    file: "genai-spec-made",
    source: "gen-ai",
    sources: Object.fromEntries(mcpRows),
    rows: [...recorded(STRUCTURED), ...recorded(AS_JSON), ...hidden(WITHOUT_CONTENT)],
    others: {
      "chat gpt-mock": "a call of a model that went well",
      "embeddings emb-mock": "a call of a model that went well",
      "create_agent support": "has done nothing yet",
      "tools/list": "the MCP method tools/list is no action",
      "tools/call get_forecast": "the same call",
    },
  };
}

function openAiClient(): Capture {
  return {
    title: "the instrumentation of the OpenAI client",
    file: "genai-instrumentation-openai",
    source: "gen-ai",
    rows: [
      [
        "e2673f",
        "tool_call",
        "get_weather",
        { agent: "genai-openai-app", call: "call_1", details: HIDDEN_CALL },
      ],
      [
        "c4cb82",
        "error",
        "InternalServerError",
        {
          agent: "genai-openai-app",
          error: ["InternalServerError", "503 503 upstream overloaded"],
          details: errorDetails("InternalServerError", "503 503 upstream overloaded", {
            model_call: "chat gpt-err",
            model: "gpt-err",
            provider: "openai",
          }),
        },
      ],
    ],
    others: {
      "agent turn": "no dialect knows this span",
      "chat gpt-mock": "a call of a model that went well",
      "embeddings emb-mock": "a call of a model that went well",
    },
  };
}

export const CAPTURES: readonly Capture[] = [conventions(), openAiClient()];
