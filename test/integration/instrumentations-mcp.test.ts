import { describe, expect, test } from "vitest";
import { runInstrumented } from "./instrumented-rows.js";

const TREE = "test/frameworks/mcp";

/** A tool call of a connection: the protocol knows neither agents nor the model's ids of calls. */
const called = { type: "tool_call", agent: "the-service", call: null, source: "mcp" };

const BAD_ARGUMENTS =
  "MCP error -32602: Input validation error: Invalid arguments for tool forecast: " +
  "Invalid input: expected number, received undefined at days";

/** What agent.mjs does, in its order. */
const DEEDS_OVER_STDIO = [
  {
    ...called,
    name: "forecast",
    status: "ok",
    error: null,
    details: {
      tool_parameters: { city: "Oslo", days: 2 },
      tool_result: "2 days of sun in Oslo",
      success: true,
      mcp_request_id: "2",
    },
  },
  {
    ...called,
    name: "forecast",
    status: "error",
    error: "tool_error",
    details: {
      tool_parameters: { city: "Atlantis", days: 1 },
      tool_result: "no such city",
      success: false,
      error_message: "no such city",
      mcp_request_id: "3",
    },
  },
  {
    ...called,
    name: "forecast",
    status: "error",
    error: "tool_error",
    details: {
      tool_parameters: { city: "Rome" },
      tool_result: BAD_ARGUMENTS,
      success: false,
      error_message: BAD_ARGUMENTS,
      mcp_request_id: "4",
    },
  },
  {
    ...called,
    name: "resources/read",
    status: "ok",
    error: null,
    details: { tool_parameters: { uri: "weather://cities" }, success: true, mcp_request_id: "5" },
  },
];

describe("an agent that speaks MCP, and knows nothing of this package", () => {
  test("calls a server in another process over stdio", async (t) => {
    const { deeds, stdout, stderr } = await runInstrumented(TREE, "agent.mjs", 4, t);
    expect([stdout, stderr]).toEqual([
      JSON.stringify(["2 days of sun in Oslo", "no such city", BAD_ARGUMENTS]),
      "",
    ]);
    expect(deeds).toMatchObject(DEEDS_OVER_STDIO);
    expect(deeds).toHaveLength(4);
  });

  test("calls a server that is registered too: both are one trace, the server's inside the agent's", async (t) => {
    const env = { NODE_OPTIONS: "--import otel-agent-actions/register" };
    const { deeds } = await runInstrumented(TREE, "agent.mjs", 8, t, env);
    const agents = deeds.filter(({ parent }) => parent === null);
    expect(agents).toMatchObject(DEEDS_OVER_STDIO);
    for (const deed of agents) {
      const inside = deeds.filter(({ parent }) => parent === deed.span);
      expect(inside).toMatchObject([{ trace: deed.trace, name: deed.name, status: deed.status }]);
    }
  });

  test("is set up in code instead of by register", async (t) => {
    const { deeds, stderr } = await runInstrumented(TREE, "agent.mjs", 4, t, {}, "./instrument.mjs");
    expect(stderr).toBe("");
    expect(deeds.map(({ name, error }) => [name, error])).toEqual([
      ["forecast", null],
      ["forecast", "tool_error"],
      ["forecast", "tool_error"],
      ["resources/read", null],
    ]);
    expect(deeds[0]?.details).toMatchObject({ tool_parameters_hidden: true, tool_result_hidden: true });
  });

  test("is of CommonJS, and has client and server in one process, over HTTP", async (t) => {
    const { deeds, stdout, stderr } = await runInstrumented(TREE, "agent.cjs", 1, t);
    expect([stdout, stderr]).toEqual(["sunny in Oslo", ""]);
    expect(deeds).toMatchObject([
      {
        ...called,
        name: "forecast",
        session: "session-1",
        status: "ok",
        details: {
          tool_parameters: { city: "Oslo" },
          tool_result: "sunny in Oslo",
          success: true,
          mcp_session_id: "session-1",
        },
        merged_spans: [{ source: "mcp" }],
      },
    ]);
  });

  test("is of version 2 of the SDK", async (t) => {
    const { deeds, stdout, stderr } = await runInstrumented(TREE, "agent-sdk-2.mjs", 4, t);
    expect([stdout, stderr]).toEqual([
      JSON.stringify(["sunny in Oslo", "no such city", "booked Rome: true"]),
      "",
    ]);
    expect(deeds).toMatchObject([
      {
        ...called,
        name: "forecast",
        status: "ok",
        details: { tool_parameters: { city: "Oslo" }, tool_result: "sunny in Oslo" },
      },
      {
        ...called,
        name: "forecast",
        status: "error",
        error: "tool_error",
        details: { tool_parameters: { city: "Atlantis" }, error_message: "no such city" },
      },
      // One call, though it was sent twice: the server asked back.
      {
        ...called,
        name: "book",
        status: "ok",
        details: { tool_parameters: { city: "Rome" }, tool_result: "booked Rome: true" },
      },
      {
        type: "decision",
        name: "elicitation/create",
        parent: deeds[2]?.span,
        details: {
          decision_type: "elicitation",
          decision_context: { message: "To Rome?" },
          decision_result: { action: "accept", content: { sure: true } },
        },
      },
    ]);
    expect(deeds).toHaveLength(4);
  });
});
