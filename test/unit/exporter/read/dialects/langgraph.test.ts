import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mapSpans } from "../../../../../exporter/correlate/map-spans.js";
import {
  callOf,
  callsOfStep,
  callThatNeverRan,
} from "../../../../../exporter/read/dialects/common/langgraph.js";
import type { ActionEvent } from "../../../../../src/event/index.js";
import { ERROR, OK, spanOf } from "../../spans.js";
import { actionOf, reasonOf } from "./action-of.js";

interface Call {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly id: string;
}

const asked = (calls: readonly Call[]) => calls.map((call) => ({ ...call, type: "tool_call" }));
const inJavaScript = (type: string, kwargs: object) => ({
  lc: 1,
  type: "constructor",
  id: ["langchain_core", "messages", type],
  kwargs,
});

/** The state of a graph, as each way of serialising LangChain's messages writes it. */
const STATES: Readonly<Record<string, (calls: readonly Call[]) => unknown>> = {
  JavaScript: (calls) => ({
    messages: [
      inJavaScript("HumanMessage", { content: "hi" }),
      inJavaScript("AIMessage", { content: "", tool_calls: asked(calls) }),
    ],
  }),
  Python: (calls) => ({
    messages: [
      { type: "human", data: { content: "hi", type: "human" } },
      { type: "ai", data: { content: "", type: "ai", tool_calls: asked(calls) } },
    ],
  }),
  "Python, older": (calls) => ({
    messages: [
      { type: "human", content: "hi" },
      { type: "ai", content: "", tool_calls: asked(calls) },
    ],
  }),
  "Python, under OpenLLMetry": (calls) => ({
    inputs: { messages: [inJavaScript("AIMessage", { content: "", tool_calls: asked(calls) })] },
    tags: ["graph:step:2"],
  }),
};
const ALONE: Readonly<Record<string, (call: Call) => unknown>> = {
  JavaScript: (call) => ({ lg_tool_call: { ...call, type: "tool_call" }, messages: [] }),
  Python: (call) => [{ ...call, type: "tool_call" }],
  "Python, with its state": (call) => ({ tool_call: { ...call, type: "tool_call" }, state: {} }),
};

const someCall = fc.record({
  name: fc.stringMatching(/^[a-z_]{1,12}$/),
  args: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.integer(), fc.string(), fc.boolean())),
  id: fc.stringMatching(/^call_[a-z0-9]{1,8}$/),
});
const someCalls = fc.uniqueArray(someCall, { minLength: 1, maxLength: 5, selector: ({ id }) => id });
const read = (input: unknown) => callsOfStep(spanOf(), JSON.stringify(input));
const requested = ({ name, args, id }: Call) => ({ name, callId: id, parameters: args });

describe("the calls of a step of tools", () => {
  test.each(Object.entries(STATES))("are those of the model's last message: %s", (_form, state) => {
    fc.assert(
      fc.property(someCalls, (calls) => {
        expect(read(state(calls))).toEqual(calls.map(requested));
      }),
      { numRuns: 50 },
    );
  });

  test.each(Object.entries(ALONE))("are the one that it was given alone: %s", (_form, step) => {
    fc.assert(
      fc.property(someCall, (call) => {
        expect(read(step(call))).toEqual([requested(call)]);
      }),
      { numRuns: 50 },
    );
  });

  test("are none where the model has said something since, or nothing is JSON", () => {
    const call = { name: "search", args: {}, id: "c1" };
    const state = STATES.Python?.([call]) as { readonly messages: readonly unknown[] };
    expect(read({ messages: [...state.messages, { type: "human", data: { content: "stop" } }] })).toEqual([]);
    expect(callsOfStep(spanOf(), '{"tool_calls": [')).toEqual([]);
    expect(callsOfStep(spanOf(), 7)).toEqual([]);
  });
});

describe("the call that a tool's span is of", () => {
  const calls = [
    { name: "search", callId: "c1", parameters: { q: "a" } },
    { name: "search", callId: "c2", parameters: { q: "b" } },
    { name: "pay", callId: "c3", parameters: { amount: 3 } },
  ];

  test("by its id, or by its name and what it was given", () => {
    expect(callOf(calls, { name: "search", callId: "c2", parameters: undefined })?.parameters).toEqual({
      q: "b",
    });
    expect(callOf(calls, { name: "search", callId: undefined, parameters: "b" })?.callId).toBe("c2");
    expect(callOf(calls, { name: "pay", callId: undefined, parameters: "3" })?.callId).toBe("c3");
  });

  test("is none where it could be several, and has no id where several are the same", () => {
    expect(callOf(calls, { name: "search", callId: undefined, parameters: undefined })).toBeUndefined();
    expect(callOf(calls, { name: "search", callId: "c9", parameters: "a" })).toBeUndefined();
    const same = [calls[0], { ...calls[0], callId: "c4" }].flatMap((call) => call ?? []);
    expect(callOf(same as typeof calls, { name: "search", callId: undefined, parameters: "a" })).toEqual({
      name: "search",
      callId: undefined,
      parameters: { q: "a" },
    });
  });
});

describe("a call that never ran", () => {
  const call = { name: "search", callId: "c1", parameters: { q: 7 } };
  const answered = (content: string, status = "error") => ({
    messages: [{ type: "tool", content, status, name: "search", tool_call_id: "c1" }],
  });

  test.each([
    "Error: search is not a valid tool, try one of [pay].",
    'Error: Tool "search" not found.\n Please fix your mistakes.',
    "Error: Received tool input did not match expected schema\n\n✖ expected string\n Please fix your mistakes.",
  ])("is told by the step that was for it: %s", (content) => {
    expect(callThatNeverRan([call], () => answered(content))).toMatchObject({
      is: "tool_call",
      ...call,
      failure: { type: "invalid_tool_call", message: content },
    });
  });

  test("is none that ran and failed, went well, or was one of several", () => {
    const unknown = "Error: search is not a valid tool, try one of [pay].";
    expect(
      callThatNeverRan([call], () => answered("Error: no tea\n Please fix your mistakes.")),
    ).toBeUndefined();
    expect(callThatNeverRan([call], () => answered(unknown, "success"))).toBeUndefined();
    expect(callThatNeverRan([call, call], () => answered(unknown))).toBeUndefined();
    expect(callThatNeverRan([], () => answered(unknown))).toBeUndefined();
  });
});

const metadata = (more: object) => JSON.stringify({ ls_integration: "langgraph", ...more });
const SCOPE = "openinference.instrumentation.langchain";

describe("a step of several calls under OpenInference", () => {
  const at = (second: number, spanId: string) => ({
    spanId,
    scope: SCOPE,
    startTime: [second, 0] as const,
    endTime: [second + 1, 0] as const,
  });
  const calls = [
    { name: "search", args: { q: "a" }, id: "p1" },
    { name: "no_such_tool", args: { x: 1 }, id: "p2" },
  ];
  const missing = 'Error: Tool "no_such_tool" not found.\n Please fix your mistakes.';
  const answers = [
    inJavaScript("ToolMessage", {
      status: "success",
      content: "found a",
      tool_call_id: "p1",
      name: "search",
    }),
    inJavaScript("ToolMessage", {
      status: "error",
      content: missing,
      tool_call_id: "p2",
      name: "no_such_tool",
    }),
  ];
  const state = STATES.JavaScript?.(calls) as { readonly messages: readonly unknown[] };
  const step = spanOf({
    ...at(10, "00000000000000b1"),
    name: "tools",
    attributes: {
      "openinference.span.kind": "CHAIN",
      "input.value": JSON.stringify(state),
      "output.value": JSON.stringify({ messages: answers }),
      metadata: metadata({ langgraph_node: "tools" }),
    },
  });
  const tool = spanOf({
    ...at(10, "00000000000000b2"),
    name: "search",
    attributes: {
      "openinference.span.kind": "TOOL",
      "tool.name": "search",
      "input.value": "a",
      "output.value": JSON.stringify({ output: answers[0] }),
      metadata: metadata({ langgraph_node: "tools" }),
    },
  });
  // The instrumentation writes the messages without calls and ids.
  const model = spanOf({
    ...at(12, "00000000000000b3"),
    name: "ChatModel",
    attributes: {
      "openinference.span.kind": "LLM",
      "llm.input_messages.0.message.role": "tool",
      "llm.input_messages.0.message.content": "found a",
      "llm.input_messages.1.message.role": "tool",
      "llm.input_messages.1.message.content": missing,
      "input.value": JSON.stringify({ messages: [[...state.messages, ...answers]] }),
    },
  });

  test("gives each call one row, with names of arguments and ids", () => {
    const mapped = mapSpans(
      [
        { span: tool, ancestors: [step] },
        { span: step, ancestors: [] },
        { span: model, ancestors: [] },
      ],
      { captureContent: true },
    );
    const events = mapped.flatMap(({ transformed }) =>
      transformed.outcome === "event" ? [transformed.event as ActionEvent] : [],
    );
    expect(events).toMatchObject([
      {
        action_name: "search",
        tool_call_id: "p1",
        action_details: { tool_parameters: { q: "a" }, tool_result: "found a" },
      },
      {
        action_name: "no_such_tool",
        tool_call_id: "p2",
        status: "error",
        action_details: { tool_parameters: { x: 1 }, success: false, without_span: true },
      },
    ]);
  });
});

describe("what has the word agent in its name, under OpenInference for Python", () => {
  const named = (name: string, more: Record<string, unknown>, langchain: object) => ({
    name,
    scope: SCOPE,
    status: OK,
    attributes: { "openinference.span.kind": "AGENT", ...more, metadata: metadata(langchain) },
  });
  const inNode = (node: string) => ({ langgraph_node: node, langgraph_checkpoint_ns: `${node}:1` });
  const STATE = { "output.value": '{"messages": []}' };

  test("a tool is a tool, and a model's call a model's call", () => {
    const tool = named("ask_agent", { "tool.name": "ask_agent", "input.value": '{"q": 1}' }, inNode("tools"));
    expect(actionOf(tool)).toMatchObject({
      action_type: "tool_call",
      action_name: "ask_agent",
      agent_name: "svc",
    });
    const model = named(
      "ChatAgentModel",
      { "llm.model_name": "m" },
      { ...inNode("agent"), ls_model_type: "chat" },
    );
    expect(reasonOf(model)).toContain("a call of a model");
  });

  test("a step is a step, and names nobody", () => {
    expect(reasonOf(named("agent", STATE, inNode("agent")))).toContain("a step of a framework");
    expect(reasonOf(named("route_to_agent", { "output.value": "tools" }, inNode("agent")))).toContain(
      "a step",
    );
    const inside = named("pay", { "openinference.span.kind": "TOOL", "tool.name": "pay" }, inNode("agent"));
    expect(actionOf(inside, [spanOf(named("agent", {}, inNode("agent")))]).agent_name).toBe("svc");
  });

  test("an agent's graph in a node is a run, also in a node of its own name", () => {
    const graph = named("research_agent", STATE, {
      ...inNode("research_agent"),
      checkpoint_ns: "research_agent:1",
    });
    const step = spanOf(named("research_agent", STATE, inNode("research_agent")));
    const run = { action_type: "success", action_name: "research_agent", agent_name: "research_agent" };
    expect(actionOf(graph, [step])).toMatchObject(run);
    expect(actionOf(named("research_agent", STATE, inNode("research")))).toMatchObject(run);
    expect(actionOf({ ...named("AgentExecutor", STATE, {}), status: ERROR })).toMatchObject({
      action_type: "error",
    });
  });
});

test("tools in a graph that is in a node of another are of the inner graph", () => {
  const tool = {
    scope: SCOPE,
    attributes: {
      "openinference.span.kind": "TOOL",
      "tool.name": "pay",
      metadata: metadata({ langgraph_node: "tools", langgraph_checkpoint_ns: "left:1|tools:2" }),
    },
  };
  const chain = (name: string, langchain: object) =>
    spanOf({
      name,
      scope: SCOPE,
      attributes: { "openinference.span.kind": "CHAIN", metadata: metadata(langchain) },
    });
  const around = [
    chain("tools", { langgraph_node: "tools", langgraph_checkpoint_ns: "left:1|tools:2" }),
    chain("left_graph", { langgraph_node: "left", langgraph_checkpoint_ns: "left:1" }),
    chain("left", { langgraph_node: "left", langgraph_checkpoint_ns: "left:1" }),
    chain("both", {}),
  ];
  expect(actionOf(tool, around).agent_name).toBe("left_graph");
  expect(actionOf(tool, around.slice(3)).agent_name).toBe("both");
});
