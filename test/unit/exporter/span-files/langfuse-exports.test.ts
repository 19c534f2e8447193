import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { mapSpans } from "../../../../exporter/correlate/map-spans.js";
import type { ReadableSpan } from "../../../../exporter/read/sdk-types.js";
import { readOtlpJson } from "../../../../exporter/span-files/otlp-spans.js";
import { readSpanText } from "../../../../exporter/span-files/read-span-text.js";
import type { ActionEvent } from "../../../../src/event/index.js";
import { asLangfuseExport } from "./as-langfuse-export.js";

const FOLDER = "test/fixtures/spans";
// Whose content is in events, or who is told by the kind of the span, which Langfuse does not export.
const LOST = /^(?:langfuse|layers|monocle|genai-spec)/;
const CAPTURES = readdirSync(FOLDER).filter((file) => file.endsWith(".otlp.json") && !LOST.test(file));

type Spans = ReturnType<typeof readSpanText>;

/** The tool calls that went well, as far as an export tells of them: failures are in events, which it has not. */
const goodCalls = (spans: Spans): ReadonlyMap<string, unknown> =>
  new Map(
    mapSpans(spans, { captureContent: true, callsWithoutSpan: false }).flatMap(({ span, transformed }) => {
      if (transformed.outcome !== "event" || transformed.kind !== "action") return [];
      const { action_type, action_name, agent_name, session_id, source, action_details, status } =
        transformed.event as ActionEvent;
      if (action_type !== "tool_call" || status === "error" || span.events.some(isLost)) return [];
      const { tool_parameters, tool_result } = action_details ?? {};
      const call = [action_name, agent_name, session_id, source, tool_parameters, tool_result];
      return [[span.spanContext().spanId, call] as const];
    }),
  );

const isLost = ({ name }: { readonly name: string }): boolean => !name.startsWith("gen_ai.");

const exported = (spans: readonly ReadableSpan[], keeps: boolean): string => {
  const observations = spans.map((span) => asLangfuseExport(span, keeps));
  return JSON.stringify({ trace: { id: observations[0]?.traceId }, observations });
};

describe.each([true, false])("spans of others, out of an export that keeps what it took: %s", (keeps) => {
  test.each(CAPTURES)("%s", (file) => {
    const spans = readOtlpJson(readFileSync(`${FOLDER}/${file}`, "utf8"));
    const found = goodCalls(
      readSpanText(
        exported(
          spans.map(({ span }) => span),
          keeps,
        ),
      ),
    );
    for (const [id, call] of goodCalls(spans)) expect(found.get(id), id).toEqual(call);
  });
});

const actions = (observations: readonly object[]): readonly ActionEvent[] =>
  mapSpans(readSpanText(JSON.stringify({ trace: { id: "t1" }, observations })), {
    captureContent: true,
  }).flatMap(({ transformed }) =>
    transformed.outcome === "event" ? [transformed.event as ActionEvent] : [],
  );

const observed = (id: string, parent: string | null, more: object) => ({
  id,
  traceId: "5b0a2c6f3d9e4b1f8a7c6d5e4f3a2b10",
  parentObservationId: parent,
  type: "SPAN",
  startTime: "2026-01-02T03:04:05.000Z",
  endTime: "2026-01-02T03:04:06.000Z",
  ...more,
});

describe("the handler of LangChain before it knew tools", () => {
  const metadata = (node: string) => ({
    langgraph_step: 2,
    langgraph_node: node,
    scope: { name: "langfuse-sdk" },
  });
  const message = {
    content: '["found"]',
    additional_kwargs: {},
    type: "tool",
    name: "search-web",
    tool_call_id: "call_1",
    status: "success",
  };
  const asked = {
    type: "ai",
    content: "",
    additional_kwargs: {},
    tool_calls: [{ name: "search-web", args: { query: "tea" }, id: "call_1" }],
  };
  const ROOT = observed("00000000000000a1", null, {
    name: "LangGraph",
    input: { messages: [{ type: "human", content: "hi", additional_kwargs: {} }] },
    output: { messages: [asked, message] },
    metadata: { thread_id: "thread-9", scope: { name: "langfuse-sdk" } },
  });
  const STEP = observed("00000000000000a2", "00000000000000a1", {
    name: "tools",
    input: { messages: [asked] },
    output: { messages: [message] },
    metadata: metadata("tools"),
  });
  const TOOL = { name: "search-web", input: "{'query': 'tea'}", metadata: metadata("tools") };

  test("a tool that gave a message, and the graph as the run", () => {
    const tool = observed("00000000000000a3", "00000000000000a2", { ...TOOL, output: message });
    expect(actions([tool, STEP, ROOT])).toMatchObject([
      {
        action_type: "tool_call",
        action_name: "search-web",
        tool_call_id: "call_1",
        session_id: "thread-9",
        action_details: { tool_parameters: { query: "tea" }, tool_result: ["found"], success: true },
      },
      { action_type: "success", session_id: "thread-9" },
    ]);
  });

  test("a tool that failed, which the step around was for", () => {
    const failed = { ...TOOL, output: null, level: "ERROR", statusMessage: "ValueError('no tea')" };
    const tool = observed("00000000000000a3", "00000000000000a2", failed);
    expect(actions([tool, STEP, ROOT])[0]).toMatchObject({
      action_name: "search-web",
      tool_call_id: "call_1",
      error_type: "ValueError",
      error_message: "no tea",
      action_details: { tool_parameters: { query: "tea" }, success: false },
    });
  });

  test("other chains in a node are steps", () => {
    const chain = observed("00000000000000a3", "00000000000000a2", {
      name: "RunnableSequence",
      input: { messages: [asked] },
      output: message,
      metadata: metadata("tools"),
    });
    expect(actions([chain, STEP, ROOT])).toMatchObject([{ action_type: "success" }]);
  });
});

test("metadata that has a member for each path is read like nested metadata", () => {
  const [event] = actions([
    observed("00000000000000a1", null, {
      type: "TOOL",
      name: "get_joke",
      input: '{"topic":"tea"}',
      output: "steep",
      metadata: {
        "attributes.gen_ai.tool.name": "get_joke",
        "attributes.gen_ai.tool.call.id": "call_7",
        "scope.name": "pydantic-ai",
        "resourceAttributes.service.name": "jokes",
      },
    }),
  ]);
  expect(event).toMatchObject({
    source: "gen-ai",
    agent_name: "jokes",
    tool_call_id: "call_7",
    action_details: { tool_parameters: { topic: "tea" }, tool_result: "steep" },
  });
});

test("a span that no dialect knows is what Langfuse says that it is", () => {
  const [event] = actions([
    observed("00000000000000a1", null, {
      type: "TOOL",
      name: "lookup",
      input: { key: 1 },
      output: "v",
      metadata: { attributes: { "acme.kind": "tool" }, scope: { name: "acme" } },
    }),
  ]);
  expect(event).toMatchObject({ source: "langfuse", action_name: "lookup", action_type: "tool_call" });
});

describe("events of BeeAI's first instrumentations", () => {
  const event = (id: string, parent: string, target: string, kind: string, attributes: object = {}) =>
    observed(id, parent, {
      name: `${target}-1`,
      metadata: {
        attributes: { target, traceId: "x", "openinference.span.kind": kind, ...attributes },
        scope: { name: "openinference.instrumentation.beeai" },
      },
    });
  const ROOT = observed("00000000000000b1", null, {
    name: "beeai-framework-main",
    metadata: {
      attributes: { source: "ReActAgent", "beeai.version": "0.1.33", "openinference.span.kind": "AGENT" },
      scope: { name: "openinference.instrumentation.beeai" },
    },
  });

  test("only what ends a tool's call is an action, and the run", () => {
    const update = event("00000000000000b2", "00000000000000b1", "agent.react.update", "AGENT", {
      "tool.name": "Wikipedia",
    });
    const parameters = { "tool.parameters": '{"query":"tea"}' };
    const ends = ["start", "success", "finish"].map((verb, at) =>
      event(`00000000000000c${at}`, "00000000000000b2", `tool.search.wikipedia.${verb}`, "TOOL", {
        ...(verb !== "finish" && parameters),
        ...(verb === "success" && { "output.value": '[{"title":"Tea"}]' }),
      }),
    );
    expect(actions([...ends, update, ROOT])).toMatchObject([
      {
        action_name: "Wikipedia",
        agent_name: "ReActAgent",
        action_details: { tool_parameters: { query: "tea" }, tool_result: [{ title: "Tea" }] },
      },
      { action_type: "success", action_name: "ReActAgent" },
    ]);
  });
});
