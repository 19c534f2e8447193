import { ROOT_CONTEXT, type Span, trace } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DELIVERY_ACK_KEY, type DeliveryAck } from "../../../../src/event/delivery-ack.js";
import { actionTracer, startToolCall } from "../../../helpers/action-spans.js";
import { idsOf, SEARCH, setUp } from "./live-spans-harness.js";
import { answers, error, wants } from "./model-spans.js";

describe("what is held has bounds", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => vi.useRealTimers());

  test("in number: the oldest goes on alone, linked to the call that it waited for", async () => {
    const { processor, start } = setUp({ maxHeldEvents: 1, lingerMillis: 0 });
    const [one, other] = [start("ai-sdk"), start("ai-sdk", { tool: "fetch" })];
    start("mcp-client", { around: one }).end();
    expect(processor.stats().held).toBe(1);
    start("mcp-client", { around: other, tool: "fetch" }).end();
    expect(processor.stats()).toMatchObject({ held: 1, buffered: 1 });
    one.end();
    other.end();
    expect(processor.stats()).toMatchObject({ ended: 4, held: 0, deduplicated: 1, buffered: 3 });
  });

  test("in bytes", () => {
    const { processor, start } = setUp({ maxHeldBytes: 100 });
    start("mcp-client", { around: start("ai-sdk") }).end();
    expect(processor.stats()).toMatchObject({ held: 0, buffered: 1 });
  });

  test("in time", () => {
    const { processor, start } = setUp({ maxHeldMillis: 5_000, lingerMillis: 60_000 });
    start("mcp-client", { around: start("ai-sdk") }).end();
    vi.advanceTimersByTime(4_000);
    start("mcp-client", { around: start("ai-sdk", { tool: "fetch" }), tool: "fetch" }).end();
    expect(processor.stats().held).toBe(2);
    vi.advanceTimersByTime(1_000);
    expect(processor.stats()).toMatchObject({ held: 1, buffered: 1 });
    vi.advanceTimersByTime(4_000);
    expect(processor.stats()).toMatchObject({ held: 0, buffered: 2 });
  });
});

describe("nothing is lost and nothing is told wrong", () => {
  test("at shutdown what is held is sent, linked to the call that is still open", async () => {
    const { processor, start, events } = setUp();
    const outer = start("ai-sdk");
    start("mcp-client", { around: outer }).end();
    await processor.shutdown();
    expect(processor.stats()).toMatchObject({ ended: 1, held: 0, acked: 1 });
    outer.end();
    expect(processor.stats()).toMatchObject({ ended: 2, acked: 1, dropped: { shut_down: 1 } });
    expect((await events())[0]?.possible_duplicate_of).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("the link is the id that the open call has when it ends", async () => {
    const { start, events } = setUp({ maxHeldEvents: 0 });
    const outer = start("ai-sdk");
    start("mcp-client", { around: outer }).end();
    outer.end();
    const [inner, call] = await events();
    expect(inner?.possible_duplicate_of).toBe(call?.id);
  });

  test("a receipt is true for a held event, which has its place in the queue", async () => {
    const { provider, start, events } = setUp({ maxQueueSize: 1, lingerMillis: 1_000 });
    const receipts: [DeliveryAck, DeliveryAck] = [{}, {}];
    const outer = start("ai-sdk");
    const around = trace.setSpan(ROOT_CONTEXT, outer);
    for (const receipt of receipts)
      startToolCall(actionTracer(provider), "search", {
        arguments: SEARCH.args,
        parent: around.setValue(DELIVERY_ACK_KEY, receipt),
      }).end();
    expect(receipts).toMatchObject([{ taken: true }, { taken: false }]);
    outer.end();
    expect(await events()).toHaveLength(1);
  });

  test("the action around is named by the id that it will have, also where that is a layer further out", async () => {
    const { provider, start, events } = setUp();
    const run = provider.getTracer("agents").startSpan("run", {
      attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "support" },
    });
    const outer = start("ai-sdk", { around: run });
    const wrapper = start("wrapper", { around: outer });
    const plumbing = provider.getTracer("http").startSpan("GET", {}, trace.setSpan(ROOT_CONTEXT, wrapper));
    const sub = start("ai-sdk", { around: plumbing, tool: "fetch", callId: "c2" });
    for (const span of [sub, plumbing, wrapper, outer, run]) span.end();
    const rows = await events();
    const idOf = (span: Span) => rows.find(({ span_id }) => span_id === span.spanContext().spanId)?.id;
    const parents = rows.map(({ span_id, parent_action_id }) => [span_id, parent_action_id]);
    expect(Object.fromEntries(parents)).toEqual({
      [sub.spanContext().spanId]: idOf(outer),
      [outer.spanContext().spanId]: idOf(run),
      [run.spanContext().spanId]: undefined,
    });
  });
});

describe("what is held", () => {
  test("is released by a flush, and what ends later is a row that is linked", async () => {
    const { processor, start, events } = setUp();
    const outer = start("ai-sdk");
    const inner = start("mcp-client", { around: outer });
    inner.end();
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ ended: 1, held: 0, acked: 1 });
    outer.end();
    const [first, second] = await events();
    expect(first).toMatchObject({ span_id: inner.spanContext().spanId, possible_duplicate_of: second?.id });
  });

  test("is released, the oldest first, where it is more than may be remembered", async () => {
    // What waits for the thread that redacts it is held as well.
    const { processor, start, events } = setUp({ maxCorrelationBytes: 1_048_576, redactionThread: false });
    const inner = Array.from({ length: 12 }, (_, index) => {
      const call = { args: { q: `${index}${"x".repeat(200_000)}` }, callId: `c${index}` };
      const span = start("mcp-client", { ...call, around: start("ai-sdk", call) });
      span.end();
      return span;
    });
    const { ended, held, acked, buffered, inFlight } = processor.stats();
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(6);
    expect(held + acked + buffered + inFlight).toBe(ended);
    expect((await events()).map(({ span_id }) => span_id)).toEqual(idsOf(inner).slice(0, 12 - held));
  });
});

test("a call that was dropped is no call that later spans may count on", async () => {
  const { processor, provider, start, events } = setUp({ maxQueueSize: 1 });
  const model = (attributes: Record<string, string>) =>
    provider
      .getTracer("models")
      .startSpan("chat", { attributes: { "gen_ai.operation.name": "chat", ...attributes } })
      .end();
  model({});
  start("ai-sdk", { callId: "c0" }).end();
  start("ai-sdk", { callId: "c9" }).end();
  expect(processor.stats().dropped.queue_full).toBe(1);
  await processor.forceFlush();
  const said = [wants("c9", "search", SEARCH.args), answers("c9", "search", error("card declined"))];
  model({ "gen_ai.input.messages": JSON.stringify(said) });
  expect((await events()).map(({ tool_call_id }) => tool_call_id)).toEqual(["c0", "c9"]);
});
