import { describe, expect, test } from "vitest";
import { ERROR } from "../../spans.js";
import { actionOf, librarySpan, reasonOf } from "./spans-of-libraries.js";

const PYDANTIC = { scope: "pydantic-ai" };

describe("Pydantic AI", () => {
  test("names arguments and result its own way up to version 2 of its format", () => {
    const attributes = {
      "gen_ai.tool.name": "lookup",
      "gen_ai.tool.call.id": "call_1",
      tool_arguments: '{"key":"k1"}',
      tool_response: '{"value":1}',
    };
    const run = librarySpan({ ...PYDANTIC, name: "agent run", attributes: { agent_name: "support" } });
    expect(actionOf({ ...PYDANTIC, name: "running tool", attributes }, [run])).toMatchObject({
      action_type: "tool_call",
      action_name: "lookup",
      agent_name: "support",
      tool_call_id: "call_1",
      action_details: { tool_parameters: { key: "k1" }, tool_result: { value: 1 } },
    });
  });

  test("without content has a tool's name and id only", () => {
    const attributes = { "gen_ai.tool.name": "lookup", "gen_ai.tool.call.id": "call_1" };
    expect(actionOf({ ...PYDANTIC, name: "running tool", attributes }).action_details).toEqual({
      tool_parameters_hidden: true,
      tool_result_hidden: true,
      success: true,
    });
  });

  test("names a run without an operation", () => {
    expect(actionOf({ ...PYDANTIC, name: "agent run", attributes: { agent_name: "support" } })).toMatchObject(
      {
        action_type: "success",
        action_name: "support",
      },
    );
    expect(reasonOf({ ...PYDANTIC, name: "running 2 tools", attributes: { tools: ["a", "b"] } })).toBe(
      "no dialect knows this span",
    );
    expect(reasonOf({ scope: "shop", attributes: { agent_name: "support" } })).toBe(
      "no dialect knows this span",
    );
  });

  test("leaves a tool that waits for an approval, which is no failure", () => {
    const attributes = {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "pay",
      "gen_ai.tool.call.arguments": "{}",
    };
    const exception = {
      "exception.type": "pydantic_ai.exceptions.ApprovalRequired",
      "exception.message": "",
    };
    const waiting = { status: "ok", action_details: { success: true, interrupted: true } };
    expect(actionOf({ attributes, status: ERROR, exception })).toMatchObject(waiting);
    const deferred = { ...attributes, "pydantic_ai.tool.deferral.name": "ApprovalRequired" };
    expect(actionOf({ attributes: deferred })).toMatchObject(waiting);
  });

  test("writes a type with its module, and the message with its type", () => {
    const attributes = { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "pay" };
    const exception = { "exception.type": "shop.errors.Declined", "exception.message": "no" };
    expect(actionOf({ attributes, status: { ...ERROR, message: "Declined: no" }, exception })).toMatchObject({
      error_type: "shop.errors.Declined",
      error_message: "no",
    });
  });
});

describe("Strands", () => {
  const tool = {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.system": "strands-agents",
    "gen_ai.tool.name": "pay",
    "gen_ai.tool.call.id": "tooluse_1",
  };
  const input = ["gen_ai.tool.message", { role: "tool", content: '{"amount":3}', id: "tooluse_1" }] as const;

  test("keeps both sides of a call in events", () => {
    const output = ["gen_ai.choice", { message: '[{"text":"paid"}]', id: "tooluse_1" }] as const;
    expect(actionOf({ attributes: tool, says: [input, output] }).action_details).toEqual({
      tool_parameters: { amount: 3 },
      tool_result: "paid",
      success: true,
    });
  });

  test("keeps several blocks, and those of another framework", () => {
    const blocks = '[{"text":"a"},{"json":{"b":1}}]';
    const output = ["gen_ai.choice", { message: blocks, id: "t" }] as const;
    expect(actionOf({ attributes: tool, says: [output] }).action_details?.tool_result).toEqual(
      JSON.parse(blocks),
    );
    const others = { ...tool, "gen_ai.system": "other", "gen_ai.tool.call.result": '[{"text":"a"}]' };
    expect(actionOf({ attributes: others }).action_details?.tool_result).toEqual([{ text: "a" }]);
  });

  test.each(["gen_ai.tool.status", "tool.status"])(
    "says in %s that a tool failed, whatever the status",
    (key) => {
      const attributes = { ...tool, [key]: "error" };
      expect(actionOf({ attributes, says: [input], status: { code: 1 } })).toMatchObject({
        status: "error",
        action_details: { success: false },
      });
    },
  );

  test("runs swarms and graphs of agents, and keeps memory", () => {
    expect(actionOf({ attributes: { "gen_ai.operation.name": "invoke_swarm" } })).toMatchObject({
      action_type: "success",
      action_name: "swarm",
    });
    const attributes = { "gen_ai.operation.name": "memory.search" };
    const says = [
      ["memory.query", { content: "refunds" }],
      ["memory.results", { content: '[{"content":"30 days"}]' }],
    ] as const;
    expect(actionOf({ attributes, says })).toMatchObject({
      action_type: "tool_call",
      action_name: "memory.search",
      action_details: { tool_parameters: { query: "refunds" }, tool_result: [{ content: "30 days" }] },
    });
    expect(reasonOf({ attributes: { "gen_ai.operation.name": "execute_event_loop_cycle" } })).toBe(
      "the operation execute_event_loop_cycle is no action",
    );
  });
});

describe("Spring AI", () => {
  test("says what a span is in a key of its own", () => {
    const attributes = {
      "gen_ai.operation.name": "framework",
      "gen_ai.system": "spring_ai",
      "spring.ai.kind": "tool_call",
      "spring.ai.tool.definition.name": "getWeather",
      "spring.ai.tool.call.id": "call_1",
      "spring.ai.tool.call.arguments": '{"city":"Paris"}',
      "spring.ai.tool.call.result": '{"tempC":21}',
    };
    expect(actionOf({ attributes })).toMatchObject({
      action_name: "getWeather",
      tool_call_id: "call_1",
      action_details: { tool_parameters: { city: "Paris" }, tool_result: { tempC: 21 } },
    });
  });

  test("searches in vector stores", () => {
    const attributes = {
      "spring.ai.kind": "vector_store",
      "db.operation.name": "query",
      "db.collection.name": "kb",
      "db.vector.query.content": "refunds",
    };
    expect(actionOf({ attributes })).toMatchObject({
      action_name: "kb",
      action_details: { tool_parameters: { query: "refunds" }, tool_result_hidden: true },
    });
    const write = { ...attributes, "gen_ai.operation.name": "framework", "db.operation.name": "add" };
    expect(reasonOf({ attributes: write })).toBe("the operation framework is no action");
  });

  test("names the conversation on its client's span", () => {
    const client = librarySpan({
      attributes: {
        "gen_ai.operation.name": "framework",
        "spring.ai.kind": "chat_client",
        "spring.ai.chat.client.conversation.id": "conv-1",
      },
    });
    const attributes = { "spring.ai.kind": "tool_call", "spring.ai.tool.definition.name": "t" };
    expect(actionOf({ attributes }, [client]).session_id).toBe("conv-1");
  });
});

describe("instrumentations for Python", () => {
  test("of the OpenAI Agents SDK have operations for guardrails and hand-offs", () => {
    const guardrail = {
      "gen_ai.operation.name": "guardrail_check",
      "gen_ai.guardrail.name": "pii",
      "gen_ai.guardrail.triggered": true,
    };
    expect(actionOf({ attributes: guardrail })).toMatchObject({
      action_type: "decision",
      action_name: "pii",
      status: "ok",
      action_details: { decision_type: "guardrail", decision_result: { triggered: true } },
    });
    const handOff = {
      "gen_ai.operation.name": "agent_handoff",
      "gen_ai.handoff.from_agent": "support",
      "gen_ai.handoff.to_agent": "billing",
    };
    expect(actionOf({ attributes: handOff })).toMatchObject({
      action_type: "decision",
      action_name: "handoff to billing",
      action_details: {
        decision_type: "handoff",
        decision_context: { from_agent: "support" },
        decision_result: { to_agent: "billing" },
      },
    });
  });

  test("of Gemini's SDK wrote a function's parameters one by one", () => {
    const attributes = {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "get_weather",
      "code.function.parameters.city.type": "str",
      "code.function.parameters.city.value": "Paris",
      "code.function.return.type": "str",
      "code.function.return.value": "sunny",
    };
    expect(actionOf({ attributes }).action_details).toMatchObject({
      tool_parameters: { city: "Paris" },
      tool_result: "sunny",
    });
  });
});

describe("proposals for the conventions", () => {
  test("a guardrail says what it found of what", () => {
    const attributes = {
      "gen_ai.operation.name": "run_guardrail",
      "gen_ai.security.guardrail.name": "pii",
      "gen_ai.security.target.type": "llm_input",
      "gen_ai.security.verdict.type": "deny",
      "gen_ai.security.verdict.reason": "an address",
      "gen_ai.security.action.type": "block",
    };
    const event = actionOf({ name: "run_guardrail pii", attributes });
    expect(event).toMatchObject({ action_type: "decision", action_name: "pii", status: "ok" });
    expect(event.action_details).toEqual({
      decision_type: "guardrail",
      decision_context: { type: "llm_input" },
      decision_result: { "verdict.type": "deny", "verdict.reason": "an address", "action.type": "block" },
      reason: "an address",
    });
  });

  test("a guardrail by its name before", () => {
    const attributes = {
      "gen_ai.operation.name": "apply_guardrail",
      "gen_ai.guardian.name": "shield",
      "gen_ai.security.decision.type": "allow",
    };
    expect(actionOf({ attributes })).toMatchObject({
      action_name: "shield",
      action_details: { decision_result: { "decision.type": "allow" }, decision_context_hidden: true },
    });
  });

  test("a tool that a policy denied is a refusal, one that it simulated a call", () => {
    const attributes = {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "pay",
      "gen_ai.tool.call.arguments": '{"amount":3}',
    };
    expect(
      actionOf({ attributes: { ...attributes, "gen_ai.agent.tool.disposition": "deny" } }),
    ).toMatchObject({
      action_type: "decision",
      action_details: { decision_type: "approval", decision_result: { approved: false } },
    });
    expect(
      actionOf({ attributes: { ...attributes, "gen_ai.agent.tool.disposition": "simulate" } }).action_details,
    ).toMatchObject({ disposition: "simulate", success: true });
    expect(
      actionOf({ attributes: { ...attributes, "gen_ai.agent.tool.disposition": "allow" } }).action_details,
    ).not.toHaveProperty("disposition");
  });
});

describe("AG2", () => {
  test("asks a person", () => {
    const attributes = {
      "gen_ai.operation.name": "await_human_input",
      "gen_ai.agent.name": "support",
      "ag2.human_input.prompt": "pay?",
      "ag2.human_input.response": "yes",
    };
    expect(actionOf({ attributes })).toMatchObject({
      action_type: "decision",
      agent_name: "support",
      action_details: { decision_type: "elicitation", decision_context: "pay?", decision_result: "yes" },
    });
  });
});

describe("an agent without a name in its attributes", () => {
  const attributes = { "gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "gpt-mock" };
  test.each([
    ["invoke_agent support", {}, "support"],
    ["invoke_agent gpt-mock", { "gen_ai.agent.id": "asst_1" }, "asst_1"],
    ["POST /agents", { "gen_ai.agent.id": "asst_1" }, "asst_1"],
    ["invoke_agent gpt-mock", {}, "svc"],
  ])("%s is named after its span, its id or its service", (name, more, expected) => {
    expect(actionOf({ name, attributes: { ...attributes, ...more } })).toMatchObject({
      action_name: expected,
      agent_name: expected,
    });
  });
});
