import { describe, expect, test } from "vitest";
import { langSmithDialect } from "../../../../../exporter/read/dialects/langsmith/langsmith.js";
import { OK, type SpanParts, spanOf } from "../../spans.js";
import { actionOf, reasonOf } from "./action-of.js";

const run = (kind: string, more: Record<string, unknown> = {}): SpanParts => ({
  name: "t",
  status: OK,
  attributes: { "langsmith.span.kind": kind, "langsmith.trace.name": "t", ...more },
});
const io = (prompt: string, completion?: string) => ({
  "gen_ai.prompt": prompt,
  ...(completion !== undefined && { "gen_ai.completion": completion }),
});
const details = (parts: SpanParts) => actionOf(parts).action_details;

describe("inputs", () => {
  test.each([
    ['{"input":"x"}', "x"],
    ['{"input":"{\\"a\\":1}"}', { a: 1 }],
    ['{"inputs":null}', null],
    ['{"args":[1,2]}', [1, 2]],
    ['{"args":[1]}', { args: [1] }],
    ['{"input":"x","more":1}', { input: "x", more: 1 }],
    ['{"a":1}', { a: 1 }],
    ["{}", null],
  ])("%s", (prompt, tool_parameters) => {
    expect(details(run("tool", io(prompt, '{"outputs":1}')))).toMatchObject({
      tool_parameters,
      tool_result: 1,
    });
  });

  test("that the program's own function for hiding failed on are hidden", () => {
    const dropped = '{"ls_error":"Processing failed; inputs dropped (processInputs)"}';
    expect(details(run("tool", io(dropped, dropped)))).toMatchObject({
      tool_parameters_hidden: true,
      tool_result_hidden: true,
    });
  });
});

describe("outputs", () => {
  test.each([
    ['{"outputs":"x"}', "x"],
    ['{"output":"x"}', "x"],
    ['{"outputs":null}', null],
    ['{"a":1}', { a: 1 }],
    ["{}", null],
  ])("%s", (completion, tool_result) => {
    expect(details(run("tool", io('{"input":1}', completion)))).toMatchObject({ tool_result });
  });

  test("without any, and without inputs, are hidden, unless a span around shows something", () => {
    const empty = run("tool", io("{}", "{}"));
    const hidden = { tool_parameters_hidden: true, tool_result_hidden: true };
    expect(actionOf(empty).action_details).toMatchObject(hidden);
    expect(actionOf(empty, [spanOf(run("chain", io("{}")))]).action_details).toMatchObject(hidden);
    expect(actionOf(empty, [spanOf(run("chain", io('{"input":"x"}')))]).action_details).toMatchObject({
      tool_parameters: null,
      tool_result: null,
    });
  });

  test("of LangChain are a message, or a hand-over", () => {
    const kwargs = { content: "no", status: "error", name: "real", tool_call_id: "c1" };
    const output = JSON.stringify({ output: { lc: 1, type: "constructor", id: ["ToolMessage"], kwargs } });
    expect(actionOf(run("tool", io("{}", output)))).toMatchObject({
      action_name: "real",
      tool_call_id: "c1",
      error_message: "no",
    });
    const command = JSON.stringify({ output: { lg_name: "Command", goto: ["billing"] } });
    expect(details(run("tool", io("{}", command)))).toMatchObject({
      decision_result: { to_agent: "billing" },
    });
  });
});

describe("a failure", () => {
  test.each([
    ["TypeError: no", "TypeError", "no"],
    ["TypeError('no')Traceback (most recent call last):\n  File", "TypeError", "no"],
    ['KeyError("it\'s")\n\nTraceback (most recent call last):\n  File', "KeyError", "it's"],
    ["ToolException()", "ToolException", undefined],
    ["just said", "Error", "just said"],
  ])("%s", (message, type, said) => {
    const exception = { "exception.type": "Exception", "exception.message": message };
    const event = actionOf({ ...run("tool", io('{"a":1}')), exception });
    expect([event.status, event.error_type, event.error_message]).toEqual(["error", type, said]);
  });

  test("is none where LangGraph waits", () => {
    const exception = {
      "exception.message": "GraphInterrupt((Interrupt(value='ok?'),))Traceback (most recent call last):",
    };
    expect(actionOf({ ...run("tool", io('{"a":1}')), exception })).toMatchObject({
      status: "ok",
      action_details: { interrupted: true },
    });
  });
});

describe("runs", () => {
  test("that are traceable, or an agent's, are tasks; other chains are steps", () => {
    for (const more of [
      { "langsmith.traceable": "true" },
      { "langsmith.metadata.ls_method": "traceable" },
      { "langsmith.metadata.lc_agent_name": "t" },
      { "langsmith.metadata.ls_agent_type": "root" },
    ])
      expect(actionOf(run("chain", more))).toMatchObject({ action_type: "success", action_name: "t" });
    expect(reasonOf(run("chain", { "langsmith.metadata.lc_agent_name": "other" }))).toContain("is a step");
  });

  test("name the agent where LangChain or an integration of agents does", () => {
    const agent = (more: object) => langSmithDialect.agentName(spanOf(run("chain", { ...more })));
    expect(agent({ "langsmith.metadata.ls_agent_type": "subagent" })).toBe("t");
    expect(agent({ "langsmith.metadata.lc_agent_name": "other" })).toBe("other");
    expect(agent({ "langsmith.metadata.agent_name": "named" })).toBe("named");
    // A traceable is the nearest to an agent that there is, where it is no tool.
    expect(agent({ "langsmith.traceable": "true" })).toBe("t");
    expect(agent({})).toBe(undefined);
    const tool = run("tool", { "langsmith.traceable": "true" });
    expect(langSmithDialect.agentName(spanOf(tool))).toBe(undefined);
  });

  test("of a retriever are retrievals, whatever the operation says", () => {
    const parts = run("retriever", {
      "gen_ai.operation.name": "embeddings",
      ...io('{"input":"q"}', '{"outputs":[]}'),
    });
    expect(actionOf(parts)).toMatchObject({ action_type: "tool_call", action_name: "t" });
  });

  test("have a project, which is no session", () => {
    const session = (more: object) => langSmithDialect.sessionId(spanOf(run("tool", { ...more })));
    expect(session({ "langsmith.trace.session_name": "demo", "langsmith.trace.session_id": "p1" })).toBe(
      undefined,
    );
    expect(session({ "langsmith.metadata.conversation_id": "c1" })).toBe("c1");
  });
});

test("messages that a program wrote by hand, one attribute a value, are read too", () => {
  const attributes = {
    "langsmith.span.kind": "llm",
    "gen_ai.completion.0.role": "assistant",
    "gen_ai.completion.0.tool_calls.0.id": "c1",
    "gen_ai.completion.0.tool_calls.0.name": "lookup",
    "gen_ai.completion.0.tool_calls.0.arguments": '{"a":1}',
  };
  const reading = langSmithDialect.read(spanOf({ attributes }), []);
  if (reading?.is !== "model_call") throw new Error(reading?.is);
  expect(reading.messages().requested).toEqual([{ name: "lookup", callId: "c1", parameters: { a: 1 } }]);
});

test("a call of a model without a model has the run's name", () => {
  const operation = { "gen_ai.operation.name": "chat" };
  expect(langSmithDialect.read(spanOf(run("llm", operation)), [])).toMatchObject({ name: "t" });
  const named = run("llm", { ...operation, "gen_ai.request.model": "m" });
  expect(langSmithDialect.read(spanOf(named), [])).toMatchObject({ name: "chat m" });
});
