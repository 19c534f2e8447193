import { type Capture, called, errorDetails, failed } from "./capture.js";

const SHOP = { agent: "shop" };

const python: Capture = {
  file: "azure-python",
  title: "Semantic Kernel, Agent Framework and Azure's traced functions, in Python",
  source: "azure-ai",
  rows: [
    [
      "a9e191",
      "tool_call",
      "shop-get_price",
      { ...SHOP, details: called({ item: "pen" }, { item: "pen", price: 9.5, stock: null, sale: true }) },
    ],
    ["2bc884", "tool_call", "shop-greet", { ...SHOP, details: called({ who: "Ada" }, "Hello, Ada") }],
    [
      "20c863",
      "tool_call",
      "shop-refund",
      {
        ...SHOP,
        error: ["ValueError", "limit exceeded"],
        details: failed({ amount: 900 }, "limit exceeded"),
      },
    ],
    [
      "f764f0",
      "tool_call",
      "find_store",
      { ...SHOP, details: called({ city: "Paris", limit: 2 }, ["north", "south"]) },
    ],
    [
      "02a3e8",
      "tool_call",
      "close_store",
      { ...SHOP, error: ["RuntimeError", "still open"], details: failed({ city: "Paris" }, "still open") },
    ],
    ["1d3c25", "tool_call", "add", { ...SHOP, call: "call_add", details: called({ a: 1, b: 2 }, 3) }],
    [
      "bd4047",
      "tool_call",
      "divide",
      {
        ...SHOP,
        error: ["ZeroDivisionError", "division by zero"],
        details: failed({ a: 1, b: 0 }, "division by zero"),
      },
    ],
  ],
  others: {},
};

const AGENT = { agent: "asst_1", session: "thread_1" };
const USED = { model: "gpt-mock", provider: "az.ai.agents", input_tokens: 20, output_tokens: 7 };
const AZURE = { provider: "az.ai.agents" };

const made: Capture = {
  file: "azure-made",
  title: "Azure AI Agents and workflows, made from their sources",
  source: "azure-ai",
  rows: [
    ["c10003", "tool_call", "find_store", { ...AGENT, details: called({ city: "Paris" }, ["north"]) }],
    ["c10004", "success", "asst_1", { ...AGENT, details: USED }],
    [
      "c10006",
      "error",
      "rate_limit_exceeded",
      {
        ...AGENT,
        error: ["rate_limit_exceeded", "too many requests"],
        details: errorDetails("rate_limit_exceeded", "too many requests", { run: "asst_1", ...AZURE }),
      },
    ],
    [
      "c10007",
      "error",
      "expired",
      {
        ...AGENT,
        error: ["expired", undefined],
        details: { error_type: "expired", error_context: { run: "asst_1", ...AZURE } },
      },
    ],
    ["c10008", "success", "asst_1", { ...AGENT, details: { ...AZURE, interrupted: true } }],
    ["c1000a", "success", "refunds", { agent: "az-app", details: {} }],
    [
      "c1000b",
      "error",
      "ValueError",
      {
        agent: "az-app",
        error: ["ValueError", "too much"],
        details: errorDetails("ValueError", "too much", { run: "checker" }),
      },
    ],
  ],
  others: {
    "create_agent helper": "a step around",
    start_thread_run: "was started",
    submit_tool_outputs: "a step around",
    "chat gpt-mock": "went well",
    "message.send": "a step around",
    "chat.completions gpt-mock": "went well",
  },
  models: {
    c10009: { requested: [["pay", "call_2", { n: 1 }]], answered: [["call_0", "unknown", "sunny"]] },
  },
};

export const CAPTURES: readonly Capture[] = [python, made];
