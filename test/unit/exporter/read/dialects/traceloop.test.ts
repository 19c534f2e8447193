import { describe, expect, test } from "vitest";
import { HIDDEN } from "../../../../../exporter/read/dialects/common/captured.js";
import { traceloopDialect } from "../../../../../exporter/read/dialects/traceloop/traceloop.js";
import { ERROR, OK, type SpanParts, spanOf } from "../../spans.js";
import { actionOf, reasonOf } from "./action-of.js";

const tool = (more: Record<string, unknown> = {}) => ({
  "traceloop.span.kind": "tool",
  "traceloop.entity.name": "t",
  ...more,
});
const details = (attributes: Record<string, unknown>, more: SpanParts = {}) =>
  actionOf({ attributes, ...more }).action_details;

describe("what a tool was given", () => {
  test.each([
    ['{"args":[],"kwargs":{}}', null],
    ['{"args":["a"],"kwargs":{}}', "a"],
    ['{"args":["{\\"a\\":1}"]}', { a: 1 }],
    ['{"args":[1,2],"kwargs":{}}', [1, 2]],
    ['{"args":[],"kwargs":[1]}', [1]],
    ['{"args":[1],"kwargs":{"b":2}}', { args: [1], kwargs: { b: 2 } }],
    ['{"args":[1],"kwargs":{},"more":1}', { args: [1], kwargs: {}, more: 1 }],
    ['{"tool_name":"t","arguments":{"a":1}}', { a: 1 }],
    ['{"tool_name":"t"}', null],
    ['{"tool_name":"t","a":1}', { tool_name: "t", a: 1 }],
    [`{"input_str":"{'a': 1}","inputs":{"a":1},"kwargs":{}}`, { a: 1 }],
    ['{"input_str":"refunds","inputs":null,"kwargs":{}}', "refunds"],
  ])("%s", (input, tool_parameters) => {
    expect(details(tool({ "traceloop.entity.input": input }))).toMatchObject({ tool_parameters });
  });

  test("is hidden where nothing is written, and the result with it", () => {
    expect(details(tool())).toMatchObject({ tool_parameters_hidden: true, tool_result_hidden: true });
    expect(details(tool(), { status: ERROR })).toMatchObject({ tool_result: null, success: false });
  });
});

describe("what a tool gave", () => {
  test("of MCP is the result in the answer, and the answer may say that it failed", () => {
    const attributes = tool({
      "traceloop.entity.input": '{"tool_name":"pay","arguments":{}}',
      "traceloop.entity.output": '{"result":"no money","is_error":true}',
      "traceloop.entity.name": "tools/call",
    });
    expect(actionOf({ attributes })).toMatchObject({
      action_name: "pay",
      error_type: "tool_error",
      error_message: "no money",
      action_details: { tool_result: "no money", success: false },
    });
  });

  test("is not taken apart where it only looks like MCP's", () => {
    const attributes = tool({
      "traceloop.entity.input": '{"args":[1],"kwargs":{}}',
      "traceloop.entity.output": '{"result":1}',
    });
    expect(details(attributes)).toMatchObject({ tool_result: { result: 1 } });
  });

  test("is a hand-off where Python prints a command of LangGraph that goes somewhere", () => {
    const output = { graph: null, update: { messages: [] }, resume: null, goto: ["billing"] };
    const attributes = tool({
      "gen_ai.tool.name": "transfer",
      "traceloop.entity.input": '{"input_str":"{}","inputs":{},"kwargs":{"tool_call_id":"c1"}}',
      "traceloop.entity.output": JSON.stringify({ output, kwargs: {} }),
    });
    expect(actionOf({ attributes })).toMatchObject({
      action_type: "decision",
      action_name: "transfer",
      tool_call_id: "c1",
      action_details: { decision_type: "handoff", decision_result: { to_agent: "billing" } },
    });
  });
});

describe("LangChain in JavaScript", () => {
  const scope = "@traceloop/instrumentation-langchain";
  const task = (name: string, more: object = {}): SpanParts => ({
    scope,
    name: `execute_tool ${name}`,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "traceloop.span.kind": "task",
      "traceloop.entity.name": name,
      "traceloop.entity.input": '{"args":["{}"]}',
      ...more,
    },
  });

  test("names a tool after a class of the program's own, and says so", () => {
    expect(actionOf(task("Calculator"))).toMatchObject({
      action_name: "Calculator",
      action_details: { tool_class: "Calculator" },
    });
    expect(actionOf(task("DynamicTool")).action_name).toBe("unnamed");
  });

  test("before 0.16 told tools by their classes alone", () => {
    const attributes = {
      "traceloop.span.kind": "task",
      "traceloop.entity.input": '{"args":[],"kwargs":{"a":1}}',
    };
    expect(actionOf({ scope, name: "SearchTool.task", attributes })).toMatchObject({
      action_name: "SearchTool",
      action_details: { tool_parameters: { a: 1 } },
    });
    expect(reasonOf({ scope, name: "RunnableSequence.task", attributes })).toContain("a step of LangChain");
  });

  test("between 0.16 and 0.24 names runs, of which LangGraph's own default is no name", () => {
    const graph = (name: string) => ({
      scope,
      name: "CompiledStateGraph.workflow",
      attributes: { "traceloop.span.kind": "workflow", "traceloop.workflow.name": name },
    });
    expect(actionOf(graph("support"))).toMatchObject({ action_name: "support", agent_name: "support" });
    expect(actionOf(graph("LangGraph"))).toMatchObject({ action_name: "svc", agent_name: "svc" });
  });

  test("has no agent named after a class", () => {
    const attributes = {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "AgentExecutor",
      "traceloop.span.kind": "workflow",
      "traceloop.workflow.name": "AgentExecutor",
    };
    const span = spanOf({ scope, name: "invoke_agent AgentExecutor", attributes });
    expect(traceloopDialect.agentName(span)).toBe(undefined);
    expect(traceloopDialect.read(span, [])).toMatchObject({ is: "run", name: undefined });
  });
});

describe("decisions", () => {
  test("a guard that broke down has said nothing", () => {
    const attributes = {
      "gen_ai.operation.name": "guard",
      "gen_ai.guardrail.name": "pii",
      "gen_ai.guardrail.status": "FAILED",
      "gen_ai.guardrail.error.type": "FetchError",
      "gen_ai.guardrail.error.message": "down",
    };
    expect(actionOf({ attributes, status: { ...ERROR, message: "down" } })).toMatchObject({
      action_name: "pii",
      error_type: "FetchError",
      error_message: "down",
      action_details: { decision_type: "guardrail", decision_context_hidden: true, decision_result: null },
    });
  });

  test("a guard's verdict has what its evaluator gave", () => {
    const attributes = { "gen_ai.guardrail.status": "PASSED", "gen_ai.guardrail.output": '{"score":1}' };
    expect(details(attributes, { name: "tone.guard" })).toMatchObject({
      decision_result: { status: "PASSED", output: { score: 1 } },
    });
    expect(reasonOf({ attributes: { ...attributes, "gen_ai.operation.name": "guardrail.run" } })).toContain(
      "inside",
    );
  });

  const goto = {
    "gen_ai.operation.name": "goto",
    "langgraph.command.source_node": "triage",
    "langgraph.command.goto_node": "billing",
  };

  test("a command of LangGraph hands over", () => {
    expect(actionOf({ attributes: goto })).toMatchObject({
      action_name: "handoff to billing",
      action_details: {
        decision_context: { from_agent: "triage" },
        decision_result: { to_agent: "billing" },
      },
    });
    const several = {
      ...goto,
      "langgraph.command.goto_node": undefined,
      "langgraph.command.goto_nodes": '["a","b"]',
    };
    expect(details(several)).toMatchObject({ decision_result: { to_agent: ["a", "b"] } });
  });

  test("a command inside a tool is told by the tool, unless that has no content", () => {
    const around = (more: object) => [spanOf({ attributes: tool({ ...more }) })];
    expect(reasonOf({ attributes: goto }, around({ "traceloop.entity.input": "{}" }))).toContain(
      "the tool around it",
    );
    expect(reasonOf({ attributes: goto }, around({}))).toBe("an action");
  });
});

describe("retrievals", () => {
  test("of LangChain in Python", () => {
    const attributes = {
      "gen_ai.operation.name": "vector_db_retrieve",
      "traceloop.span.kind": "task",
      "traceloop.entity.name": "kb",
      "traceloop.entity.input": '{"query":"refunds","tags":[]}',
      "traceloop.entity.output": '{"documents":[{"page_content":"doc"}],"count":1}',
    };
    expect(actionOf({ attributes })).toMatchObject({
      action_type: "tool_call",
      action_name: "kb",
      action_details: { tool_parameters: { query: "refunds" }, tool_result: [{ page_content: "doc" }] },
    });
  });
});

describe("MCP", () => {
  const scope = "opentelemetry.instrumentation.mcp";

  test("in Python writes the whole request", () => {
    const request = {
      root: { method: "resources/read", params: { uri: "file:///a", _meta: { traceparent: "x" } } },
    };
    const attributes = { "traceloop.entity.input": JSON.stringify(request) };
    expect(actionOf({ scope, name: "resources/read.mcp", attributes, status: OK })).toMatchObject({
      action_name: "resources/read",
      action_details: { tool_parameters: { uri: "file:///a" }, tool_result_hidden: true },
    });
  });

  test("fails with an exception that no answer follows", () => {
    const exception = { "exception.type": "-32602", "exception.message": "not found" };
    const read = (attributes: Record<string, unknown>) =>
      actionOf({
        scope: "@traceloop/instrumentation-mcp",
        name: "resources/read.mcp",
        attributes,
        exception,
      });
    const input = { "traceloop.entity.input": '{"uri":"a"}' };
    expect(read(input)).toMatchObject({ error_type: "-32602", action_details: { tool_result: null } });
    expect(read({ ...input, "traceloop.entity.output": '{"contents":[]}' }).status).toBe("ok");
  });

  test("asks the user, which is a decision", () => {
    const attributes = {
      "traceloop.entity.input": '{"message":"sure?"}',
      "traceloop.entity.output": '{"action":"accept"}',
    };
    expect(
      actionOf({ scope: "@traceloop/instrumentation-mcp", name: "elicitation/create.mcp", attributes }),
    ).toMatchObject({
      action_type: "decision",
      action_details: { decision_type: "elicitation", decision_result: { action: "accept" } },
    });
  });
});

describe("calls of models", () => {
  const read = (attributes: Record<string, unknown>) => {
    const reading = traceloopDialect.read(spanOf({ attributes }), []);
    if (reading?.is !== "model_call") throw new Error(reading?.is);
    return reading;
  };

  test("of before the conventions", () => {
    const reading = read({
      "llm.request.type": "completion",
      "llm.vendor": "acme",
      "llm.response.model": "m1",
      "llm.usage.prompt_tokens": 3,
      "llm.usage.completion_tokens": 4,
      "llm.completions.0.finish_reason": "tool_calls",
    });
    expect(reading).toMatchObject({
      name: "completion m1",
      extras: {
        model: "m1",
        provider: "acme",
        input_tokens: 3,
        output_tokens: 4,
        finish_reasons: ["tool_calls"],
      },
    });
    // It says that it wants tools, and not which.
    expect(reading.messages().requested).toEqual([
      { name: "tool_calls", callId: undefined, parameters: HIDDEN },
    ]);
  });
});

test("what the SDK notes on spans of others does not make them Traceloop's", () => {
  const attributes = { "traceloop.workflow.name": "w", "traceloop.association.properties.sessionId": "s1" };
  expect(reasonOf({ attributes })).toBe("no dialect knows this span");
  expect(traceloopDialect.sessionId(spanOf({ attributes }))).toBe("s1");
});

test("what OpenAI's Agents say of an error in Python is taken out of how Python prints it", () => {
  const message = "{'message': 'Error running tool', 'data': {'tool_name': 't', 'error': 'card declined'}}";
  expect(actionOf({ attributes: tool(), status: { ...ERROR, message } }).error_message).toBe("card declined");
});

test("a tool of the AI SDK that Traceloop's processor rewrote keeps all that it had", () => {
  const attributes = {
    "ai.operationId": "ai.toolCall",
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "getWeather",
    "gen_ai.tool.call.id": "call_1",
    "gen_ai.tool.call.arguments": '{"city":"Paris"}',
    "gen_ai.tool.call.result": '{"tempC":21}',
    "traceloop.span.kind": "tool",
    "traceloop.entity.name": "getWeather",
    "traceloop.entity.input": '{"city":"Paris"}',
    "traceloop.entity.output": '{"tempC":21}',
    "traceloop.association.properties.sessionId": "s1",
    "gen_ai.agent.name": "support",
  };
  expect(actionOf({ scope: "ai", name: "execute_tool getWeather", attributes })).toMatchObject({
    action_name: "getWeather",
    agent_name: "support",
    session_id: "s1",
    tool_call_id: "call_1",
    action_details: { tool_parameters: { city: "Paris" }, tool_result: { tempC: 21 }, success: true },
  });
});
