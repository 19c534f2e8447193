import { expect, test } from "vitest";
import { Pipeline } from "../../../../exporter/deliver/pipeline.js";
import type { ActionRecord } from "../../../../exporter/deliver/serialize.js";
import { diagLines } from "../../../helpers/diag-lines.js";
import { type Answer, away, FakeTransport, sent } from "../fake-transport.js";
import { optionsWith, recordOf } from "../records.js";

diagLines();

const fact = (name: string): ActionRecord => ({ ...recordOf(name), kind: "span_attribution" });

const factsAway: Answer = (records) =>
  records[0]?.kind === "span_attribution" ? away(records) : sent(records);

test("facts are sent beside the events and counted apart from them", async () => {
  const transport = new FakeTransport();
  const pipeline = new Pipeline(optionsWith(), transport);
  pipeline.offer(recordOf("event"));
  pipeline.offer(fact("fact"));
  expect(pipeline.stats()).toMatchObject({
    ended: 1,
    spanAttributions: { acked: 0, waiting: 1, dropped: 0 },
  });
  await pipeline.flush();
  expect(pipeline.stats()).toMatchObject({
    ended: 1,
    acked: 1,
    queuedBytes: 0,
    spanAttributions: { acked: 1, waiting: 0, dropped: 0 },
  });
});

test("facts without a topic take no place from events, and a flush and a shutdown soon stop waiting for them", async () => {
  const transport = new FakeTransport(factsAway);
  const pipeline = new Pipeline(
    optionsWith({ maxQueueSize: 8, flushTimeoutMillis: 60_000, shutdownTimeoutMillis: 60_000 }),
    transport,
  );
  for (let index = 0; index < 20; index++) pipeline.offer(fact(`fact-${index}`));
  expect(pipeline.stats().spanAttributions).toEqual({ acked: 0, waiting: 2, dropped: 18 });
  for (let index = 0; index < 8; index++) pipeline.offer(recordOf(`event-${index}`));
  expect(await pipeline.flush()).toBe(true);
  expect(pipeline.stats()).toMatchObject({ ended: 8, acked: 8, spanAttributions: { waiting: 2 } });
  expect(pipeline.hasPending).toBe(false);
  await pipeline.shutdown();
  expect(pipeline.stats()).toMatchObject({
    acked: 8,
    spanAttributions: { acked: 0, waiting: 0, dropped: 20 },
  });
  pipeline.offer(fact("late"));
  expect(pipeline.stats().spanAttributions.dropped).toBe(21);
});

test("a process that is about to end waits for facts that are on their way", async () => {
  const pipeline = new Pipeline(optionsWith(), new FakeTransport());
  pipeline.offer(fact("fact"));
  expect(pipeline.hasPending).toBe(true);
  await pipeline.flush();
  expect(pipeline.hasPending).toBe(false);
});
