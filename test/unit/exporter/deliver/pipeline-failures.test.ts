import { expect, test, vi } from "vitest";
import { Pipeline } from "../../../../exporter/deliver/pipeline.js";
import type { Outcome } from "../../../../exporter/deliver/send-queue.js";
import { diagLines, textsAt } from "../../../helpers/diag-lines.js";
import { away, FakeTransport, refusing, sent } from "../fake-transport.js";
import { nameOf, optionsWith, recordOf } from "../records.js";

const lines = diagLines();

test("a batch that did not arrive is repeated just as it was, and nothing overtakes it", async () => {
  let outages = 3;
  const transport = new FakeTransport((records) => (outages-- > 0 ? away(records) : sent(records)));
  const pipeline = new Pipeline(optionsWith({ maxExportBatchSize: 2 }), transport);
  for (const name of ["a", "b", "c", "d"]) pipeline.offer(recordOf(name));
  await pipeline.flush();
  expect(transport.calls.map((call) => call.map(nameOf).join(""))).toEqual(["ab", "ab", "ab", "ab", "cd"]);
  expect(new Set(transport.calls.slice(0, 4)).size).toBe(1);
});

test("an outage is told once when it begins and once when it is over", async () => {
  let outages = 4;
  const transport = new FakeTransport((records) => (outages-- > 0 ? away(records) : sent(records)));
  const pipeline = new Pipeline(optionsWith(), transport);
  pipeline.offer(recordOf("a"));
  await pipeline.flush();
  const told = lines.filter(({ level }) => level === "warn" || level === "info").map(({ text }) => text);
  expect(told).toHaveLength(2);
  expect(told[0]).toContain("Kafka cannot be reached at 127.0.0.1:9092: connect ECONNREFUSED.");
  expect(told[1]).toContain("failed attempts: 4");
});

test("a topic that is missing holds back nothing but its own events", async () => {
  const transport = new FakeTransport((records) =>
    records[0]?.kind === "execution" ? away(records) : sent(records),
  );
  const pipeline = new Pipeline(optionsWith(), transport);
  pipeline.offer(recordOf("stuck", { kind: "execution" }));
  pipeline.offer(recordOf("free"));
  expect(await pipeline.flush(100)).toBe(false);
  expect(transport.landed.map(nameOf)).toEqual(["free"]);
  expect(pipeline.stats()).toMatchObject({ acked: 1 });
  await pipeline.shutdown(0);
});

test("a record that Kafka refuses is dropped alone, and its neighbours land", async () => {
  const transport = new FakeTransport(refusing((record) => nameOf(record) === "bad"));
  const pipeline = new Pipeline(optionsWith(), transport);
  const outcomes: Outcome[] = [];
  for (const name of ["a", "bad", "b"]) pipeline.offer(recordOf(name), (outcome) => outcomes.push(outcome));
  await pipeline.flush();
  expect(transport.landed.map(nameOf)).toEqual(["a", "b"]);
  expect(pipeline.stats()).toMatchObject({ ended: 3, acked: 2 });
  expect(pipeline.stats().dropped.refused).toBe(1);
  expect(outcomes).toContainEqual({ delivered: false, reason: "refused" });
  expect(textsAt(lines, "warn")[0]).toContain("Kafka refused an event: too large.");
});

test("of a batch that arrived in part, only the rest is repeated", async () => {
  let first = true;
  const transport = new FakeTransport((records) => {
    if (!first) return sent(records);
    first = false;
    const result = away(records);
    return { ...result, remaining: records.slice(1) } as ReturnType<typeof away>;
  });
  const pipeline = new Pipeline(optionsWith(), transport);
  for (const name of ["a", "b", "c"]) pipeline.offer(recordOf(name));
  await pipeline.flush();
  expect(transport.calls.map((call) => call.map(nameOf).join(""))).toEqual(["abc", "bc"]);
  expect(pipeline.stats()).toMatchObject({ acked: 3, queuedBytes: 0 });
});

test("a transport that breaks its word and throws is an outage like any other", async () => {
  let throws = 2;
  const transport = new FakeTransport((records) => {
    if (throws-- > 0) throw new Error("boom");
    return sent(records);
  });
  const pipeline = new Pipeline(optionsWith(), transport);
  pipeline.offer(recordOf("a"));
  await pipeline.flush();
  expect(pipeline.stats()).toMatchObject({ acked: 1 });
  expect(textsAt(lines, "warn")[0]).toContain("boom");
});

test.each([
  ["nothing", undefined],
  ["a text", "sent"],
  ["a status that there is not", { status: "ok" }],
  ["refused records that it was not given", { status: "failed", refused: [recordOf("another")] }],
])("a transport that returns %s acknowledges nothing, and the batch is sent again", async (_name, result) => {
  let wrong = 2;
  const transport = new FakeTransport();
  transport.send = async (records) => {
    transport.calls.push(records);
    return wrong-- > 0 ? (result as never) : { status: "sent" };
  };
  const pipeline = new Pipeline(optionsWith(), transport);
  pipeline.offer(recordOf("a"));
  await pipeline.flush();
  expect(transport.calls).toHaveLength(3);
  expect(pipeline.stats()).toMatchObject({ acked: 1 });
  expect(textsAt(lines, "warn").filter((text) => text.includes("wait in memory"))).toHaveLength(1);
});

test("a transport that cannot be closed is no reason not to end", async () => {
  const transport = new FakeTransport();
  transport.close = () => {
    throw new Error("boom");
  };
  const pipeline = new Pipeline(optionsWith(), transport);
  pipeline.offer(recordOf("a"));
  await pipeline.shutdown();
  expect(pipeline.stats()).toMatchObject({ acked: 1 });
});

test("who waits for an event and throws does not stop the others", async () => {
  const transport = new FakeTransport();
  const pipeline = new Pipeline(optionsWith(), transport);
  pipeline.offer(recordOf("a"), () => {
    throw new Error("of the host");
  });
  pipeline.offer(recordOf("b"));
  expect(await pipeline.flush()).toBe(true);
  expect(pipeline.stats()).toMatchObject({ acked: 2 });
});

test("after a flush that was not done in time, retries are as patient as before it", async () => {
  vi.useFakeTimers();
  try {
    const attempts = async (flushes: boolean): Promise<number> => {
      const transport = new FakeTransport(away);
      const pipeline = new Pipeline(optionsWith(), transport);
      pipeline.offer(recordOf("a"));
      const flushed = flushes ? pipeline.flush(100) : undefined;
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await flushed).toBe(flushes ? false : undefined);
      const before = transport.calls.length;
      await vi.advanceTimersByTimeAsync(100_000);
      return transport.calls.length - before;
    };
    // Waits of 2.5 to 5 seconds; those of a flush are half a second at most.
    expect(await attempts(true)).toBeLessThanOrEqual(45);
    expect(await attempts(false)).toBeLessThanOrEqual(45);
  } finally {
    vi.useRealTimers();
  }
});

test("a flush gives up early while Kafka is away, where that is asked for", async () => {
  const transport = new FakeTransport(away);
  const pipeline = new Pipeline(optionsWith(), transport);
  pipeline.offer(recordOf("a"));
  expect(await pipeline.flush(3_600_000, 50)).toBe(false);
  expect(pipeline.stats()).toMatchObject({ buffered: 1 });
  await pipeline.shutdown(0);
});
