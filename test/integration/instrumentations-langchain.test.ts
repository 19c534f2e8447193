import { describe, expect, test } from "vitest";
import { installTree } from "../helpers/install-tree.js";
import { runNode } from "../helpers/run-node.js";
import { runInstrumented } from "./instrumented-rows.js";

const TREE = "test/frameworks/langchain";

describe("an agent of LangChain or LangGraph that knows nothing of this package", () => {
  test("has a row for everything that its agents did", async (t) => {
    const { deeds, stdout, stderr } = await runInstrumented(TREE, "agent.mjs", 14, t);
    expect([stdout, stderr]).toEqual([
      JSON.stringify(["Clear in both.", ["researcher", "writer"], "paid 5"]),
      "",
    ]);
    const forecaster = { agent: "forecaster", session: "thread-1" };
    expect(deeds.slice(0, 5)).toMatchObject([
      { ...forecaster, type: "success", name: "forecaster", status: "ok", parent: null },
      {
        ...forecaster,
        type: "tool_call",
        name: "get_weather",
        call: "call-1",
        status: "ok",
        details: {
          tool_parameters: { city: "Oslo" },
          tool_result: { city: "Oslo", sky: "clear" },
          success: true,
        },
      },
      {
        ...forecaster,
        type: "tool_call",
        name: "get_weather",
        call: "call-2",
        status: "ok",
        details: { tool_parameters: { city: "Rome" }, tool_result: { city: "Rome", sky: "clear" } },
      },
      {
        ...forecaster,
        type: "tool_call",
        name: "read_station",
        call: "call-3",
        status: "error",
        error: "ToolInputParsingException",
        details: {
          tool_parameters: { id: "seven" },
          success: false,
          error_message: expect.stringContaining("expected number, received string"),
        },
      },
      {
        ...forecaster,
        type: "tool_call",
        name: "get_tides",
        call: "call-4",
        status: "error",
        error: "unknown_tool",
        details: {
          tool_parameters: { port: "Bergen" },
          success: false,
          error_message: "Error: get_tides is not a valid tool, try one of [get_weather, read_station].",
        },
      },
    ]);
    expect(deeds.slice(1, 5).map(({ parent }) => parent)).toEqual(Array(4).fill(deeds[0]?.span));

    const [team, researcher] = deeds.slice(5, 7);
    expect(deeds.slice(5, 10)).toMatchObject([
      { type: "success", name: "team", agent: "team", status: "ok", parent: null },
      { type: "success", name: "researcher", agent: "researcher", status: "ok", parent: team?.span },
      {
        type: "decision",
        name: "handoff to writer",
        agent: "researcher",
        status: "ok",
        parent: researcher?.span,
        details: {
          decision_type: "handoff",
          decision_context: { reason: "it is written work" },
          decision_result: { from_agent: "researcher", to_agent: "writer" },
          tool_call_id: "call-5",
        },
      },
      { type: "success", name: "writer", agent: "writer", status: "ok", parent: team?.span },
      {
        type: "tool_call",
        name: "save_text",
        agent: "writer",
        call: "call-6",
        details: { tool_parameters: { text: "hello" }, tool_result: "saved 5 characters" },
      },
    ]);

    const waiting = { session: "thread-2", status: "ok", error: null };
    expect(deeds.slice(10)).toMatchObject([
      { ...waiting, type: "success", name: "LangGraph" },
      {
        ...waiting,
        type: "tool_call",
        name: "pay",
        call: "call-7",
        details: { tool_parameters: { amount: 5 }, success: true, interrupted: true },
      },
      { ...waiting, type: "success", name: "LangGraph" },
      { ...waiting, type: "tool_call", name: "pay", call: "call-7", details: { tool_result: "paid 5" } },
    ]);
    expect(deeds).toHaveLength(14);
  });

  test("gets its libraries back as they were when the instrumentation is switched off", async () => {
    const cwd = await installTree(TREE);
    const { stdout, stderr } = await runNode(["unpatched.mjs"], {}, { cwd });
    expect(stderr).toBe("");
    const all = (patched: boolean) => Array(3).fill(patched);
    expect(JSON.parse(stdout)).toEqual([all(true), all(false), all(true)]);
  });

  test("is of CommonJS", async (t) => {
    const { deeds, stdout, stderr } = await runInstrumented(TREE, "agent.cjs", 3, t);
    expect([stdout, stderr]).toEqual(["3", ""]);
    expect(deeds).toMatchObject([
      { type: "success", name: "calculator", agent: "calculator" },
      {
        type: "tool_call",
        name: "add",
        agent: "calculator",
        call: "call-1",
        details: { tool_parameters: { a: 1, b: 2 }, tool_result: "3", success: true },
      },
      { type: "tool_call", name: "subtract", call: "call-2", status: "error", error: "unknown_tool" },
    ]);
    expect(deeds).toHaveLength(3);
  });

  test("keeps its content to itself where that is asked", async (t) => {
    const env = { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "false" };
    const { deeds } = await runInstrumented(TREE, "agent.cjs", 3, t, env);
    expect(deeds[1]).toMatchObject({ name: "add", call: "call-1" });
    expect(deeds[1]?.details).toEqual({
      tool_parameters_hidden: true,
      tool_result_hidden: true,
      success: true,
    });
  });
});
