import {
  type Capture,
  called,
  errorDetails,
  failed,
  HIDDEN_CALL,
  hiddenFailure,
  type Row,
} from "./capture.js";

const SUPPORT = { agent: "support-agent", session: "sess-42" };
const RESEARCHER = { agent: "researcher", session: "sess-42" };
const PARIS = { city: "Paris", opts: { units: "C" } };
const ROME = { city: "Rome", opts: { units: "C" } };
const weather = (city: string) => ({ city, tempC: 21, tags: ["sunny"] });
const DECLINED = "card declined: 4000";
const OVERLOADED = "503 upstream overloaded";

const used = (model: string, provider: string, input_tokens: number, output_tokens: number) => ({
  model,
  provider,
  input_tokens,
  output_tokens,
});

function version5(): Capture {
  const mock = (model: string) => used(model, "mock-provider", 10, 5);
  const UNNAMED = { agent: "vercel-ai5" };
  const failure = (context: object) =>
    ({
      agent: "failing-llm",
      session: "sess-42",
      error: ["Error", OVERLOADED],
      details: errorDetails("Error", OVERLOADED, {
        ...context,
        model: "mock-err",
        provider: "mock-provider",
      }),
    }) as const;

  const rows: readonly Row[] = [
    ["d7401f", "success", "support-agent", { ...SUPPORT, details: mock("mock-main") }],
    [
      "6e76be",
      "tool_call",
      "getWeather",
      { ...SUPPORT, call: "call_1", details: called(PARIS, weather("Paris")) },
    ],
    [
      "f63783",
      "tool_call",
      "failTool",
      {
        ...SUPPORT,
        call: "call_2",
        error: ["TypeError", DECLINED],
        details: failed({ amount: 3 }, DECLINED),
      },
    ],
    [
      "719526",
      "tool_call",
      "askResearcher",
      { ...SUPPORT, call: "call_3", details: called({ question: "who?" }, "sub done") },
    ],
    ["e3a732", "success", "researcher", { ...RESEARCHER, details: mock("mock-sub") }],
    [
      "9550ce",
      "tool_call",
      "lookup",
      { ...RESEARCHER, call: "call_sub_1", details: called({ key: "k1" }, { key: "k1", value: 1 }) },
    ],
    [
      "c61316",
      "tool_call",
      "stringTool",
      { ...SUPPORT, call: "call_4", details: called({}, "plain string result") },
    ],
    ["af3060", "tool_call", "voidTool", { ...SUPPORT, call: "call_5", details: called({}) }],
    [
      "2cde44",
      "success",
      "plain-call",
      { agent: "plain-call", session: "sess-42", details: mock("mock-plain") },
    ],
    // The same program with recordInputs and recordOutputs off, and without a functionId.
    ["754e8b", "success", "vercel-ai5", { ...UNNAMED, details: mock("mock-main") }],
    ["333cda", "tool_call", "getWeather", { ...UNNAMED, call: "call_1", details: HIDDEN_CALL }],
    [
      "ba78af",
      "tool_call",
      "failTool",
      { ...UNNAMED, call: "call_2", error: ["TypeError", DECLINED], details: hiddenFailure(DECLINED) },
    ],
    ["2651c9", "tool_call", "askResearcher", { ...UNNAMED, call: "call_3", details: HIDDEN_CALL }],
    ["681f5d", "success", "researcher", { ...RESEARCHER, details: mock("mock-sub") }],
    ["c66188", "tool_call", "stringTool", { ...UNNAMED, call: "call_4", details: HIDDEN_CALL }],
    ["ff8d71", "tool_call", "voidTool", { ...UNNAMED, call: "call_5", details: HIDDEN_CALL }],
    ["989f66", "error", "Error", failure({ model_call: "chat mock-err" })],
    ["2e913a", "error", "Error", failure({ run: "failing-llm" })],
    [
      "bc7750",
      "success",
      "stream-call",
      { agent: "stream-call", session: "sess-42", details: mock("mock-stream") },
    ],
    [
      "f22862",
      "tool_call",
      "getWeather",
      { agent: "stream-call", session: "sess-42", call: "call_s1", details: called(ROME, weather("Rome")) },
    ],
  ];

  return {
    title: "AI SDK 5",
    file: "vercel-ai-v5",
    source: "vercel-ai",
    rows,
    others: {
      "http POST /chat": "no dialect knows this span",
      "ai.generateText.doGenerate": "a call of a model that went well",
      "ai.streamText.doStream": "a call of a model that went well",
    },
  };
}

function version7(): Capture {
  const openai = (model: string, steps: number) => used(model, "openai", 10 * steps, 5 * steps);
  const UNNAMED = { agent: "vercel-v7" };
  const failure = (context: object) =>
    ({
      agent: "failing-llm",
      error: ["Error", OVERLOADED],
      details: errorDetails("Error", OVERLOADED, { ...context, model: "mock-err", provider: "anthropic" }),
    }) as const;

  const rows: readonly Row[] = [
    ["9d0f60", "success", "support-agent", { ...SUPPORT, details: openai("mock-main", 6) }],
    [
      "aed3de",
      "tool_call",
      "getWeather",
      { ...SUPPORT, call: "call_1", details: called(PARIS, weather("Paris")) },
    ],
    [
      "93a699",
      "tool_call",
      "failTool",
      {
        ...SUPPORT,
        call: "call_2",
        error: ["TypeError", DECLINED],
        details: failed({ amount: 3 }, DECLINED),
      },
    ],
    // It threw a string, of which the SDK records nothing.
    [
      "9e6482",
      "tool_call",
      "failString",
      { ...SUPPORT, call: "call_2b", error: ["Error", undefined], details: failed({}), unknown: ["error"] },
    ],
    [
      "312a0d",
      "tool_call",
      "askResearcher",
      { ...SUPPORT, call: "call_3", details: called({ question: "who?" }, "sub done") },
    ],
    ["a7d618", "success", "researcher", { ...RESEARCHER, details: openai("mock-sub", 2) }],
    [
      "6f22b1",
      "tool_call",
      "lookup",
      { ...RESEARCHER, call: "call_sub_1", details: called({ key: "k1" }, { key: "k1", value: 1 }) },
    ],
    [
      "4f760a",
      "tool_call",
      "stringTool",
      { ...SUPPORT, call: "call_4", details: called({}, "plain string result") },
    ],
    ["c563de", "tool_call", "voidTool", { ...SUPPORT, call: "call_5", details: called({}) }],
    // Run by the provider: `gen_ai.tool.type` says so.
    [
      "2ded12",
      "tool_call",
      "web_search",
      { ...SUPPORT, call: "call_9", details: called({ q: "x" }, { hits: 2 }, { tool_type: "extension" }) },
    ],
    [
      "a787ce",
      "success",
      "plain-call",
      { agent: "plain-call", session: "sess-42", details: openai("mock-plain", 1) },
    ],
    // The same program with recordInputs and recordOutputs off, and without a functionId.
    ["e64573", "success", "vercel-v7", { ...UNNAMED, details: openai("mock-main", 3) }],
    ["31bf0b", "tool_call", "getWeather", { ...UNNAMED, call: "call_1", details: HIDDEN_CALL }],
    [
      "671a8d",
      "tool_call",
      "failTool",
      {
        ...UNNAMED,
        call: "call_2",
        error: ["Error", undefined],
        details: hiddenFailure(),
        unknown: ["error"],
      },
    ],
    [
      "c94ae4",
      "tool_call",
      "failString",
      {
        ...UNNAMED,
        call: "call_2b",
        error: ["Error", undefined],
        details: hiddenFailure(),
        unknown: ["error"],
      },
    ],
    ["87212c", "tool_call", "askResearcher", { ...UNNAMED, call: "call_3", details: HIDDEN_CALL }],
    ["bab74f", "success", "researcher", { agent: "researcher", details: openai("mock-sub", 1) }],
    ["176a8e", "tool_call", "stringTool", { ...UNNAMED, call: "call_4", details: HIDDEN_CALL }],
    ["051dbb", "tool_call", "voidTool", { ...UNNAMED, call: "call_5", details: HIDDEN_CALL }],
    ["30e3bb", "error", "Error", failure({ model_call: "chat mock-err" })],
    ["a64e22", "error", "Error", failure({ run: "failing-llm" })],
    ["bf6342", "success", "stream-call", { agent: "stream-call", details: openai("mock-stream", 1) }],
    [
      "906c44",
      "tool_call",
      "getWeather",
      { agent: "stream-call", call: "call_s1", details: called(ROME, weather("Rome")) },
    ],
    // Stopped to ask for approval, and run again after it was denied: neither has a span of its own.
    ["f01a9b", "success", "gated", { agent: "gated", details: openai("mock-gated", 1) }],
    ["d4b6e7", "success", "gated", { agent: "gated", details: openai("mock-gated", 1) }],
  ];

  const wentWell = "a call of a model that went well";
  return {
    title: "AI SDK 7",
    file: "vercel-ai-v7",
    source: "vercel-ai",
    rows,
    others: {
      "http POST /chat": "no dialect knows this span",
      "step 1": "agent_step is a step of a run",
      "step 2": "agent_step is a step of a run",
      "step 3": "agent_step is a step of a run",
      "step 4": "agent_step is a step of a run",
      "step 5": "agent_step is a step of a run",
      "step 6": "agent_step is a step of a run",
      "chat mock-main": wentWell,
      "chat mock-sub": wentWell,
      "chat mock-plain": wentWell,
      "chat mock-plain2": wentWell,
      "chat mock-stream": wentWell,
      "chat mock-gated": wentWell,
      "invoke_agent mock-plain2": "a plain call of a model without a name",
      "embeddings mock-embed": wentWell,
    },
  };
}

export const CAPTURES: readonly Capture[] = [version5(), version7()];
