import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT_CONTEXT } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import type { PipelineOptions } from "../../../../exporter/deliver/delivery-options.js";
import { Pipeline } from "../../../../exporter/deliver/pipeline.js";
import { AgentActionSpanProcessor } from "../../../../exporter/index.js";
import { DELIVERY_ACK_KEY, type DeliveryAck } from "../../../../src/event/delivery-ack.js";
import { readSegment } from "../../../../src/spool/read-segment.js";
import { SegmentFile } from "../../../../src/spool/segment-file.js";
import { HEADER_BYTES } from "../../../../src/spool/segment-header.js";
import { actionTracer, startToolCall } from "../../../helpers/action-spans.js";
import { diagLines, textsAt } from "../../../helpers/diag-lines.js";
import { leftInSpool } from "../../spool/left-in-spool.js";
import { spoolRecord, temporaryFolder, writeSegments } from "../../spool/records.js";
import { startLayer } from "../correlate/layered-spans.js";
import { away, FakeTransport, sent } from "../fake-transport.js";
import { nameOf, optionsWith, recordOf } from "../records.js";

const lines = diagLines();
afterEach(() => void vi.restoreAllMocks());

function pipelineWith(options: Partial<PipelineOptions>, transport = new FakeTransport()) {
  const spoolDirectory = options.spoolDirectory ?? temporaryFolder();
  const pipeline = new Pipeline(
    optionsWith({ spool: "overflow", maxExportBatchSize: 4, ...options, spoolDirectory }),
    transport,
  );
  onTestFinished(() => pipeline.shutdown(0));
  return { pipeline, transport, spoolDirectory };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2);
}

/** An action whose record says its span. */
const recordWithSpan = (name: string) => ({
  ...recordOf(name),
  value: Buffer.from(JSON.stringify({ span_id: name })),
});

const segmentsIn = (folder: string) => readdirSync(folder).filter((file) => file.endsWith(".spool"));

/** What would be sent of the files, whoever has them. */
async function pendingIn(folder: string): Promise<string[]> {
  const found = [];
  for (const file of segmentsIn(folder)) {
    const bytes = readFileSync(join(folder, file));
    const source = {
      size: bytes.length,
      read: async (at: number, count: number) => bytes.subarray(at, at + count),
    };
    const { records } = await readSegment(source, HEADER_BYTES, { maxRecords: 1_000, maxBytes: 10_000_000 });
    found.push(...records.filter(({ isCancelled }) => !isCancelled));
  }
  return found.map(({ record }) => (JSON.parse(record.value.toString()) as { span_id: string }).span_id);
}

/** A disk that takes nothing until it is told to. */
function fullDisk(): { works: boolean } {
  const disk = { works: false };
  for (const method of ["append", "appendLater"] as const) {
    const original = SegmentFile.prototype[method] as (bytes: Buffer) => never;
    vi.spyOn(SegmentFile.prototype, method).mockImplementation(function (this: SegmentFile, bytes: Buffer) {
      if (!disk.works) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      return original.call(this, bytes);
    });
  }
  return disk;
}

test("what does not fit in memory goes to the disk, and comes back in order before what is new", async () => {
  const { pipeline, transport, spoolDirectory } = pipelineWith({ maxQueueSize: 20 }, new FakeTransport(away));
  const names = Array.from({ length: 200 }, (_, index) => `event-${index}`);
  for (const name of names.slice(0, 150)) expect(pipeline.offer(recordOf(name))).toBeDefined();
  await until(() => pipeline.stats().spooled > 100);
  expect(pipeline.stats().dropped).toMatchObject({ queue_full: 0, spool_failed: 0 });
  await until(() => textsAt(lines, "warn").length > 0);
  expect(textsAt(lines, "warn")[0]).toContain(`memory and in the spool ${spoolDirectory}, and`);
  transport.answer = sent;
  for (const name of names.slice(150)) pipeline.offer(recordOf(name));
  expect(await pipeline.flush()).toBe(true);
  expect(transport.landed.map(nameOf)).toEqual(names);
  expect(pipeline.stats()).toMatchObject({ ended: 200, acked: 200, spooled: 0 });
  await pipeline.shutdown();
  expect(readdirSync(spoolDirectory)).toEqual([]);
});

test("records keep their headers on the disk, with epoch and number", async () => {
  const { pipeline, spoolDirectory } = pipelineWith({ maxQueueSize: 4 }, new FakeTransport(away));
  for (let index = 0; index < 30; index++) pipeline.offer(recordOf(`event-${index}`));
  await pipeline.shutdown(0);
  const left = await leftInSpool(spoolDirectory);
  expect(left.map(({ headers }) => headers["producer-sequence"])).toEqual(
    Array.from({ length: 30 }, (_, index) => String(index + 1)),
  );
  expect(new Set(left.map(({ headers }) => headers["producer-epoch"])).size).toBe(1);
});

test("the newest is dropped where the folder has as much as it may", async () => {
  const { pipeline } = pipelineWith({ maxQueueSize: 10, spoolMaxBytes: 1_048_576 }, new FakeTransport(away));
  for (let index = 0; index < 100; index++) {
    pipeline.offer(recordOf(`event-${index}`, { bytes: 20_000 }));
    if (index % 4 === 0) await sleep(1);
  }
  const { spooled, dropped, spool } = pipeline.stats();
  expect(spool.bytes).toBeLessThanOrEqual(1_048_576);
  expect(spooled).toBeGreaterThan(40);
  expect(dropped.spool_full).toBeGreaterThan(30);
  expect(textsAt(lines, "warn").filter((text) => text.includes("spoolMaxBytes"))).toHaveLength(1);
});

test("a disk that took nothing a moment ago is tried once more at the end", async () => {
  const disk = fullDisk();
  const { pipeline, spoolDirectory } = pipelineWith({ maxQueueSize: 4 }, new FakeTransport(away));
  for (let index = 0; index < 10; index++) pipeline.offer(recordOf(`event-${index}`));
  expect(pipeline.stats()).toMatchObject({ spooled: 0, dropped: { spool_failed: 6 } });
  disk.works = true;
  await pipeline.shutdown(0);
  expect(pipeline.stats()).toMatchObject({ spooled: 4, dropped: { spool_failed: 6 } });
  expect(await leftInSpool(spoolDirectory)).toHaveLength(4);
});

test("in the mode always a receipt is true for what is on the disk, and everything is sent all the same", async () => {
  const disk = fullDisk();
  const transport = new FakeTransport(away);
  const processor = new AgentActionSpanProcessor({
    transport,
    flushOnExit: false,
    lingerMillis: 0,
    spool: "always",
    spoolDirectory: temporaryFolder(),
  });
  const tracer = actionTracer(new BasicTracerProvider({ spanProcessors: [processor] }));
  const record = (): boolean | undefined => {
    const ack: DeliveryAck = {};
    startToolCall(tracer, "search", { parent: ROOT_CONTEXT.setValue(DELIVERY_ACK_KEY, ack) }).end();
    return ack.taken;
  };
  expect([record(), record()]).toEqual([false, false]);
  disk.works = true;
  // Not tried again at once.
  expect(record()).toBe(false);
  const now = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => now + 6_000);
  expect(record()).toBe(true);
  vi.mocked(performance.now).mockRestore();
  expect(processor.stats()).toMatchObject({ ended: 4, spool: { memoryOnly: 3, writeErrors: 1 } });
  const said = lines.map(({ text }) => text).filter((text) => text.includes("to the spool"));
  expect(said).toEqual([
    expect.stringContaining("cannot be written to the spool"),
    expect.stringMatching(/written to the spool in .* again/),
  ]);
  transport.answer = sent;
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ acked: 4 });
  await processor.shutdown();
});

test("in the mode always a call that is held is on the disk as it is, until another event stands for it", async () => {
  const spoolDirectory = temporaryFolder();
  const transport = new FakeTransport(away);
  const processor = new AgentActionSpanProcessor({
    transport,
    flushOnExit: false,
    spool: "always",
    spoolDirectory,
    shutdownTimeoutMillis: 0,
  });
  const provider = new BasicTracerProvider({ spanProcessors: [processor] });
  const call = { tool: "search", args: { q: "refunds" }, callId: "c1" };
  const outer = startLayer(provider, "ai-sdk", call);
  const inner = startLayer(provider, "mcp-client", { ...call, around: outer });
  inner.end();
  expect(processor.stats()).toMatchObject({ held: 1 });
  expect(await pendingIn(spoolDirectory)).toEqual([inner.spanContext().spanId]);
  outer.end();
  expect(processor.stats()).toMatchObject({ held: 0, deduplicated: 1 });
  expect(await pendingIn(spoolDirectory)).toEqual([outer.spanContext().spanId]);
  await processor.shutdown();
  expect((await leftInSpool(spoolDirectory)).length).toBe(1);
});

test("nothing of a secret is on the disk", async () => {
  const spoolDirectory = temporaryFolder();
  const processor = new AgentActionSpanProcessor({
    transport: new FakeTransport(away),
    flushOnExit: false,
    spool: "always",
    spoolDirectory,
    shutdownTimeoutMillis: 0,
  });
  const tracer = actionTracer(new BasicTracerProvider({ spanProcessors: [processor] }));
  startToolCall(tracer, "login", { arguments: { user: "ada", password: "swordfish-77" } }).end();
  const bytes = segmentsIn(spoolDirectory).map((file) => readFileSync(join(spoolDirectory, file), "utf8"));
  expect(bytes.join()).toContain("ada");
  expect(bytes.join()).not.toContain("swordfish");
  await processor.shutdown();
});

test("what earlier processes left is sent a batch at a time, so that new events do not wait for it", async () => {
  const spoolDirectory = temporaryFolder();
  writeSegments(
    spoolDirectory,
    Array.from({ length: 100 }, (_, index) => spoolRecord(`old-${index}`)),
    {
      spooledAt: Date.now(),
    },
  );
  const { pipeline, transport } = pipelineWith({ spoolDirectory });
  let made = 0;
  transport.answer = async () => {
    if (transport.landed.length > 8 && made < 20) pipeline.offer(recordOf(`new-${made++}`));
    await sleep(1);
    return { status: "sent" };
  };
  await until(() => transport.landed.length === 120);
  const names = transport.landed.map(nameOf);
  const old = names.filter((name) => name.startsWith("old"));
  expect(old).toEqual(Array.from({ length: 100 }, (_, index) => `old-${index}`));
  // None of the new ones waited for more than a batch and what was under way.
  expect(names.indexOf("new-19")).toBeLessThan(100);
  await until(() => readdirSync(spoolDirectory).length === 0);
  expect(pipeline.stats()).toMatchObject({ ended: 20, acked: 20, spool: { replayed: 100 } });
});

test("what is too old, damaged, or of another topic is not sent: removed, set aside, and left", async () => {
  const spoolDirectory = temporaryFolder();
  const now = { spooledAt: Date.now() };
  writeSegments(spoolDirectory, [spoolRecord("too old")], {
    epoch: "old",
    spooledAt: Date.now() - 604_900_000,
  });
  writeSegments(spoolDirectory, [spoolRecord("elsewhere")], {
    epoch: "other",
    topic: "another-topic",
    ...now,
  });
  writeSegments(
    spoolDirectory,
    ["a", "b", "c"].map((name) => spoolRecord(name, 200)),
    { epoch: "flipped", ...now },
  );
  const flipped = join(spoolDirectory, segmentsIn(spoolDirectory).find((file) => file.includes("flipped"))!);
  const bytes = readFileSync(flipped);
  // In the value of the second record.
  bytes[bytes.indexOf("b.....") + 20] = 0;
  writeFileSync(flipped, bytes);
  const garbage = "1764400000000.garbage.000001.free.spool";
  writeFileSync(join(spoolDirectory, garbage), Buffer.alloc(1_000, "x"));

  const { pipeline, transport } = pipelineWith({ spoolDirectory });
  await until(() => segmentsIn(spoolDirectory).length === 1);
  expect(transport.landed.map(nameOf)).toEqual(["a", "c"]);
  expect(pipeline.stats().spool).toMatchObject({ replayed: 2, setAside: 2, expired: 1 });
  const left = readdirSync(spoolDirectory).sort();
  expect(left.map((file) => file.split(".")[1]).sort()).toEqual(["flipped", "garbage", "other"]);
  expect(left.filter((file) => file.endsWith(".corrupt"))).toHaveLength(2);
});

test("after a forced flush for which Kafka is away, what is in memory is on the disk too, until Kafka has it", async () => {
  const { pipeline, transport, spoolDirectory } = pipelineWith({ flushTimeoutMillis: 20 });
  transport.answer = away;
  for (const name of ["a", "b", "c", "d", "e", "f"]) pipeline.offer(recordWithSpan(name));
  await pipeline.flushAndKeep();
  expect((await pendingIn(spoolDirectory)).sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
  await pipeline.flushAndKeep();
  expect(await pendingIn(spoolDirectory)).toHaveLength(6);
  const { buffered, inFlight, spooled } = pipeline.stats();
  expect({ inMemory: buffered + inFlight, spooled }).toEqual({ inMemory: 6, spooled: 0 });
  transport.answer = sent;
  expect(await pipeline.flush(5_000)).toBe(true);
  expect(pipeline.stats()).toMatchObject({ acked: 6, spooled: 0 });
  await pipeline.shutdown();
  expect(segmentsIn(spoolDirectory)).toEqual([]);
});

test("what was copied by a forced flush is in the spool once when the process ends after all", async () => {
  const { pipeline, transport, spoolDirectory } = pipelineWith({ flushTimeoutMillis: 20 });
  transport.answer = away;
  pipeline.offer(recordWithSpan("a"));
  await pipeline.flushAndKeep();
  await pipeline.shutdown(20);
  expect(pipeline.stats()).toMatchObject({ spooled: 1, buffered: 0 });
  expect(await pendingIn(spoolDirectory)).toEqual(["a"]);
});
