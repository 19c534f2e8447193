import { context, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { expect, onTestFinished, test } from "vitest";
import {
  type ActionPublisher,
  createActionPublisher,
  type ExporterOptions,
} from "../../../exporter/index.js";
import { type RecordKind, validateRecord } from "../../../src/event/index.js";
import { diagLines, textsAt } from "../../helpers/diag-lines.js";
import { away, FakeTransport, heldBack, sent } from "./fake-transport.js";

const lines = diagLines();

function publisherOn(transport: FakeTransport, options: ExporterOptions = {}): ActionPublisher {
  const publisher = createActionPublisher({
    transport,
    flushOnExit: false,
    shutdownTimeoutMillis: 0,
    ...options,
  });
  onTestFinished(() => publisher.close());
  return publisher;
}

const events = ({ landed }: FakeTransport): Record<string, unknown>[] =>
  landed.map(({ value }) => JSON.parse(value.toString()));

const ACTION = { agent_name: "agent", action_type: "tool_call", action_name: "Read" } as const;

test("each of the ten publishes one valid event of its kind", async () => {
  const transport = new FakeTransport();
  const publisher = publisherOn(transport);
  const agentName = "agent";
  const answers = await Promise.all([
    publisher.publishActionEvent(ACTION),
    publisher.publishToolCall({
      agentName,
      toolName: "Read",
      toolParameters: { a: 1 },
      toolResult: [1],
      durationMs: 45,
    }),
    publisher.publishDecision({
      agentName,
      decisionName: "select",
      decisionContext: { c: 1 },
      decisionResult: { r: 2 },
    }),
    publisher.publishError({
      agentName,
      errorType: "ImportError",
      errorMessage: "no foo",
      errorContext: { line: 15 },
    }),
    publisher.publishSuccess({ agentName, successName: "done", successDetails: { files: 5 } }),
    publisher.publishRoutingDecision({ selectedAgent: "a", confidenceScore: 0.5 }),
    publisher.publishTransformation({ source_agent: "a", target_agent: "b" }),
    publisher.publishRouterPerformance({ queryText: "q", cacheHit: true }),
    publisher.publishDetectionFailure({ failureReason: "no agent" }),
    publisher.publishExecution({ executionId: "run-1", status: "in_progress" }),
    publisher.publishLabel({ name: "resolved", correlationId: "build-7" }),
  ]);
  expect(answers).toEqual(Array(11).fill(true));
  for (const { kind, value } of transport.landed) {
    const origin = { topic: "t", partition: 0, offset: "0", timestampMillis: 0 };
    expect(validateRecord(kind, JSON.parse(value.toString()), origin)).toMatchObject({
      valid: true,
      repairs: [],
    });
  }
  const kinds = new Map<RecordKind, number>();
  for (const { kind } of transport.landed) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  expect(Object.fromEntries(kinds)).toEqual({
    action: 5,
    routing_decision: 1,
    transformation: 1,
    router_performance: 1,
    detection_failure: 1,
    execution: 1,
    label: 1,
  });
});

test("a label that names neither run nor action is not sent", async () => {
  const transport = new FakeTransport();
  const publisher = publisherOn(transport);
  expect(await publisher.publishLabel({ name: "resolved" })).toBe(false);
  expect(await publisher.publishLabel({ name: "resolved", actionId: "call_1" })).toBe(false);
  expect([transport.landed, publisher.stats().dropped.invalid]).toEqual([[], 2]);
});

test("the specification's arguments become the specification's details", async () => {
  const transport = new FakeTransport();
  const publisher = publisherOn(transport);
  const agentName = "agent-researcher";
  await publisher.publishToolCall({
    agentName,
    toolName: "Read",
    toolParameters: { p: 1 },
    errorMessage: "no file",
  });
  await publisher.publishDecision({
    agentName,
    decisionName: "d",
    decisionContext: { c: 1 },
    decisionResult: { r: 1 },
  });
  await publisher.publishError({ agentName, errorType: "E", errorMessage: "m", errorContext: { f: "x" } });
  await publisher.publishSuccess({ agentName, successName: "s", successDetails: { n: 5 } });
  expect(events(transport)).toMatchObject([
    {
      action_type: "tool_call",
      action_name: "Read",
      status: "error",
      action_details: { tool_parameters: { p: 1 }, success: false, error_message: "no file" },
    },
    { action_type: "decision", action_details: { decision_context: { c: 1 }, decision_result: { r: 1 } } },
    {
      action_type: "error",
      action_name: "E",
      action_details: { error_type: "E", error_message: "m", error_context: { f: "x" } },
    },
    { action_type: "success", action_name: "s", action_details: { n: 5 }, debug_mode: true },
  ]);
});

test("an action that took time began before now", async () => {
  const transport = new FakeTransport();
  await publisherOn(transport).publishToolCall({ agentName: "a", toolName: "Read", durationMs: 60_000 });
  const [event] = events(transport);
  const began = Date.parse(String(event?.started_at));
  expect(Date.parse(String(event?.ended_at)) - began).toBe(60_000);
  // The id carries the start in its first 48 bits.
  expect(Number.parseInt(String(event?.id).replaceAll("-", "").slice(0, 12), 16)).toBe(began);
});

test("names of the contract and of TypeScript are the same names", async () => {
  const transport = new FakeTransport();
  const publisher = publisherOn(transport);
  await publisher.publishActionEvent({ ...ACTION, project_name: "p" });
  await publisher.publishActionEvent({
    agentName: "agent",
    actionType: "tool_call",
    actionName: "Read",
    projectName: "p",
  });
  const [one, other] = events(transport);
  expect(Object.keys(one ?? {}).sort()).toEqual(Object.keys(other ?? {}).sort());
  expect(other).toMatchObject({ ...ACTION, project_name: "p" });
});

test("what the caller says about identity stays, and what it does not say is fixed before the first attempt", async () => {
  let failures = 2;
  const transport = new FakeTransport((records) => (failures-- > 0 ? away(records) : sent(records)));
  const publisher = publisherOn(transport);
  const id = "0190a5f0-0000-7000-8000-000000000001";
  await publisher.publishActionEvent({
    ...ACTION,
    id,
    correlation_id: "abc-123",
    timestamp: "2026-01-02T03:04:05Z",
  });
  await publisher.publishActionEvent(ACTION);
  expect(events(transport)[0]).toMatchObject({
    id,
    correlation_id: "abc-123",
    timestamp: "2026-01-02T03:04:05Z",
  });
  expect(new Set(transport.calls.slice(0, 3).map(([record]) => record?.value)).size).toBe(1);
  expect(events(transport)[1]?.id).toMatch(/^[0-9a-f-]{36}$/);
});

test("an event inside a span belongs to its trace", async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  onTestFinished(() => context.disable());
  const active = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };
  const transport = new FakeTransport();
  const publisher = publisherOn(transport);
  await context.with(trace.setSpanContext(ROOT_CONTEXT, active), () => publisher.publishActionEvent(ACTION));
  expect(events(transport)).toMatchObject([{ trace_id: active.traceId, parent_span_id: active.spanId }]);
  expect(transport.landed[0]?.key).toBe("0af76519-16cd-43dd-8448-eb211c80319c");
});

test("secrets are hidden before they leave", async () => {
  const transport = new FakeTransport();
  await publisherOn(transport).publishToolCall({
    agentName: "a",
    toolName: "Fetch",
    toolParameters: { authorization: "Bearer swordfish", url: "https://example.org" },
  });
  expect(JSON.stringify(events(transport))).not.toContain("swordfish");
  expect(JSON.stringify(events(transport))).toContain("https://example.org");
});

test("an event that does not keep the contract answers false and says why, without its values", async () => {
  const transport = new FakeTransport();
  const publisher = publisherOn(transport);
  const wrong = { agent_name: "a", action_type: "dance", action_name: "swordfish" } as never;
  expect(await publisher.publishActionEvent(wrong)).toBe(false);
  expect(textsAt(lines, "warn")[0]).toContain("action_type is none of tool_call, decision, error, success");
  expect(textsAt(lines, "warn")[0]).not.toContain("swordfish");
  expect(transport.calls).toEqual([]);
  expect(publisher.stats()).toMatchObject({ ended: 1, dropped: { invalid: 1 } });
});

test.each([
  ["nothing", undefined],
  ["a text", "text"],
  [
    "an object whose getters throw",
    Object.defineProperty({}, "agentName", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    }),
  ],
])("%s answers false and does not reject", async (_, given) => {
  const publisher = publisherOn(new FakeTransport());
  expect(await publisher.publishActionEvent(given as never)).toBe(false);
  expect(await publisher.publishToolCall(given as never)).toBe(false);
  expect(publisher.stats().dropped.invalid).toBe(2);
});

test("values that JSON cannot say are published all the same", async () => {
  const transport = new FakeTransport();
  const circular: Record<string, unknown> = { big: 10n ** 30n, when: new Date(0), map: new Map([["a", 1]]) };
  circular.self = circular;
  const publisher = publisherOn(transport);
  expect(await publisher.publishSuccess({ agentName: "a", successName: "s", successDetails: circular })).toBe(
    true,
  );
  expect(JSON.stringify(events(transport))).toContain("1000000000000000000000000000000");
});

test("without an acknowledgement in time the answer is false, and the event may still arrive", async () => {
  const gate = heldBack();
  const transport = new FakeTransport(gate.answer);
  const publisher = publisherOn(transport);
  expect(await publisher.publishActionEvent(ACTION, { timeoutMillis: 20 })).toBe(false);
  expect(publisher.stats()).toMatchObject({ inFlight: 1 });
  expect(textsAt(lines, "warn").at(-1)).toContain("Kafka did not acknowledge an event within 20 ms.");
  transport.answer = sent;
  gate.release({ status: "sent" });
  expect(await publisher.publishActionEvent(ACTION)).toBe(true);
  expect(publisher.stats()).toMatchObject({ acked: 2 });
});

test("an event that was never tried is taken back when its time is up", async () => {
  const gate = heldBack();
  const transport = new FakeTransport(gate.answer);
  const publisher = publisherOn(transport, { maxExportBatchSize: 1 });
  const first = publisher.publishActionEvent({ ...ACTION, action_name: "first" });
  await gate.asked;
  expect(
    await publisher.publishActionEvent({ ...ACTION, action_name: "second" }, { timeoutMillis: 10 }),
  ).toBe(false);
  transport.answer = sent;
  gate.release({ status: "sent" });
  expect(await first).toBe(true);
  expect(await publisher.publishActionEvent({ ...ACTION, action_name: "third" })).toBe(true);
  expect(events(transport).map(({ action_name }) => action_name)).toEqual(["first", "third"]);
  expect(publisher.stats().dropped.publish_deadline).toBe(1);
});

test("while Kafka is known to be away nobody waits for the whole time", async () => {
  const transport = new FakeTransport(away);
  const publisher = publisherOn(transport);
  expect(await publisher.publishActionEvent(ACTION, { timeoutMillis: 20 })).toBe(false);
  // Were the time given here waited for, the test would run into its own limit.
  expect(await publisher.publishActionEvent(ACTION, { timeoutMillis: 3_600_000 })).toBe(false);
});

test("after close the answer is false at once", async () => {
  const publisher = publisherOn(new FakeTransport());
  await publisher.close();
  expect(await publisher.publishActionEvent(ACTION)).toBe(false);
  expect(publisher.stats().dropped.shut_down).toBe(1);
});
