import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { droppedInAll, type ExporterStats } from "../../../../exporter/deliver/delivery-counters.js";
import { Pipeline } from "../../../../exporter/deliver/pipeline.js";
import type { Outcome } from "../../../../exporter/deliver/send-queue.js";
import { diagLines, textsAt } from "../../../helpers/diag-lines.js";
import { away, FakeTransport, heldBack, sent } from "../fake-transport.js";
import { nameOf, optionsWith, recordOf } from "../records.js";

const lines = diagLines();

const sumOf = (stats: ExporterStats): number =>
  stats.ignored + stats.acked + stats.buffered + stats.inFlight + droppedInAll(stats);

test("events arrive in the order in which they were offered, in batches within the bounds", async () => {
  const transport = new FakeTransport();
  const pipeline = new Pipeline(optionsWith({ maxExportBatchSize: 7, maxBatchBytes: 1_024 }), transport);
  const names = Array.from({ length: 50 }, (_, index) => `event-${index}`);
  for (const name of names) pipeline.offer(recordOf(name, { bytes: 200 }));
  expect(await pipeline.flush()).toBe(true);
  expect(transport.landed.map(nameOf)).toEqual(names);
  expect(Math.max(...transport.calls.map((call) => call.length))).toBe(5);
  expect(pipeline.stats()).toMatchObject({ ended: 50, acked: 50, buffered: 0, inFlight: 0, queuedBytes: 0 });
});

test("an event larger than a batch may be goes alone", async () => {
  const transport = new FakeTransport();
  const pipeline = new Pipeline(optionsWith({ maxBatchBytes: 1_024 }), transport);
  for (const name of ["a", "b"]) pipeline.offer(recordOf(name, { bytes: 5_000 }));
  await pipeline.flush();
  expect(transport.calls.map((call) => call.map(nameOf))).toEqual([["a"], ["b"]]);
});

test("nothing is sent in the turn of the caller", async () => {
  const transport = new FakeTransport();
  const pipeline = new Pipeline(optionsWith({ maxExportBatchSize: 1 }), transport);
  for (let index = 0; index < 10; index++) pipeline.offer(recordOf(`${index}`));
  expect(transport.calls).toEqual([]);
  await pipeline.flush();
  expect(transport.landed.length).toBe(10);
});

const calls = (transport: FakeTransport) => transport.calls.map((call) => call.map(nameOf));

test("an event that comes after a pause waits for no other, those that follow it within the linger time share a batch", async () => {
  const transport = new FakeTransport();
  const pipeline = new Pipeline(optionsWith({ lingerMillis: 3_600_000 }), transport);
  pipeline.offer(recordOf("a"));
  while (transport.landed.length < 1) await sleep(1);
  pipeline.offer(recordOf("b"));
  await sleep(5);
  pipeline.offer(recordOf("c"));
  expect(calls(transport)).toEqual([["a"]]);
  expect(await pipeline.flush()).toBe(true);
  expect(calls(transport)).toEqual([["a"], ["b", "c"]]);
});

test("events of one turn share a batch", async () => {
  const transport = new FakeTransport();
  const pipeline = new Pipeline(optionsWith({ lingerMillis: 3_600_000 }), transport);
  for (const name of ["a", "b"]) pipeline.offer(recordOf(name));
  while (transport.landed.length < 2) await sleep(1);
  expect(calls(transport)).toEqual([["a", "b"]]);
});

test("what comes within the linger time is sent when it is over", async () => {
  const transport = new FakeTransport();
  const pipeline = new Pipeline(optionsWith({ lingerMillis: 20 }), transport);
  for (const name of ["a", "b", "c"]) {
    pipeline.offer(recordOf(name));
    while (!transport.landed.map(nameOf).includes(name)) await sleep(1);
  }
  expect(calls(transport)).toEqual([["a"], ["b"], ["c"]]);
});

test("a record waits no longer than the linger time where the pause between sends is longer", async () => {
  const transport = new FakeTransport();
  const pipeline = new Pipeline(optionsWith({ lingerMillis: 5, pauseMillis: 3_600_000 }), transport);
  for (const name of ["a", "b"]) {
    pipeline.offer(recordOf(name));
    while (!transport.landed.map(nameOf).includes(name)) await sleep(1);
  }
  expect(calls(transport)).toEqual([["a"], ["b"]]);
});

test("a flush does not wait for the linger time", async () => {
  const transport = new FakeTransport();
  const pipeline = new Pipeline(optionsWith({ lingerMillis: 3_600_000 }), transport);
  for (const name of ["a", "b"]) {
    pipeline.offer(recordOf(name));
    expect(await pipeline.flush()).toBe(true);
  }
  expect(transport.landed.map(nameOf)).toEqual(["a", "b"]);
});

test("a full batch does not wait for the linger time", async () => {
  const transport = new FakeTransport();
  const pipeline = new Pipeline(optionsWith({ lingerMillis: 3_600_000, maxExportBatchSize: 2 }), transport);
  for (const name of ["a", "b", "c"]) pipeline.offer(recordOf(name));
  while (transport.landed.length < 2) await sleep(1);
  expect(transport.landed.map(nameOf)).toEqual(["a", "b"]);
  expect(pipeline.stats()).toMatchObject({ acked: 2, buffered: 1 });
});

test("when the queue is full the new event is dropped and counted, and the old ones stay", async () => {
  const gate = heldBack();
  const transport = new FakeTransport(gate.answer);
  const pipeline = new Pipeline(optionsWith({ maxQueueSize: 3 }), transport);
  const taken = ["a", "b", "c", "d", "e"].map((name) => pipeline.offer(recordOf(name)) !== undefined);
  expect(taken).toEqual([true, true, true, false, false]);
  expect(pipeline.stats()).toMatchObject({ ended: 5, buffered: 3 });
  expect(pipeline.stats().dropped.queue_full).toBe(2);
  expect(textsAt(lines, "warn").filter((text) => text.includes("queue is full"))).toHaveLength(1);

  await gate.asked;
  transport.answer = sent;
  gate.release({ status: "sent" });
  await pipeline.flush();
  expect(transport.landed.map(nameOf)).toEqual(["a", "b", "c"]);
  expect(textsAt(lines, "warn").at(-1)).toContain("Events dropped while it was full: 2");
});

test("the bound in bytes counts what is in flight as well", async () => {
  const gate = heldBack();
  const transport = new FakeTransport(gate.answer);
  const pipeline = new Pipeline(optionsWith({ maxQueueBytes: 1_000 }), transport);
  expect(pipeline.offer(recordOf("a", { bytes: 600 }))).toBeDefined();
  await gate.asked;
  expect(pipeline.stats()).toMatchObject({ inFlight: 1, buffered: 0, queuedBytes: 600 });
  expect(pipeline.offer(recordOf("b", { bytes: 600 }))).toBeUndefined();
  expect(pipeline.offer(recordOf("c", { bytes: 400 }))).toBeDefined();
  transport.answer = sent;
  gate.release({ status: "sent" });
  await pipeline.flush();
  expect(pipeline.stats()).toMatchObject({ acked: 2, queuedBytes: 0 });
});

test("a flush waits for what was there, not for what comes later", async () => {
  const transport = new FakeTransport();
  const pipeline = new Pipeline(optionsWith({ maxExportBatchSize: 1 }), transport);
  pipeline.offer(recordOf("a"));
  const flushed = pipeline.flush();
  const gate = heldBack();
  transport.answer = (records) =>
    nameOf(records[0] as never) === "late" ? gate.answer(records) : sent(records);
  pipeline.offer(recordOf("late"));
  expect(await flushed).toBe(true);
  expect(transport.landed.map(nameOf)).toEqual(["a"]);
  gate.release({ status: "sent" });
});

test("a flush that does not get done in time says so and gives nothing up", async () => {
  const transport = new FakeTransport(away);
  const pipeline = new Pipeline(optionsWith(), transport);
  pipeline.offer(recordOf("a"));
  expect(await pipeline.flush(20)).toBe(false);
  expect(textsAt(lines, "warn").at(-1)).toContain("events still on their way: 1.");
  transport.answer = sent;
  expect(await pipeline.flush()).toBe(true);
  expect(pipeline.stats()).toMatchObject({ acked: 1 });
});

test("shutdown delivers what is there, then takes nothing more", async () => {
  const transport = new FakeTransport();
  const pipeline = new Pipeline(optionsWith({ lingerMillis: 3_600_000 }), transport);
  pipeline.offer(recordOf("a"));
  await Promise.all([pipeline.shutdown(), pipeline.shutdown()]);
  expect(transport.landed.map(nameOf)).toEqual(["a"]);
  expect(transport.closed).toBeDefined();
  expect(pipeline.offer(recordOf("late"))).toBeUndefined();
  expect(pipeline.stats()).toMatchObject({ ended: 2, acked: 1 });
  expect(pipeline.stats().dropped.shut_down).toBe(1);
  expect(textsAt(lines, "info")[0]).toContain("1 of 1 events delivered to Kafka.");
});

test("what is left at the deadline of a shutdown is dropped, counted and told by reason", async () => {
  const gate = heldBack();
  const transport = new FakeTransport(gate.answer);
  const pipeline = new Pipeline(optionsWith({ maxExportBatchSize: 2 }), transport);
  const outcomes: Outcome[] = [];
  for (const name of ["a", "b", "c"]) pipeline.offer(recordOf(name), (outcome) => outcomes.push(outcome));
  await gate.asked;
  await pipeline.shutdown(10);
  expect(pipeline.stats()).toMatchObject({ ended: 3, acked: 0, buffered: 0, inFlight: 0, queuedBytes: 0 });
  expect(pipeline.stats().dropped.shutdown_deadline).toBe(3);
  expect(outcomes).toEqual(Array(3).fill({ delivered: false, reason: "shutdown_deadline" }));
  expect(textsAt(lines, "warn").at(-1)).toContain(
    "0 of 3 events delivered to Kafka. Dropped: 3 shutdown_deadline.",
  );

  gate.release({ status: "sent" });
  await sleep(5);
  expect(sumOf(pipeline.stats())).toBe(3);
  expect(pipeline.stats().acked).toBe(0);
});

test("an event can be withdrawn until it was tried", async () => {
  const gate = heldBack();
  const transport = new FakeTransport(gate.answer);
  const pipeline = new Pipeline(optionsWith({ maxExportBatchSize: 1 }), transport);
  const first = pipeline.offer(recordOf("tried"));
  const second = pipeline.offer(recordOf("waiting"));
  const third = pipeline.offer(recordOf("last"));
  await gate.asked;
  if (!first || !second || !third) throw new Error("all three have to be taken");
  pipeline.withdraw(first, "publish_deadline", "It took too long.");
  pipeline.withdraw(second, "publish_deadline", "It took too long.");
  transport.answer = sent;
  gate.release({ status: "sent" });
  await pipeline.flush();
  expect(transport.landed.map(nameOf)).toEqual(["tried", "last"]);
  expect(pipeline.stats()).toMatchObject({ ended: 3, acked: 2, queuedBytes: 0 });
  expect(pipeline.stats().dropped.publish_deadline).toBe(1);
});

test("records are numbered when they are taken, and keep their number in every attempt", async () => {
  let outages = 2;
  const transport = new FakeTransport((records) => (outages-- > 0 ? away(records) : sent(records)));
  const pipeline = new Pipeline(optionsWith({ maxExportBatchSize: 2 }), transport);
  for (const name of ["a", "b", "c"]) pipeline.offer(recordOf(name));
  await pipeline.flush();
  const sequences = transport.calls.map((call) => call.map(({ headers }) => headers["producer-sequence"]));
  expect(sequences).toEqual([["1", "2"], ["1", "2"], ["1", "2"], ["3"]]);
  const epochs = new Set(transport.calls.flat().map(({ headers }) => headers["producer-epoch"]));
  expect([...epochs]).toEqual([expect.stringMatching(/^[\w-]{12}$/)]);

  const other = new Pipeline(optionsWith(), transport);
  other.offer(recordOf("d"));
  await other.flush();
  const last = transport.landed.at(-1)?.headers;
  expect(last?.["producer-sequence"]).toBe("1");
  expect(epochs.has(last?.["producer-epoch"] ?? "")).toBe(false);
});

test("a number changes nothing of the event, and nothing of the record that was offered", async () => {
  const transport = new FakeTransport();
  const pipeline = new Pipeline(optionsWith(), transport);
  const record = recordOf("a");
  pipeline.offer(record);
  await pipeline.flush();
  expect(record.headers).toEqual({});
  expect(transport.landed[0]?.value).toBe(record.value);
});

test("nothing of the agent's async context reaches the transport", async () => {
  const request = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const transport = new FakeTransport((records) => {
    seen.push(request.getStore());
    return seen.length === 1 ? away(records) : sent(records);
  });
  const pipeline = new Pipeline(optionsWith({ lingerMillis: 1 }), transport);
  request.run("of the agent", () => pipeline.offer(recordOf("a")));
  while (pipeline.stats().acked === 0) await sleep(5);
  request.run("of another", () => pipeline.offer(recordOf("b")));
  await request.run("of a third", () => pipeline.shutdown());
  expect(seen).toEqual([undefined, undefined, undefined]);
});

test("a snapshot of the counts does not change and cannot be changed", async () => {
  const pipeline = new Pipeline(optionsWith(), new FakeTransport());
  const before = pipeline.stats();
  pipeline.offer(recordOf("a"));
  expect(before.ended).toBe(0);
  expect(Object.isFrozen(before) && Object.isFrozen(before.dropped)).toBe(true);
  await pipeline.flush();
});
