import { describe, expect, test } from "vitest";
import { langfuseDialect } from "../../../../../exporter/read/dialects/langfuse/langfuse.js";
import { ERROR, type SpanParts, spanOf } from "../../spans.js";
import { actionOf, reasonOf } from "./action-of.js";

const observed = (type: string, more: Record<string, unknown> = {}): SpanParts => ({
  scope: "langfuse-sdk",
  name: "t",
  attributes: {
    "langfuse.observation.type": type,
    ...Object.fromEntries(Object.entries(more).map(([key, value]) => [`langfuse.observation.${key}`, value])),
  },
});
const details = (parts: SpanParts) => actionOf(parts).action_details;

describe("a mask", () => {
  test.each([
    "<masked>",
    "[REDACTED]",
    "[redacted by policy]",
    "REDACTED",
    "***",
    "<fully masked due to failed mask function>",
    "**HIDDEN**",
    '"<masked>"',
  ])("%s leaves nothing", (input) => {
    expect(details(observed("tool", { input, output: "x" }))).toMatchObject({ tool_parameters_hidden: true });
  });

  // What tools say, or a mask that left something.
  test.each([
    "removed",
    "filtered",
    "hidden costs",
    "[1 removed]x",
    "secret_***",
    '["masked"]',
    "**",
    "MASK",
  ])("%s is a value", (input) => {
    expect(details(observed("tool", { input, output: "x" }))).toHaveProperty("tool_parameters");
  });
});

describe("a span without values", () => {
  const shown = spanOf(observed("agent", { input: "hello" }));
  const masked = spanOf(observed("agent", { input: "<masked>" }));

  test("had none where a span around it shows one, else they were not captured", () => {
    expect(actionOf(observed("tool"), [masked, shown]).action_details).toMatchObject({
      tool_parameters: null,
    });
    expect(actionOf(observed("tool"), [masked]).action_details).toMatchObject({
      tool_parameters_hidden: true,
    });
    expect(actionOf(observed("tool")).action_details).toMatchObject({ tool_result_hidden: true });
  });

  test("was not captured in Python, which writes that there were no arguments", () => {
    const resource = { "telemetry.sdk.language": "python" };
    expect(actionOf({ ...observed("tool"), resource }, [shown]).action_details).toMatchObject({
      tool_parameters_hidden: true,
    });
    const none = observed("tool", { input: '{"args": [], "kwargs": {}}' });
    expect(details({ ...none, resource })).toMatchObject({ tool_parameters: null, tool_result: null });
  });
});

describe("a failure", () => {
  test.each([
    [
      { level: "ERROR", status_message: "no", output: '{"error":"RangeError: no"}' },
      "RangeError",
      "no",
      null,
    ],
    [{ level: "ERROR", status_message: "TypeError: no" }, "TypeError", "no", null],
    [{ level: "error", status_message: "no" }, "Error", "no", null],
    [
      { level: "ERROR", output: '{"error":"RangeError: no"}' },
      "RangeError",
      "no",
      { error: "RangeError: no" },
    ],
    [
      { level: "ERROR", status_message: "late", output: '{"error":"other"}' },
      "Error",
      "late",
      { error: "other" },
    ],
    [{ level: "ERROR", status_message: "AbortError" }, "AbortError", undefined, null],
  ])("%o", (attributes, error_type, error_message, tool_result) => {
    const event = actionOf(observed("tool", { input: "1", ...attributes }));
    expect([event.status, event.error_type, event.error_message]).toEqual([
      "error",
      error_type,
      error_message,
    ]);
    expect(event.action_details).toMatchObject({ tool_result });
  });

  test("is none where the level is a warning, or the output has an error of its own", () => {
    const slow = actionOf(observed("tool", { level: "WARNING", status_message: "slow" }));
    expect(slow.status).toBe("ok");
    expect(slow.action_details).not.toHaveProperty("interrupted");
    expect(actionOf(observed("tool", { output: '{"error":"not found"}' })).status).toBe("ok");
  });

  test("of the status counts too", () => {
    expect(actionOf({ ...observed("tool"), status: { ...ERROR, message: "TypeError: no" } })).toMatchObject({
      error_type: "TypeError",
      error_message: "no",
    });
  });

  test("is none where LangGraph waits, hands over, or says so with the default level", () => {
    for (const status_message of ["GraphInterrupt: []", "(Interrupt(value='ok?'),)"]) {
      const level = status_message.startsWith("(") ? "DEFAULT" : "ERROR";
      expect(actionOf(observed("tool", { level, status_message }))).toMatchObject({
        status: "ok",
        action_details: { interrupted: true },
      });
    }
    expect(actionOf(observed("agent", { level: "ERROR", status_message: "ParentCommand" })).status).toBe(
      "ok",
    );
  });
});

describe("whose span it is", () => {
  test("a span of another library that a program says more of stays that library's", () => {
    const attributes = { "langfuse.observation.type": "span", "gen_ai.operation.name": "plan" };
    expect(langfuseDialect.read(spanOf({ scope: "theirs", attributes }), [])).toBe(undefined);
    const tool = { "langfuse.observation.type": "tool" };
    expect(langfuseDialect.read(spanOf({ scope: "theirs", attributes: tool }), [])).toMatchObject({
      is: "tool_call",
    });
  });

  test("one of its own without a type is a step", () => {
    expect(reasonOf({ scope: "langfuse-sdk" })).toContain("the type span is a step");
  });

  test("the session that its processor notes on all spans is only its own to tell", () => {
    const attributes = { "session.id": "s1" };
    expect(langfuseDialect.sessionId(spanOf({ attributes }))).toBe(undefined);
    expect(langfuseDialect.sessionId(spanOf({ scope: "langfuse-sdk", attributes }))).toBe("s1");
    expect(langfuseDialect.sessionId(spanOf({ attributes: { "langfuse.session.id": "s2" } }))).toBe("s2");
  });
});

describe("tokens", () => {
  test.each([
    [{ input: 80, output: 5, input_cache_read: 20, output_reasoning: 2 }, 100, 7],
    [{ input: 80, output: 5, total: 85, input_cached: 20 }, 80, 5],
    [{ prompt_tokens: 8, completion_tokens: 5 }, 8, 5],
    [{ promptTokens: 8, completionTokens: 5 }, 8, 5],
    [{ input_tokens: 8, output_tokens: 5 }, 8, 5],
  ])("%o", (usage, input_tokens, output_tokens) => {
    const parts = observed("generation", { usage_details: JSON.stringify(usage), "model.name": "m" });
    expect(langfuseDialect.read(spanOf(parts), [])).toMatchObject({
      is: "model_call",
      extras: { model: "m", input_tokens, output_tokens },
    });
  });
});

describe("LangChain", () => {
  const inTools = (name: string, more: object = {}): SpanParts => ({
    ...observed("span", {
      input: '{"messages":[]}',
      "metadata.lc_agent_name": "outer",
      "metadata.langgraph_node": "tools",
      ...more,
    }),
    name,
  });

  test("an agent that a tool called has its own name", () => {
    expect(actionOf(inTools("inner"))).toMatchObject({ action_type: "success", agent_name: "inner" });
    expect(reasonOf(inTools("tools"))).toContain("is a step");
    expect(reasonOf(inTools("RunnableSequence"))).toContain("is a step");
    expect(reasonOf(inTools("prompt", { input: '{"question":"x"}' }))).toContain("is a step");
  });

  test("metadata of an inner graph may be the outer agent's", () => {
    const agent = (more: Record<string, unknown>) =>
      langfuseDialect.agentName(spanOf(observed("tool", more)));
    const named = { "metadata.lc_agent_name": "outer" };
    expect(agent(named)).toBe("outer");
    expect(agent({ ...named, "metadata.langgraph_checkpoint_ns": "tools:1|tools:2" })).toBe(undefined);
    expect(agent({ ...named, "metadata.ls_integration": "langgraph" })).toBe(undefined);
  });

  test("the thread is told by the outermost run", () => {
    const session = (more: Record<string, unknown>) =>
      langfuseDialect.sessionId(spanOf(observed("span", more)));
    expect(session({ "metadata.thread_id": '"t1"' })).toBe("t1");
    expect(session({ "metadata.thread_id": "t1", "metadata.langgraph_node": "tools" })).toBe(undefined);
  });

  test("a retriever has no type of its own in JavaScript", () => {
    const parts = observed("span", { input: "refunds", output: "[]", "metadata.ls_retriever_name": "kb" });
    expect(actionOf(parts)).toMatchObject({
      action_type: "tool_call",
      action_details: { tool_parameters: "refunds" },
    });
  });

  test("of two calls that are the same nobody knows which one failed", () => {
    const call = (id: string) => ({ id, name: "t", args: { a: 1 } });
    const around = (...calls: object[]) => [
      spanOf({
        ...observed("span", { input: JSON.stringify([{ role: "assistant", tool_calls: calls }]) }),
        name: "tools",
      }),
    ];
    const failed = observed("tool", { input: '{"a":1}', level: "ERROR", status_message: "no" });
    expect(actionOf(failed, around(call("c1"))).tool_call_id).toBe("c1");
    expect(actionOf(failed, around(call("c1"), call("c2"))).tool_call_id).toBe(undefined);
    expect(actionOf(observed("tool", { input: '{"a":2}' }), around(call("c1"))).tool_call_id).toBe(undefined);
  });
});
