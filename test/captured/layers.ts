import { type Capture, called, failed, type Row } from "./capture.js";

const AGENT = { agent: "travel-agent" };
const NO_ZONE = "no such zone";

/** The tools are those of an MCP server; each call is a span of the AI SDK, of Langfuse and, in a trace of its own, of Traceloop. */
const rows: readonly Row[] = [
  [
    "443564",
    "success",
    "travel-agent",
    {
      ...AGENT,
      details: { model: "mock-main", provider: "mock-provider", input_tokens: 30, output_tokens: 15 },
    },
  ],
  [
    "421d6c",
    "tool_call",
    "get_weather",
    { ...AGENT, call: "call_1", details: called({ city: "Paris" }, "21 degrees in Paris") },
  ],
  [
    "2a719e",
    "tool_call",
    "get_weather",
    { ...AGENT, call: "call_2", details: called({ city: "Oslo" }, "21 degrees in Oslo") },
  ],
  [
    "ab75a9",
    "tool_call",
    "get_time",
    {
      ...AGENT,
      call: "call_3",
      error: ["tool_error", NO_ZONE],
      details: failed({ zone: "nowhere" }, NO_ZONE, NO_ZONE),
    },
  ],
];

export const CAPTURES: readonly Capture[] = [
  {
    title: "An agent of the AI SDK whose tools Langfuse observes and Traceloop sees go over MCP",
    file: "layers",
    source: "vercel-ai",
    rows,
    others: {
      "ai.generateText.doGenerate": "a call of a model that went well",
      get_weather: "the same call as",
      get_time: "the same call as ab75a9",
      "get_weather.tool": "the same call as",
      "get_time.tool": "the same call as ab75a9",
      "initialize.mcp": "is no action",
      "mcp.client.session": "is a step",
    },
  },
];
