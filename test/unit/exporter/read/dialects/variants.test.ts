import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { describe, expect, test } from "vitest";
import { createTransform, type TransformOptions } from "../../../../../exporter/read/transform.js";
import type { ActionEvent } from "../../../../../src/event/index.js";
import { ERROR, OK, type SpanParts, spanOf } from "../../spans.js";

function action(parts: SpanParts, ancestors: readonly ReadableSpan[] = [], options: TransformOptions = {}) {
  const transformed = createTransform({ captureContent: true, ...options })(spanOf(parts), { ancestors });
  if (transformed.outcome !== "event") throw new Error(transformed.reason);
  return transformed.event as ActionEvent;
}

const reason = (parts: SpanParts, ancestors: readonly ReadableSpan[] = []) => {
  const transformed = createTransform()(spanOf(parts), { ancestors });
  return transformed.outcome === "event" ? "an action" : transformed.reason;
};

const executeTool = (more: Record<string, unknown> = {}) => ({
  "gen_ai.operation.name": "execute_tool",
  "gen_ai.tool.name": "t",
  "gen_ai.tool.call.arguments": "{}",
  ...more,
});

test("a code that the system's message begins with stays in the message", () => {
  const message = "ENOENT: no such file or directory, open 'a'";
  const event = action({ status: { code: 2, message }, attributes: executeTool({ "error.type": "ENOENT" }) });
  expect(event).toMatchObject({ error_type: "ENOENT", error_message: message });
});

describe("failures that say OK", () => {
  test("a result of MCP that says isError is a failure with the content's text", () => {
    const result = JSON.stringify({ content: [{ type: "text", text: "no such city" }], isError: true });
    const event = action({ attributes: executeTool({ "gen_ai.tool.call.result": result }) });
    expect(event).toMatchObject({ status: "error", error_type: "tool_error", error_message: "no such city" });
    expect(event.action_details).toMatchObject({ success: false, tool_result: "no such city" });
  });

  test("an exception event without a result and without a status is a failure", () => {
    const exception = { "exception.type": "RangeError", "exception.message": "too far" };
    expect(action({ attributes: executeTool(), exception })).toMatchObject({ error_type: "RangeError" });
  });

  test("an exception that was caught on the way to a result is none", () => {
    const exception = { "exception.type": "RangeError", "exception.message": "too far" };
    const attributes = executeTool({ "gen_ai.tool.call.result": "1" });
    expect(action({ attributes, exception }).status).toBe("ok");
    expect(action({ attributes: executeTool(), exception, status: OK }).status).toBe("ok");
  });

  test("error.type alone is a failure", () => {
    expect(action({ attributes: executeTool({ "error.type": "timeout" }) })).toMatchObject({
      status: "error",
      error_type: "timeout",
      action_details: { success: false },
    });
  });

  test("a tool message of LangChain whose status is error is a failure", () => {
    const kwargs = { content: "bad input", status: "error", name: "t", tool_call_id: "c" };
    const output = JSON.stringify({ output: { lc: 1, type: "constructor", id: ["ToolMessage"], kwargs } });
    const attributes = {
      "openinference.span.kind": "TOOL",
      "output.value": output,
      "output.mime_type": "application/json",
    };
    expect(action({ attributes })).toMatchObject({
      status: "error",
      error_message: "bad input",
      tool_call_id: "c",
    });
  });
});

describe("errors that are none", () => {
  const stack = (type: string, message: string) =>
    `${message}\n\n${type}: ${message}\n    at node (x.js:1:1)`;

  test("LangGraph's interrupt leaves a tool that waits", () => {
    const message = stack("GraphInterrupt", '[\n  {\n    "value": "approve?"\n  }\n]');
    const event = action({
      attributes: { "openinference.span.kind": "TOOL", "tool.name": "pay" },
      status: { ...ERROR, message },
    });
    expect(event).toMatchObject({ status: "ok", action_details: { success: true, interrupted: true } });
  });

  test("LangGraph's command to the parent graph is no failure of the agent", () => {
    const attributes = {
      "openinference.span.kind": "CHAIN",
      metadata: '{"lc_agent_name":"billing","ls_integration":"langchain_create_agent"}',
    };
    const event = action({
      name: "billing",
      attributes,
      status: { ...ERROR, message: stack("ParentCommand", "x") },
    });
    expect(event).toMatchObject({ action_type: "success", action_name: "billing", status: "ok" });
  });

  test("the status that openinference-vercel smears over later spans does not count", () => {
    const attributes = executeTool({
      "gen_ai.tool.call.result": '{"ok":true}',
      "openinference.span.kind": "TOOL",
    });
    const smeared = { scope: "gen_ai", status: { ...ERROR, message: "of another span" } };
    expect(action({ ...smeared, attributes }).status).toBe("ok");
    expect(action({ ...smeared, attributes, exception: { "exception.message": "own" } }).status).toBe(
      "error",
    );
    const withoutResult = executeTool({ "openinference.span.kind": "TOOL" });
    expect(action({ ...smeared, attributes: withoutResult }).status).toBe("ok");
    // What was thrown was no error, or content is hidden: then the SDK writes neither message nor event.
    expect(action({ ...smeared, status: ERROR, attributes: withoutResult }).status).toBe("error");
    expect(action({ ...smeared, status: ERROR, attributes }).status).toBe("ok");
  });
});

describe("hand-offs", () => {
  test("a tool of LangGraph that goes to an agent decides to hand over", () => {
    const command = {
      lg_name: "Command",
      update: { messages: [] },
      goto: ["billing"],
      graph: "__parent__",
    };
    const attributes = {
      "openinference.span.kind": "TOOL",
      "tool.name": "transfer_to_billing",
      "input.value": '{"why":"invoice"}',
      "input.mime_type": "application/json",
      "output.value": JSON.stringify({ output: command }),
      "output.mime_type": "application/json",
    };
    expect(action({ attributes })).toMatchObject({
      action_type: "decision",
      action_name: "transfer_to_billing",
      action_details: {
        decision_type: "handoff",
        decision_context: { why: "invoice" },
        decision_result: { to_agent: "billing" },
      },
    });
  });

  test("a command that only updates the state is a tool's result", () => {
    const message = {
      lc: 1,
      type: "constructor",
      id: ["ToolMessage"],
      kwargs: { content: "saved", tool_call_id: "c9" },
    };
    const command = { lg_name: "Command", update: { messages: [message] }, goto: ["__end__"] };
    const attributes = {
      "openinference.span.kind": "TOOL",
      "tool.name": "save",
      "output.value": JSON.stringify({ output: command }),
      "output.mime_type": "application/json",
    };
    expect(action({ attributes })).toMatchObject({
      action_type: "tool_call",
      tool_call_id: "c9",
      action_details: { tool_result: "saved" },
    });
  });
});

describe("calls of a model", () => {
  const asking = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "m",
    "gen_ai.usage.input_tokens": 10,
    "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text","content":"hi"}]}]',
    "gen_ai.output.messages":
      '[{"role":"assistant","parts":[{"type":"tool_call","id":"1","name":"search"},{"type":"tool_call","name":"read"}]}]',
  };
  const answering = {
    ...asking,
    "gen_ai.output.messages": '[{"role":"assistant","parts":[{"type":"text","content":"ho"}]}]',
  };

  test("are no actions by default", () => {
    expect(reason({ attributes: asking })).toBe('a call of a model that went well, and llmCalls is "none"');
  });

  test("that request tools are decisions by option, named after the tools", () => {
    const event = action({ attributes: asking }, [], { llmCalls: "requesting_tools" });
    expect(event).toMatchObject({ action_type: "decision", action_name: "search, read" });
    expect(event.action_details).toMatchObject({
      decision_type: "tool_request",
      model: "m",
      input_tokens: 10,
      decision_context: [{ role: "user" }],
    });
    expect(() => action({ attributes: answering }, [], { llmCalls: "requesting_tools" })).toThrow(
      'llmCalls is "requesting_tools"',
    );
  });

  test("are all decisions by option", () => {
    const event = action({ attributes: answering }, [], { llmCalls: "all" });
    expect(event).toMatchObject({
      action_type: "decision",
      action_name: "chat m",
      action_details: { decision_type: "answer" },
    });
  });

  test("with their content hidden still say that they request tools", () => {
    const attributes = { "gen_ai.operation.name": "chat", "gen_ai.response.finish_reasons": ["tool_calls"] };
    expect(action({ attributes }, [], { llmCalls: "requesting_tools" })).toMatchObject({
      action_name: "tool_calls",
      action_details: { decision_context_hidden: true, decision_result_hidden: true },
    });
  });

  test("of OpenInference and of the AI SDK name the tools that they request", () => {
    const openInference = {
      "openinference.span.kind": "LLM",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "search",
    };
    const aiSdk = {
      "ai.operationId": "ai.generateText.doGenerate",
      "ai.response.toolCalls": '[{"toolCallId":"1","toolName":"search","input":"{}"}]',
    };
    for (const attributes of [openInference, aiSdk])
      expect(action({ attributes }, [], { llmCalls: "requesting_tools" }).action_name).toBe("search");
  });
});

describe("values of several libraries on one span", () => {
  test("Sentry renames the tool and leaves arguments and result of the AI SDK", () => {
    const attributes = {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "getWeather",
      "gen_ai.tool.call.id": "call_1",
      "ai.toolCall.args": '{"city":"Paris"}',
      "ai.toolCall.result": '{"tempC":21}',
      "ai.telemetry.functionId": "support",
    };
    expect(action({ scope: "ai", attributes })).toMatchObject({
      agent_name: "support",
      action_name: "getWeather",
      tool_call_id: "call_1",
      action_details: { tool_parameters: { city: "Paris" }, tool_result: { tempC: 21 } },
    });
  });

  test("gen_ai.tool.name alone is no tool call", () => {
    expect(reason({ attributes: { "gen_ai.tool.name": "t", "tool.name": "t" } })).toBe(
      "no dialect knows this span",
    );
  });

  test("an HTTP span inside an agent is no action", () => {
    const attributes = { "http.request.method": "POST", "url.full": "https://example.com" };
    expect(reason({ name: "POST", attributes })).toBe("no dialect knows this span");
  });
});

describe("what the AI SDK writes twice", () => {
  test("is taken from the outer span", () => {
    const twin = { scope: "gen_ai", attributes: { "gen_ai.operation.name": "decide" } };
    expect(action(twin).action_details).toMatchObject({ decision_type: "choice" });
    expect(reason(twin, [spanOf(twin)])).toBe("the span around it records the same operation");
  });
});

describe("operations of the GenAI conventions that no capture has", () => {
  test("a search in memory is a tool call with what the span says of it", () => {
    const attributes = {
      "gen_ai.operation.name": "search_memory",
      "gen_ai.memory.query.text": "refunds",
      "gen_ai.memory.store.name": "notes",
    };
    expect(action({ attributes })).toMatchObject({
      action_type: "tool_call",
      action_name: "search_memory",
      action_details: { tool_parameters: { "query.text": "refunds", "store.name": "notes" } },
    });
  });

  test("a turn of a conversation is a run of the agent", () => {
    const attributes = {
      "gen_ai.operation.name": "handle_conversation_turn",
      "gen_ai.agent.name": "support",
    };
    expect(action({ attributes })).toMatchObject({ action_type: "success", action_name: "support" });
  });

  test("creating an agent is an error when it fails", () => {
    const attributes = { "gen_ai.operation.name": "create_agent", "gen_ai.agent.name": "support" };
    expect(action({ attributes, status: { ...ERROR, message: "QuotaError: none left" } })).toMatchObject({
      action_type: "error",
      action_name: "QuotaError",
      error_message: "none left",
    });
  });

  test("an operation that nobody knows is told by its name", () => {
    expect(reason({ attributes: { "gen_ai.operation.name": "dream" } })).toBe(
      "the operation dream is no action",
    );
  });
});

describe("MCP", () => {
  test("several items of content that Sentry numbers become a list", () => {
    const attributes = {
      "mcp.method.name": "tools/call",
      "mcp.tool.name": "t",
      "mcp.tool.result.content_count": 2,
      "mcp.tool.result.0.content": "one",
      "mcp.tool.result.1.content": '{"two":2}',
    };
    expect(action({ attributes }).action_details).toMatchObject({ tool_result: ["one", { two: 2 }] });
  });

  test("a session of the protocol stands in where no conversation is named", () => {
    const attributes = { "mcp.method.name": "tools/call", "mcp.session.id": "m-1" };
    expect(action({ name: "tools/call read", attributes })).toMatchObject({
      action_name: "read",
      session_id: "m-1",
    });
    const around = spanOf({ attributes: { "gen_ai.conversation.id": "conv" } });
    expect(action({ attributes }, [around])).toMatchObject({
      session_id: "conv",
      action_details: { mcp_session_id: "m-1" },
    });
  });

  test("asking the user is a decision", () => {
    expect(action({ attributes: { "mcp.method.name": "elicitation/create" } })).toMatchObject({
      action_type: "decision",
      action_details: { decision_type: "elicitation", decision_result_hidden: true },
    });
  });
});

describe("OpenInference", () => {
  test("documents stay hidden where the output is", () => {
    const attributes = {
      "openinference.span.kind": "RETRIEVER",
      "input.value": "__REDACTED__",
      "output.value": "__REDACTED__",
      "retrieval.documents.0.document.content": "private",
    };
    expect(action({ attributes }).action_details).toEqual({
      tool_parameters_hidden: true,
      tool_result_hidden: true,
      success: true,
    });
  });

  test("the name of an agent inside a bare LangGraph is not believed", () => {
    const attributes = {
      "openinference.span.kind": "TOOL",
      "tool.name": "t",
      metadata: '{"ls_integration":"langgraph","lc_agent_name":"another"}',
    };
    const around = spanOf({ name: "billing", attributes: { "openinference.span.kind": "AGENT" } });
    expect(action({ attributes }, [around]).agent_name).toBe("billing");
  });

  test("a thread is a session where none is named", () => {
    const attributes = {
      "openinference.span.kind": "TOOL",
      metadata: '{"thread_id":"thread-42"}',
    };
    expect(action({ attributes }).session_id).toBe("thread-42");
  });
});

describe("spans that somebody made by hand with our attributes", () => {
  const byHand = (type: string, more: object = {}) => ({
    attributes: { "agent_actions.action.type": type, "agent_actions.action.name": "n", ...more },
  });

  test("an error needs no status", () => {
    const details = '{"error_type":"n","error_message":"m","error_context":{}}';
    expect(action(byHand("error", { "agent_actions.details": details }))).toMatchObject({
      source: "agent-actions",
      status: "error",
      error_type: "n",
      error_message: "m",
    });
  });

  test("details that are no object are kept under their name", () => {
    expect(action(byHand("success", { "agent_actions.details": "text" })).action_details).toEqual({
      details: "text",
    });
  });

  test("types and kinds that do not exist are told", () => {
    expect(reason(byHand("dream"))).toContain("agent_actions.action.type is none of tool_call, decision");
    expect(reason({ attributes: { "agent_actions.kind": "dream" } })).toContain("no kind of event");
    expect(reason({ scope: "otel-agent-actions" })).toBe("a span of our own scope that records no action");
  });
});

test("a session of the general conventions counts too", () => {
  expect(action({ attributes: executeTool({ "session.id": "s" }) }).session_id).toBe("s");
});

describe("the AI SDK", () => {
  const ended = { "gen_ai.execute_tool.duration": 0.5 };
  const run = (more: Record<string, unknown> = {}) => ({
    scope: "gen_ai",
    attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "support", ...more },
  });

  test("a tool that ended without its end being written was cut off, whatever content is captured", () => {
    for (const attributes of [executeTool(), executeTool({ "gen_ai.tool.call.arguments": undefined })])
      expect(action({ scope: "gen_ai", attributes })).toMatchObject({ status: "error", error_type: "Error" });
    expect(action({ scope: "gen_ai", attributes: executeTool(ended) }).status).toBe("ok");
    // What the provider runs has no time of its own.
    const extension = executeTool({ "gen_ai.tool.type": "extension" });
    expect(action({ scope: "gen_ai", attributes: extension }).status).toBe("ok");
  });

  test("a run says why it stopped, or what it used; one that says neither was cut off", () => {
    expect(action(run())).toMatchObject({ action_type: "error", error_type: "Error" });
    expect(action(run({ "gen_ai.usage.input_tokens": 3 })).action_type).toBe("success");
    expect(action(run({ "gen_ai.response.finish_reasons": ["stop"] })).action_type).toBe("success");
    expect(action(run({ "gen_ai.response.finish_reasons": ["error"] })).error_type).toBe("Error");
    expect(action(run({ "gen_ai.response.finish_reasons": ["content-filter"] })).error_type).toBe(
      "content-filter",
    );
  });

  test("by the conventions a run that a filter stopped is no success either", () => {
    const attributes = {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "support",
      "gen_ai.response.finish_reasons": ["content_filter"],
    };
    const stopped = { action_type: "error", error_type: "content_filter" };
    expect(action({ attributes })).toMatchObject(stopped);
    expect(action({ attributes: { ...attributes, "sentry.op": "gen_ai.invoke_agent" } })).toMatchObject(
      stopped,
    );
  });

  test("a decision has what it was asked and what it answered; hidden is only what is not there", () => {
    const decide = (more: Record<string, unknown>) => ({
      scope: "gen_ai",
      attributes: { "gen_ai.operation.name": "decide", "gen_ai.request.model": "m", ...more },
    });
    const content = {
      "ai.decision.state": '[{"type":"text","text":"money back"}]',
      "ai.decision.questions": '{"refund":{"type":"boolean"}}',
      "ai.decision.answers": '{"refund":{"type":"boolean","probability":0.8}}',
    };
    expect(action(decide(content)).action_details).toEqual({
      decision_type: "choice",
      decision_context: {
        state: [{ type: "text", text: "money back" }],
        questions: { refund: { type: "boolean" } },
      },
      decision_result: { refund: { type: "boolean", probability: 0.8 } },
    });
    expect(action(decide({})).action_details).toMatchObject({
      decision_context_hidden: true,
      decision_result_hidden: true,
    });
  });
});
