import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { actionTracer, startToolCall } from "../../../helpers/action-spans.js";
import { idsOf, layersOf, SEARCH, setUp } from "./live-spans-harness.js";

test("a flush sends what is held, linked to the call that is open", async () => {
  const { processor, start } = setUp();
  const outer = start("ai-sdk");
  start("mcp-client", { around: outer }).end();
  expect(processor.stats()).toMatchObject({ held: 1, acked: 0 });
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ held: 0, acked: 1 });
});

describe("a call inside a call that may be the same", () => {
  test("waits for it, and goes into it", async () => {
    const { processor, start, events } = setUp();
    const outer = start("ai-sdk");
    const inner = start("mcp-client", { around: outer });
    inner.end();
    expect(processor.stats()).toMatchObject({ ended: 1, held: 1, deduplicated: 0, buffered: 0 });
    expect(await events()).toEqual([]);
    outer.end();
    const [event, ...others] = await events();
    expect(others).toEqual([]);
    expect(event).toMatchObject({ tool_call_id: "c1", span_id: outer.spanContext().spanId });
    expect(event && layersOf(event)).toEqual(idsOf([inner]));
    expect(processor.stats()).toMatchObject({ ended: 2, held: 0, deduplicated: 1, acked: 1, queuedBytes: 0 });
  });

  test("is the event that it was when it ended, whatever others write into the span later", async () => {
    const { provider, start, events } = setUp();
    const outer = start("ai-sdk");
    const inner = startToolCall(actionTracer(provider), "search", {
      arguments: SEARCH.args,
      agent: "support",
      parent: trace.setSpan(ROOT_CONTEXT, outer),
    });
    inner.end();
    Object.assign((inner as unknown as { attributes: object }).attributes, {
      "gen_ai.agent.name": "changed",
    });
    outer.end();
    expect((await events())[0]?.agent_name).toBe("support");
  });

  test("goes on alone at once when the outer one ends as another call", async () => {
    const { start, events } = setUp();
    const outer = start("wrapper", { args: { q: "refunds" } });
    const inner = start("mcp-client", { around: outer });
    inner.end();
    outer.setAttribute("gen_ai.tool.call.arguments", '{"q":"returns"}');
    outer.end();
    const rows = await events();
    expect(rows.map(({ span_id }) => span_id).sort()).toEqual(idsOf([outer, inner]).sort());
    expect(
      rows.every((row) => row.merged_spans === undefined && row.possible_duplicate_of === undefined),
    ).toBe(true);
  });

  test("goes on alone at once when the outer one ends as no call at all", async () => {
    const { provider, start, events } = setUp();
    const outer = provider.getTracer("late").startSpan("search");
    const inner = start("mcp-client", { around: outer });
    inner.end();
    expect(await events()).toEqual([]);
    outer.end();
    expect((await events()).map(({ span_id }) => span_id)).toEqual(idsOf([inner]));
  });

  test("waits for a span that will say only at its end that it is the call", async () => {
    const { provider, start, events } = setUp();
    const outer = provider.getTracer("late").startSpan("search");
    const inner = start("mcp-client", { around: outer });
    inner.end();
    outer.setAttributes({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "search",
      "gen_ai.tool.call.id": "c9",
    });
    outer.end();
    expect(await events()).toMatchObject([{ tool_call_id: "c9", span_id: outer.spanContext().spanId }]);
  });

  test("goes on at once when the outer one is another tool or the same layer", async () => {
    const { start, events } = setUp();
    const outer = start("ai-sdk");
    start("mcp-client", { around: outer, tool: "fetch" }).end();
    start("ai-sdk", { around: outer, callId: "c2" }).end();
    expect(await events()).toHaveLength(2);
  });

  test("is linked when the outer one has ended before", async () => {
    const { start, events } = setUp();
    const outer = start("ai-sdk", { at: 0 });
    const inner = start("mcp-client", { around: outer, at: 10 });
    outer.end(1_795_334_322_020);
    inner.end(1_795_334_322_030);
    const [first, second] = await events();
    expect(second?.possible_duplicate_of).toBe(first?.id);
  });

  test("three layers become one when the outermost has ended", async () => {
    const { processor, start, events } = setUp();
    const outer = start("ai-sdk");
    const wrapper = start("wrapper", { around: outer });
    const client = start("mcp-client", { around: wrapper });
    const server = start("mcp-server", { around: client });
    for (const span of [server, client, wrapper]) span.end();
    expect(processor.stats().held).toBe(3);
    outer.end();
    const [event] = await events();
    expect(event && layersOf(event)).toEqual(idsOf([wrapper, client, server]));
    expect(processor.stats()).toMatchObject({ ended: 4, deduplicated: 3, acked: 1 });
  });

  test("two attempts stay, linked to the call", async () => {
    const { start, events } = setUp();
    const outer = start("ai-sdk");
    start("mcp-client", { around: outer }).end();
    start("mcp-client", { around: outer }).end();
    outer.end();
    const rows = await events();
    const call = rows.find(({ source }) => source === "vercel-ai");
    expect(rows).toHaveLength(3);
    expect(rows.map(({ possible_duplicate_of }) => possible_duplicate_of)).toEqual(
      rows.map((row) => (row === call ? undefined : call?.id)),
    );
  });
});

describe("a call in another trace", () => {
  test("waits for the open call, and goes into it", async () => {
    const { start, events } = setUp();
    const outer = start("ai-sdk");
    const inner = start("mcp-client");
    inner.end();
    expect(await events()).toEqual([]);
    outer.end();
    const [event, ...others] = await events();
    expect(others).toEqual([]);
    expect(event?.merged_spans).toEqual([
      { source: "mcp", trace_id: inner.spanContext().traceId, span_id: inner.spanContext().spanId },
    ]);
  });

  test("waits for an open call that writes its arguments only at its end", async () => {
    const { provider, start, events } = setUp();
    const outer = provider.getTracer("langchain").startSpan("search", {
      attributes: { "openinference.span.kind": "TOOL" },
    });
    start("mcp-client").end();
    expect(await events()).toEqual([]);
    outer.setAttributes({ "input.value": '{"q":"refunds"}', "input.mime_type": "application/json" });
    outer.end();
    expect(await events()).toMatchObject([{ action_name: "search", merged_spans: [{ source: "mcp" }] }]);
  });

  test("goes on at once when no open call has its tool and arguments", async () => {
    const { start, events } = setUp();
    start("ai-sdk", { args: { q: "returns" } });
    start("ai-sdk", { tool: "fetch" });
    start("mcp-client").end();
    expect(await events()).toHaveLength(1);
  });

  test("of several open calls with its arguments: all stay, and it is linked", async () => {
    const { start, events } = setUp();
    const [one, other] = [start("ai-sdk", { at: 0 }), start("ai-sdk", { at: 5, callId: "c2" })];
    start("mcp-client", { at: 10 }).end(1_795_334_322_020);
    one.end(1_795_334_322_030);
    expect(await events()).toEqual([]);
    other.end(1_795_334_322_040);
    const rows = await events();
    expect(rows).toHaveLength(3);
    expect(rows.find(({ source }) => source === "mcp")?.possible_duplicate_of).toBe(
      rows.find(({ span_id }) => span_id === one.spanContext().spanId)?.id,
    );
  });
});

describe("layers whose times cross", () => {
  test("by the call's id they are one call", async () => {
    const { processor, start, provider, events } = setUp();
    const first = start("ai-sdk");
    const second = startToolCall(actionTracer(provider), "search", { arguments: SEARCH.args, callId: "c1" });
    // By the same clock as the start of the second: the SDK's counts from the start of the first, and may be behind.
    first.end(Date.now());
    expect(processor.stats()).toMatchObject({ ended: 1, held: 1 });
    second.end();
    const [event, ...others] = await events();
    expect(others).toEqual([]);
    expect(event && layersOf(event)).toEqual(idsOf([first]));
  });

  test.each([
    ["that went well", {}],
    ["that failed inside", { code: 2, message: "503 upstream overloaded" }],
  ])("a run %s, whose inner layer ends last, is one row", async (_, status) => {
    const { processor, provider, events } = setUp();
    const outer = provider.getTracer("autogen-core").startSpan("invoke_agent a", {
      attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "a" },
    });
    const inner = provider
      .getTracer("openinference")
      .startSpan(
        "a.run",
        { attributes: { "openinference.span.kind": "AGENT", "agent.name": "a" } },
        trace.setSpan(ROOT_CONTEXT, outer),
      );
    outer.end();
    expect(processor.stats()).toMatchObject({ ended: 1, held: 1 });
    inner.setStatus({ code: 0, ...status }).end();
    const [event, ...others] = await events();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      action_type: "code" in status ? "error" : "success",
      span_id: outer.spanContext().spanId,
    });
    expect(event && layersOf(event)).toEqual(idsOf([inner]));
  });
});

describe("a tool that calls another tool with what it was called with", () => {
  test("both are rows, the inner one inside the outer one and without its id", async () => {
    const { provider, events } = setUp();
    const tracer = actionTracer(provider);
    const call = { arguments: { order: 7 }, callId: "call-1" };
    const cancel = startToolCall(tracer, "cancel_order", call);
    const parent = trace.setSpan(ROOT_CONTEXT, cancel);
    startToolCall(tracer, "refund_payment", { ...call, parent }).end();
    startToolCall(tracer, "cancel_order", { ...call, parent }).end();
    cancel.end();
    const [refund, again, outer, ...others] = await events();
    expect(others).toEqual([]);
    expect(outer).toMatchObject({ action_name: "cancel_order", tool_call_id: "call-1" });
    for (const [event, name] of [
      [refund, "refund_payment"],
      [again, "cancel_order"],
    ] as const) {
      expect(event).toMatchObject({ action_name: name, parent_action_id: outer?.id });
      expect(event).not.toHaveProperty("tool_call_id");
      expect(event).not.toHaveProperty("possible_duplicate_of");
    }
  });
});
