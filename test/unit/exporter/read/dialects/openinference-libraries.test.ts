import { describe, expect, test } from "vitest";
import { ERROR } from "../../spans.js";
import { actionOf, librarySpan } from "./spans-of-libraries.js";

const JSON_TYPE = "application/json";
const tool = (more: Record<string, unknown>) => ({
  attributes: { "openinference.span.kind": "TOOL", "tool.name": "get_weather", ...more },
});
const given = (value: unknown, mimeType?: string, more: Record<string, unknown> = {}) =>
  actionOf(tool({ "input.value": value, ...(mimeType && { "input.mime_type": mimeType }), ...more }))
    .action_details?.tool_parameters;
const gave = (value: unknown, mimeType?: string) =>
  actionOf(tool({ "output.value": value, ...(mimeType && { "output.mime_type": mimeType }) }));

describe("arguments", () => {
  const PARIS = { city: "Paris" };
  const SCHEMA = '{"type":"object","properties":{"city":{"type":"string"}}}';

  test.each<[string, unknown, unknown]>([
    ["LangChain", "{'city': 'Paris'}", PARIS],
    ["LlamaIndex, DSPy", '{"kwargs": {"city": "Paris"}}', PARIS],
    ["smolagents", '{"args": [], "sanitize_inputs_outputs": true, "kwargs": {"city": "Paris"}}', PARIS],
    [
      "smolagents, by position",
      '{"args": ["Paris"], "sanitize_inputs_outputs": true, "kwargs": {}}',
      "Paris",
    ],
    ["two by position", '{"args": [2, 3], "kwargs": {}}', [2, 3]],
    ["none at all", '{"args": [], "kwargs": {}}', {}],
    ["an argument that is called args", '{"args": ["a"]}', { args: ["a"] }],
    ["an argument beside it", '{"args": ["a"], "kwargs": {}, "x": 1}', { args: ["a"], kwargs: {}, x: 1 }],
  ])("as %s in Python writes them", (_library, value, expected) => {
    expect(given(value)).toEqual(expected);
    expect(given(value, JSON_TYPE)).toEqual(expected);
  });

  test("stand in tool.parameters where the input has none, unless that is the schema", () => {
    const parameters = '{"city":"Paris"}';
    expect(actionOf(tool({ "tool.parameters": parameters })).action_details?.tool_parameters).toEqual(PARIS);
    expect(given("Paris", undefined, { "tool.parameters": parameters })).toEqual(PARIS);
    expect(given("Paris", undefined, { "tool.parameters": SCHEMA })).toBe("Paris");
    const described = '{"city":{"type":"string","description":"where"}}';
    expect(given("Paris", undefined, { "tool.parameters": described })).toBe("Paris");
    expect(given('{"city":"Rome"}', JSON_TYPE, { "tool.parameters": parameters })).toEqual({ city: "Rome" });
  });

  test("stay hidden, whatever stands beside them", () => {
    const details = actionOf(tool({ "input.value": "__REDACTED__", "tool.parameters": '{"city":"Paris"}' }));
    expect(details.action_details).toMatchObject({ tool_parameters_hidden: true });
  });

  test("are those of the conventions where a processor dressed a span that had them", () => {
    expect(given("hi", undefined, { "gen_ai.tool.call.arguments": '{"text":"hi"}' })).toEqual({ text: "hi" });
  });
});

describe("results", () => {
  test("that Python wrote as text are values", () => {
    expect(
      gave("{'city': 'Paris', 'tags': ['a', \"b's\"], 'n': None}", "text/plain").action_details,
    ).toMatchObject({
      tool_result: { city: "Paris", tags: ["a", "b's"], n: null },
    });
    for (const text of ["it's {fine}", "{'a': 1} and more", "{'a': object()}", "['a'", "{'a' 1}"])
      expect(gave(text).action_details?.tool_result).toBe(text);
  });

  test.each([
    [
      "today",
      '{"type":"tool","data":{"content":"sunny","name":"weather","tool_call_id":"c1","status":"success"}}',
    ],
    ["before", '{"content":"sunny","type":"tool","name":"weather","tool_call_id":"c1","status":"success"}'],
  ])("of LangChain in Python are its message's content (%s)", (_when, output) => {
    expect(gave(output, JSON_TYPE)).toMatchObject({
      action_name: "weather",
      tool_call_id: "c1",
      action_details: { tool_result: "sunny", success: true },
    });
  });

  test("of LangGraph in Python may hand over", () => {
    const command = { graph: "__parent__", update: { messages: [] }, resume: null, goto: "billing" };
    expect(gave(JSON.stringify({ output: command }), JSON_TYPE)).toMatchObject({
      action_type: "decision",
      action_details: { decision_type: "handoff", decision_result: { to_agent: "billing" } },
    });
  });

  test("with members of the same names do not", () => {
    const own = { goto: "billing", update: { a: 1 } };
    expect(gave(JSON.stringify({ output: own }), JSON_TYPE).action_type).toBe("tool_call");
  });

  test("of Google's ADK are in the form of its protocol", () => {
    const output = (response: unknown) => JSON.stringify({ id: "c1", name: "get_weather", response });
    expect(gave(output({ tempC: 21 }), JSON_TYPE)).toMatchObject({
      tool_call_id: "c1",
      action_details: { tool_result: { tempC: 21 } },
    });
    expect(gave(output({ result: "sunny" }), JSON_TYPE).action_details?.tool_result).toBe("sunny");
    const others = [
      { id: "1", name: "Ann", response: { a: 1 } },
      { id: "1", name: "get_weather", response: { a: 1 }, more: true },
    ];
    for (const own of others)
      expect(gave(JSON.stringify(own), JSON_TYPE).action_details?.tool_result).toEqual(own);
  });
});

describe("names", () => {
  test.each([
    ["lookup.__call__", "lookup"],
    ["lookup.acall", "lookup"],
    ["look.up", "look.up"],
  ])("of a tool come from the span: %s", (name, expected) => {
    expect(actionOf({ name, attributes: { "openinference.span.kind": "TOOL" } }).action_name).toBe(expected);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["Support.run", {}, "Support"],
    ["Support.arun", { "graph.node.id": "9f3c", "graph.node.name": "Support Agent" }, "Support Agent"],
    ["Writer._execute_core", { "graph.node.id": "Writer" }, "Writer"],
    ["run", { "agent.name": "named" }, "named"],
    ["ClaudeAgent.query", {}, "ClaudeAgent.query"],
  ])("of an agent: %s", (name, more, expected) => {
    const attributes = { "openinference.span.kind": "AGENT", ...more };
    expect(actionOf({ name, attributes })).toMatchObject({ action_name: expected, agent_name: expected });
  });

  test("of an agent do not come from a span that a processor only dressed", () => {
    const around = librarySpan({
      name: "ai.generateText",
      attributes: { "openinference.span.kind": "AGENT", "ai.operationId": "ai.generateText" },
    });
    expect(actionOf(tool({}), [around]).agent_name).toBe("svc");
  });

  test.each(["tool_call.id", "tool.id", "tool.call_id", "gen_ai.tool.call.id"])("of a call: %s", (key) => {
    expect(actionOf(tool({ [key]: "c9" })).tool_call_id).toBe("c9");
  });
});

describe("a tool that is named after a hand-over", () => {
  const transfer = (more: Record<string, unknown>) => tool({ ...more, "tool.name": "transfer_to_billing" });

  test("hands over where its content is hidden", () => {
    expect(actionOf(transfer({ "output.value": "__REDACTED__" }))).toMatchObject({
      action_type: "decision",
      action_details: { decision_type: "handoff", decision_result: { to_agent: "billing" } },
    });
  });

  test("is a tool where it gave something else", () => {
    expect(actionOf(transfer({ "output.value": "42 EUR moved" })).action_type).toBe("tool_call");
  });
});

describe("OpenAI Agents in Python", () => {
  test("say who hands over to whom in plain words", () => {
    const attributes = {
      "openinference.span.kind": "TOOL",
      "input.value": "support",
      "output.value": "billing",
    };
    expect(actionOf({ name: "handoff to billing", attributes })).toMatchObject({
      action_type: "decision",
      action_details: {
        decision_context: { from_agent: "support" },
        decision_result: { to_agent: "billing" },
      },
    });
  });
});

describe("LangGraph", () => {
  const call = { id: "c1", name: "get_weather", args: { city: "Paris" }, type: "tool_call" };
  const stepFor = (one: unknown, output?: unknown) => ({
    name: "tools",
    attributes: {
      "openinference.span.kind": "CHAIN",
      "input.value": JSON.stringify({ messages: [], lg_tool_call: one }),
      "input.mime_type": JSON_TYPE,
      ...(output !== undefined && { "output.value": JSON.stringify(output), "output.mime_type": JSON_TYPE }),
    },
  });

  test("says in the step around a tool what the tool's span lost", () => {
    const failing = { ...tool({ "input.value": "Paris" }), status: { ...ERROR, message: "no" } };
    expect(actionOf(failing, [librarySpan(stepFor(call))])).toMatchObject({
      tool_call_id: "c1",
      action_details: { tool_parameters: { city: "Paris" } },
    });
    expect(actionOf(failing, [librarySpan(stepFor({ ...call, name: "other" }))])).toMatchObject({
      action_details: { tool_parameters: "Paris" },
    });
  });

  test.each([
    ["a list of one", [call]],
    ["a call with the state around it", { __type: "tool_call_with_context", tool_call: call, state: {} }],
  ])("in Python gives the step %s", (_form, input) => {
    const step = librarySpan({
      attributes: {
        "openinference.span.kind": "CHAIN",
        "input.value": JSON.stringify(input),
        "input.mime_type": JSON_TYPE,
      },
    });
    expect(actionOf(tool({ "input.value": "Paris" }), [step])).toMatchObject({
      tool_call_id: "c1",
      action_details: { tool_parameters: { city: "Paris" } },
    });
  });

  test("answers itself for a tool that does not exist", () => {
    const message = {
      lc: 1,
      kwargs: { status: "error", content: "Error: get_weather is not a valid tool, try one of [pay]." },
    };
    expect(actionOf(stepFor(call, { messages: [message] }))).toMatchObject({
      action_type: "tool_call",
      action_name: "get_weather",
      tool_call_id: "c1",
      error_type: "invalid_tool_call",
      action_details: { tool_parameters: { city: "Paris" }, success: false },
    });
  });

  test("names an agent that is one of its nodes", () => {
    const inNode = (nodes: string) =>
      tool({
        metadata: JSON.stringify({
          ls_integration: "langgraph",
          lc_agent_name: "billing",
          langgraph_checkpoint_ns: nodes,
        }),
      });
    expect(actionOf(inNode("billing:1|tools:2")).agent_name).toBe("billing");
    expect(actionOf(inNode("other:1|tools:2")).agent_name).toBe("svc");
  });

  test("leaves a node with a command and no message", () => {
    const attributes = {
      "openinference.span.kind": "CHAIN",
      metadata: '{"lc_agent_name":"billing","ls_integration":"langgraph","langgraph_node":"billing"}',
    };
    const message = "\n\nParentCommand\n    at node (x.js:1:1)";
    expect(actionOf({ name: "billing", attributes, status: { ...ERROR, message } })).toMatchObject({
      action_type: "success",
      status: "ok",
    });
  });

  test("is a run of its own name where it is the outermost chain", () => {
    const attributes = { "openinference.span.kind": "CHAIN", metadata: '{"ls_integration":"langgraph"}' };
    expect(actionOf({ name: "desk", attributes })).toMatchObject({
      action_type: "success",
      agent_name: "desk",
    });
    expect(actionOf({ name: "LangGraph", attributes })).toMatchObject({ action_name: "svc" });
  });
});
