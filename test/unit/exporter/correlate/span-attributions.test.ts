import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { expect, test } from "vitest";
import { awaitRemote } from "../../../../exporter/correlate/inferred-fields.js";
import { actionOf } from "../../../../exporter/correlate/observation.js";
import { type ExporterOptions, KafkaActionExporter } from "../../../../exporter/index.js";
import { SpanReader } from "../../../../exporter/read/span-reader.js";
import {
  actionId,
  correlationId,
  spanIdentity,
  validateSpanAttribution,
} from "../../../../src/event/index.js";
import { FakeTransport } from "../fake-transport.js";
import { spanOf, TRACE_ID } from "../spans.js";

interface Parts {
  readonly id: string;
  readonly parent?: string;
  readonly isRemote?: boolean;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

const idOf = (short: string) => short.padStart(16, "0");

function span({ id, parent, isRemote = false, attributes = {} }: Parts): ReadableSpan {
  return Object.assign(spanOf({ spanId: idOf(id), attributes }), {
    ...(parent && {
      parentSpanContext: { traceId: TRACE_ID, spanId: idOf(parent), traceFlags: 1, isRemote },
    }),
  });
}

const TOOL = { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search" };
const agent = (name?: string, session?: string) => ({
  "gen_ai.operation.name": "invoke_agent",
  ...(name && { "gen_ai.agent.name": name }),
  ...(session && { "gen_ai.conversation.id": session }),
});
const START_MILLIS = 1_795_334_322_755;
const actionOfSpan = (id: string) => actionId(START_MILLIS, spanIdentity(TRACE_ID, idOf(id)));

/** Exports these batches, and answers what was sent. */
async function exported(batches: readonly (readonly Parts[])[], options: ExporterOptions = {}) {
  const transport = new FakeTransport();
  const exporter = new KafkaActionExporter({ transport, flushOnExit: false, lingerMillis: 0, ...options });
  for (const batch of batches) await new Promise((resolve) => exporter.export(batch.map(span), resolve));
  await exporter.forceFlush();
  const read = (kind: string) =>
    transport.landed
      .filter((record) => record.kind === kind)
      .map(({ value }) => JSON.parse(value.toString()) as Record<string, unknown>);
  return {
    actions: read("action"),
    facts: read("span_attribution"),
    records: transport.landed,
    stats: exporter.stats(),
  };
}

test("an action whose parent was not seen says which it awaits, and what stands in until then", async () => {
  const { actions, facts, stats } = await exported([[{ id: "2", parent: "1", attributes: TOOL }]]);
  expect(actions).toMatchObject([
    {
      agent_name: "svc",
      unresolved_parent_span_id: idOf("1"),
      inferred_fields: ["agent_name", "session_id", "correlation_id"],
    },
  ]);
  expect(facts).toEqual([]);
  expect(stats).toMatchObject({ ended: 1, acked: 1, spanAttributions: { acked: 0, waiting: 0, dropped: 0 } });
});

test("what the span says itself is no stand-in", async () => {
  const attributes = {
    ...TOOL,
    "gen_ai.agent.name": "own",
    "gen_ai.conversation.id": "own",
    "agent_actions.correlation_id": "own",
  };
  const { actions } = await exported([[{ id: "2", parent: "1", attributes }]]);
  expect(actions[0]).toMatchObject({ agent_name: "own", unresolved_parent_span_id: idOf("1") });
  expect(actions[0]).not.toHaveProperty("inferred_fields");
});

test("facts are sent of the spans that something waits for, and of no others", async () => {
  const { facts, records, stats } = await exported([
    [{ id: "4", parent: "3", attributes: TOOL }],
    [{ id: "9", parent: "8" }],
    [{ id: "3", parent: "2" }],
    [{ id: "8", parent: "1" }],
    [{ id: "2", parent: "1", attributes: agent("planner", "s1") }],
    [{ id: "1" }],
  ]);
  expect(facts).toEqual([
    expect.objectContaining({ span_id: idOf("3"), unresolved_parent_span_id: idOf("2") }),
    expect.objectContaining({
      span_id: idOf("2"),
      unresolved_parent_span_id: idOf("1"),
      agent_name: "planner",
      session_id: "s1",
      action_id: actionOfSpan("2"),
    }),
    expect.not.objectContaining({ unresolved_parent_span_id: expect.anything() }),
  ]);
  for (const fact of facts)
    expect(validateSpanAttribution(fact)).toMatchObject({ valid: true, repairs: [], extra: {} });
  const keys = records.filter(({ kind }) => kind === "span_attribution").map(({ key }) => key);
  expect(new Set(keys)).toEqual(new Set([correlationId(TRACE_ID).uuid]));
  expect(stats).toMatchObject({ ended: 6, spanAttributions: { acked: 3, waiting: 0, dropped: 0 } });
});

test("spans that come again, because their delivery failed, give the same facts and actions again", async () => {
  const batches = [
    [{ id: "2", parent: "1", attributes: TOOL }],
    [{ id: "1", parent: "f", attributes: agent("planner") }],
  ];
  const { facts, actions } = await exported([...batches, ...batches]);
  expect(facts).toHaveLength(2);
  expect(facts[1]).toEqual(facts[0]);
  expect(actions.filter(({ action_type: type }) => type === "success").map(({ id }) => id)).toEqual(
    Array(2).fill(actionOfSpan("1")),
  );
});

test("where several exporters see one trace, facts of all spans are sent", async () => {
  const { facts } = await exported([[{ id: "9", parent: "8" }], [{ id: "8" }]], { spanAttributions: "all" });
  expect(facts.map(({ span_id: id }) => id)).toEqual([idOf("9"), idOf("8")]);
});

test("an action that ends after the spans around it finds them, and awaits only what is above them", async () => {
  const { actions, facts } = await exported([
    [{ id: "2", parent: "1", attributes: agent("planner", "s1") }],
    [{ id: "3", parent: "2", attributes: TOOL }],
  ]);
  expect(actions[1]).toMatchObject({
    agent_name: "planner",
    session_id: "s1",
    parent_action_id: actionOfSpan("2"),
    unresolved_parent_span_id: idOf("1"),
    inferred_fields: ["correlation_id"],
  });
  expect(facts).toEqual([]);
});

test("a span that goes on after everything around it has ended finds all of it", async () => {
  const { actions, facts } = await exported([
    [{ id: "2", parent: "1" }],
    [{ id: "1", attributes: agent("planner") }],
    [{ id: "3", parent: "2", attributes: TOOL }],
  ]);
  expect(actions[1]).toMatchObject({ agent_name: "planner", parent_action_id: actionOfSpan("1") });
  expect(actions[1]).not.toHaveProperty("unresolved_parent_span_id");
  expect(facts).toEqual([]);
});

test("a fact tells what is known around its span, so that nobody has to ask further", async () => {
  const { facts } = await exported([
    [{ id: "4", parent: "3", attributes: TOOL }],
    [
      { id: "3", parent: "2", attributes: { "agent_actions.correlation_id": "run-1" } },
      { id: "2", attributes: agent("planner") },
    ],
  ]);
  expect(facts).toEqual([
    expect.objectContaining({
      span_id: idOf("3"),
      agent_name: "planner",
      correlation_id: correlationId("run-1").uuid,
      correlation_text: "run-1",
      action_id: actionOfSpan("2"),
    }),
  ]);
  expect(facts[0]).not.toHaveProperty("unresolved_parent_span_id");
});

test("an action in a whole trace awaits nothing", async () => {
  const { actions, facts } = await exported([
    [
      { id: "2", parent: "1", attributes: TOOL },
      { id: "1", attributes: agent("planner") },
    ],
  ]);
  expect(actions[0]).not.toHaveProperty("unresolved_parent_span_id");
  expect(actions[0]).not.toHaveProperty("inferred_fields");
  expect(facts).toEqual([]);
});

test("a run without a name is to be called as the agent that is found; one with a name keeps it", async () => {
  const nameless = { ...agent(), "gen_ai.request.model": "m" };
  const task = {
    "agent_actions.action.type": "task",
    "agent_actions.action.name": "svc",
    "gen_ai.operation.name": "invoke_workflow",
    "gen_ai.workflow.name": "svc",
  };
  const { actions } = await exported([
    [{ id: "2", parent: "1", attributes: nameless }],
    [{ id: "3", parent: "1", attributes: task }],
  ]);
  expect(actions).toMatchObject([
    { action_name: "svc", inferred_fields: ["agent_name", "action_name", "session_id", "correlation_id"] },
    { action_name: "svc", inferred_fields: ["agent_name", "session_id", "correlation_id"] },
  ]);
});

test("what redaction hides in events is hidden in facts", async () => {
  const { facts } = await exported(
    [
      [{ id: "2", parent: "1", attributes: TOOL }],
      [{ id: "1", attributes: agent("planner", "hush-session") }],
    ],
    { redaction: { patterns: [/hush-\w+/g] } },
  );
  expect(facts[0]).toMatchObject({ agent_name: "planner" });
  expect(JSON.stringify(facts[0])).not.toContain("hush-session");
});

test("spans that say they are inside each other come to an end", async () => {
  const { actions } = await exported([
    [
      { id: "1", parent: "2", attributes: TOOL },
      { id: "2", parent: "1", attributes: TOOL },
      { id: "3", parent: "3", attributes: TOOL },
    ],
  ]);
  expect(actions).toHaveLength(3);
});

test("behind a span processor, an action of a remote trace awaits its caller where no agent is known, and not else", () => {
  const reader = new SpanReader({});
  const read = (parts: Parts, ...around: readonly Parts[]) => {
    const ancestors = around.map(span);
    const one = reader.read(span(parts), ancestors);
    const event = actionOf(one.transformed);
    awaitRemote(event, span(parts), ancestors, reader);
    return event;
  };
  const server = { id: "1", parent: "f", isRemote: true };
  expect(read({ id: "2", parent: "1", attributes: TOOL }, server)).toMatchObject({
    unresolved_parent_span_id: idOf("f"),
    inferred_fields: ["agent_name", "session_id", "correlation_id"],
  });
  const known = read({ id: "2", parent: "1", attributes: TOOL }, { ...server, attributes: agent("planner") });
  expect(known).not.toHaveProperty("unresolved_parent_span_id");
  expect(read({ id: "2", parent: "1", attributes: TOOL }, { id: "1", parent: "f" })).not.toHaveProperty(
    "unresolved_parent_span_id",
  );
});
