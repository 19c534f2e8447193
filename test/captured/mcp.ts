import { type Capture, called, failed } from "./capture.js";

// Sentry's server side knows no agent: the name is the service's.
const AGENT = { agent: "node" };

function sentry(): Capture {
  return {
    title: "MCP as Sentry writes it",
    file: "mcp-sentry",
    source: "mcp",
    rows: [
      [
        "290de3",
        "tool_call",
        "get_weather",
        {
          ...AGENT,
          details: called(
            { city: "Paris", opts: { units: "C" } },
            { city: "Paris", tempC: 21 },
            { mcp_request_id: "2" },
          ),
        },
      ],
      [
        "c1e373",
        "tool_call",
        "fail_tool",
        {
          ...AGENT,
          error: ["tool_error", "card declined: 4000"],
          details: {
            ...failed({ amount: 3 }, "card declined: 4000", "card declined: 4000"),
            mcp_request_id: "3",
          },
        },
      ],
      [
        "3097a6",
        "tool_call",
        "no_such_tool",
        {
          ...AGENT,
          error: ["tool_error", "MCP error -32602: Tool no_such_tool not found"],
          details: {
            ...failed(
              null,
              "MCP error -32602: Tool no_such_tool not found",
              "MCP error -32602: Tool no_such_tool not found",
            ),
            mcp_request_id: "4",
          },
        },
      ],
      [
        "151f4a",
        "tool_call",
        "outer",
        { ...AGENT, details: called({ q: "x" }, "x", { mcp_request_id: "5" }) },
      ],
      [
        "c47e55",
        "tool_call",
        "resources/read",
        {
          ...AGENT,
          details: {
            tool_parameters: { uri: "config://app" },
            tool_result_hidden: true,
            success: true,
            mcp_request_id: "6",
          },
        },
      ],
    ],
    others: {
      initialize: "the MCP method initialize is no action",
      "notifications/initialized": "the MCP method notifications/initialized is no action",
      "tools/list": "the MCP method tools/list is no action",
      "inner work": "no dialect knows this span",
    },
  };
}

export const CAPTURES: readonly Capture[] = [sentry()];
