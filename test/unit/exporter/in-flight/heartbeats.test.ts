import { AlwaysOnSampler, BasicTracerProvider, SamplingDecision } from "@opentelemetry/sdk-trace-base";
import { describe, expect, test } from "vitest";
import { diagLines, textsAt } from "../../../helpers/diag-lines.js";
import { away, heldBack, sent } from "../fake-transport.js";
import { callOf, InFlightAgent, withFakeIntervals } from "./in-flight-agent.js";

const lines = diagLines();
withFakeIntervals();

test("the first heartbeat is sent before anything is published as running", async () => {
  const agent = new InFlightAgent();
  const held = heldBack();
  agent.transport.answer = (records) =>
    records[0]?.kind === "producer_heartbeat" ? held.answer(records) : sent(records);
  agent.startCall("deploy");
  await agent.pass(5_000);
  expect(await agent.events()).toEqual([]);
  held.release({ status: "sent" });
  await agent.pass(500);
  expect(await agent.events()).toMatchObject([{ status: "running" }]);
  expect(agent.transport.landed.map(({ kind }) => kind)).toEqual(["producer_heartbeat", "action"]);
});

test("one is sent in each interval while something is open, one more after, and the last says ended with the final numbers", async () => {
  const agent = new InFlightAgent({ sender: "shop" });
  const span = agent.startCall("deploy");
  await agent.pass(1_500);
  await agent.pass(20_000);
  span.end();
  await agent.events();
  await agent.pass(60_000);
  const alive = await agent.heartbeats();
  expect(alive.map(({ open_actions }) => open_actions)).toEqual([0, 1, 1, 0]);
  await agent.processor.shutdown();
  const [epoch] = new Set(agent.transport.landed.flatMap(({ headers }) => headers["producer-epoch"] ?? []));
  const beats = await agent.heartbeats();
  expect(beats.at(-1)).toMatchObject({
    producer_epoch: epoch,
    status: "ended",
    sender: "shop",
    open_actions: 0,
    last_sequence: 2,
    unacknowledged: 0,
    given_up: 0,
    interval_ms: 10_000,
    process_pid: process.pid,
    counters: { ended: 1, acked: 1, dropped: {} },
  });
  expect(agent.transport.landed.at(-1)?.headers).not.toHaveProperty("producer-sequence");
  expect(agent.processor.stats().heartbeats).toEqual({ acked: 5, failed: 0 });
});

test("nothing is sent after the last one", async () => {
  const agent = new InFlightAgent();
  const [one, other] = [agent.startCall("deploy"), agent.startCall("search")];
  await agent.pass(1_500);
  await agent.processor.shutdown();
  expect(await agent.heartbeats()).toMatchObject([
    { status: "alive" },
    { status: "ended", open_actions: 2, last_sequence: 2 },
  ]);
  const { length } = agent.transport.calls;
  one.end();
  agent.startCall("read");
  await agent.pass(30_000);
  other.end();
  expect(agent.transport.calls).toHaveLength(length);
});

test("what was numbered is acknowledged, on its way or given up", async () => {
  const agent = new InFlightAgent({ heartbeatIntervalMillis: 1_000, shutdownTimeoutMillis: 100 });
  agent.startCall("deploy");
  await agent.pass(1_500);
  await agent.events();
  agent.transport.answer = (records) => (records[0]?.kind === "action" ? away(records) : sent(records));
  for (let nth = 0; nth < 3; nth++) agent.startCall("read").end();
  await agent.pass(1_000);
  expect((await agent.heartbeats()).at(-1)).toMatchObject({
    last_sequence: 4,
    unacknowledged: 3,
    given_up: 0,
  });
});

test("heartbeats that do not arrive are told once and counted, and hold up nothing", async () => {
  const agent = new InFlightAgent();
  agent.transport.answer = (records) =>
    records[0]?.kind === "producer_heartbeat" ? away(records) : sent(records);
  const span = agent.startCall("deploy");
  await agent.pass(31_500);
  span.end();
  expect((await agent.events()).map(({ status }) => status)).toEqual(["running", "ok"]);
  expect(agent.processor.stats().heartbeats).toMatchObject({ acked: 0, failed: expect.any(Number) });
  expect(textsAt(lines, "warn").filter((text) => text.includes("heartbeat"))).toHaveLength(1);
});

test("an agent that publishes nothing sends none, also at its end", async () => {
  const agent = new InFlightAgent();
  agent.startCall("read").end();
  await agent.pass(30_000);
  await agent.processor.shutdown();
  expect(agent.transport.landed.map(({ kind }) => kind)).toEqual(["action"]);
});

describe("bounds", () => {
  test("of many calls that become old at once, a hundred are published in one go", async () => {
    const agent = new InFlightAgent();
    agent.startCall("first");
    await agent.pass(1_500);
    for (let nth = 0; nth < 250; nth++) agent.startCall(`tool-${nth}`);
    await agent.pass(1_250);
    expect(await agent.events()).toHaveLength(101);
    await agent.pass(500);
    expect(await agent.events()).toHaveLength(251);
  });

  test("they take a quarter of the queue at most, and no place from events", async () => {
    const agent = new InFlightAgent({ maxQueueSize: 8, shutdownTimeoutMillis: 50 });
    agent.startCall("first");
    await agent.pass(1_500);
    await agent.events();
    agent.transport.answer = (records) => (records[0]?.kind === "action" ? away(records) : sent(records));
    const spans = Array.from({ length: 8 }, (_, nth) => agent.startCall(`tool-${nth}`));
    await agent.pass(1_500);
    expect(agent.processor.stats().runningEvents).toEqual({ acked: 1, waiting: 2, dropped: 6 });
    for (const span of spans) span.end();
    expect(agent.processor.stats()).toMatchObject({ ended: 8, dropped: { queue_full: 0 } });
  });

  test("spans that are not sampled are not published", async () => {
    const agent = new InFlightAgent();
    const sampler = new AlwaysOnSampler();
    sampler.shouldSample = () => ({ decision: SamplingDecision.RECORD });
    const provider = new BasicTracerProvider({ sampler, spanProcessors: [agent.processor] });
    provider.getTracer("some-framework").startSpan("x", { attributes: callOf("deploy") });
    await agent.pass(3_000);
    expect(await agent.events()).toEqual([]);
  });
});
