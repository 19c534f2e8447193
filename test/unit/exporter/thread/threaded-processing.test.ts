import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT_CONTEXT } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { expect, onTestFinished, test } from "vitest";
import type { ExporterStats } from "../../../../exporter/deliver/delivery-counters.js";
import type { ActionRecord } from "../../../../exporter/deliver/serialize.js";
import { resolveExporterOptions } from "../../../../exporter/resolve-exporter-options.js";
import { SpanProcessing } from "../../../../exporter/span-processing.js";
import { SpanServer } from "../../../../exporter/thread/span-server.js";
import type { SpanThread } from "../../../../exporter/thread/thread-link.js";
import type { ThreadSettings } from "../../../../exporter/thread/thread-messages.js";
import { type MakeProcessing, ThreadedProcessing } from "../../../../exporter/thread/threaded-processing.js";
import {
  DELIVERY_ACK_KEY,
  type DeliveryAck,
  LARGE_CONTENTS_KEY,
} from "../../../../src/event/delivery-ack.js";
import { formatSegmentName } from "../../../../src/spool/segment-name.js";
import { actionTracer, recordToolCall } from "../../../helpers/action-spans.js";
import { diagLines, textsAt } from "../../../helpers/diag-lines.js";
import { type Answer, heldBack, sent } from "../fake-transport.js";

const lines = diagLines();

/** A thread that is none: what it would do is done in this one, in later turns. */
class NoThread extends EventEmitter implements SpanThread {
  readonly settings: ThreadSettings;

  constructor(settings: ThreadSettings) {
    super();
    this.settings = settings;
  }

  /** The logger of `diag` is the same in a thread that is none: it is not told of it. */
  begin(): void {
    const { port } = this.settings;
    const quiet = {
      on: (event: "message", listener: (message: object) => void) =>
        port.on(event, (message) => "hasLogger" in message || listener(message)),
      postMessage: (message: unknown) => port.postMessage(message),
      close: () => port.close(),
    };
    new SpanServer({ ...this.settings, port: quiet as unknown as ThreadSettings["port"] });
  }

  ref(): void {}
  unref(): void {}

  async terminate(): Promise<void> {
    this.settings.port.close();
  }
}

interface Given {
  readonly answer?: Answer;
  readonly maxQueueSize?: number;
  readonly largeResults?: string;
  readonly spoolDirectory?: string;
  /** Where the thread stays silent, or cannot be started. */
  readonly thread?: "silent" | "none";
}

function setUp({ answer = sent, thread, maxQueueSize = 20_000, largeResults, spoolDirectory }: Given = {}) {
  const landed: ActionRecord[] = [];
  // The agent's own thread may send while one that has failed still does.
  const transport = {
    answer,
    async send(records: readonly ActionRecord[]) {
      const result = await transport.answer(records);
      if (result.status === "sent") landed.push(...records);
      return result;
    },
    close: () => Promise.resolve(),
  };
  const options = {
    transport,
    flushOnExit: false,
    lingerMillis: 0,
    spanThread: true,
    maxQueueSize,
    largeResults,
    spoolDirectory,
  };
  const threads: NoThread[] = [];
  const makeLocal: MakeProcessing = (given, resolved) => new SpanProcessing(given, resolved);
  const resolved = resolveExporterOptions(options, {});
  const processing = new ThreadedProcessing(options, resolved, makeLocal, (settings) => {
    if (thread === "none") throw new Error("span-thread.js is not there");
    const one = new NoThread(settings);
    threads.push(one);
    if (thread !== "silent") setImmediate(() => one.begin());
    return one;
  });
  const provider = new BasicTracerProvider({ spanProcessors: [processing] });
  const tracer = actionTracer(provider);
  const record = (count: number) => {
    for (let index = 0; index < count; index++) recordToolCall(tracer, `tool-${index}`);
  };
  const tools = () => landed.map(({ value }) => JSON.parse(value.toString()).action_name);
  return { transport, processing, provider, tracer, threads, record, tools };
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `tool-${index}`);

/** Law 4: each is at one place. */
function expectWhole({ ended, dropped, ...at }: ExporterStats): void {
  const places = at.ignored + at.unsampled + at.deduplicated + at.held + at.acked;
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  expect(ended).toBe(places + at.buffered + at.inFlight + at.spooled + lost);
}

test("what is recorded arrives, in its order, and is counted at every moment", async () => {
  const { processing, record, tools } = setUp();
  record(500);
  expect(processing.stats()).toMatchObject({ ended: 500, buffered: 500 });
  expectWhole(processing.stats());
  await processing.forceFlush();
  expect(tools()).toEqual(names(500));
  expect(processing.stats()).toMatchObject({ ended: 500, acked: 500, buffered: 0, queuedBytes: 0 });
  await processing.shutdown();
});

test("what came of each attempt to send is known when it has ended, and of what is no action at once", async () => {
  const gate = heldBack();
  const { transport, processing, provider, record } = setUp({ answer: gate.answer });
  record(1);
  await gate.asked;
  expect(processing.stats()).toMatchObject({ ended: 1, acked: 0 });
  expectWhole(processing.stats());
  transport.answer = sent;
  const looks: ExporterStats[] = [];
  const send = transport.send.bind(transport);
  transport.send = async (records) => {
    looks.push(processing.stats());
    return send(records);
  };
  gate.release({ status: "sent" });
  await expect.poll(() => processing.stats().acked, { timeout: 60_000 }).toBe(1);
  record(1);
  await expect.poll(() => processing.stats().acked, { timeout: 60_000 }).toBe(2);
  for (const one of looks) expectWhole(one);
  provider.getTracer("other").startSpan("GET /").end();
  await expect.poll(() => processing.stats().ignored, { timeout: 60_000 }).toBe(1);
  expectWhole(processing.stats());
  await processing.shutdown();
});

test("a thread begins with the first span that ends, and with what an earlier process left", async () => {
  const spoolDirectory = mkdtempSync(join(tmpdir(), "agent-actions-left-"));
  onTestFinished(() => rmSync(spoolDirectory, { recursive: true, force: true }));
  const idle = setUp({ spoolDirectory });
  expect(idle.threads).toHaveLength(0);
  await idle.processing.shutdown();
  // Of nobody: free to be sent.
  writeFileSync(
    join(spoolDirectory, formatSegmentName({ createdAt: 1, epoch: "0a", number: 1, owner: undefined })),
    "",
  );
  const { processing, threads } = setUp({ spoolDirectory });
  expect(threads).toHaveLength(0);
  await expect.poll(() => threads.length, { timeout: 60_000 }).toBe(1);
  await processing.shutdown();
});

test("a span is told without a flush, and a receipt says that there is room for it", async () => {
  const { processing, tracer, tools } = setUp();
  const ack: DeliveryAck = {};
  tracer.startSpan("execute_tool", TOOL, ROOT_CONTEXT.setValue(DELIVERY_ACK_KEY, ack)).end();
  expect(ack.taken).toBe(true);
  await expect.poll(tools, { timeout: 60_000 }).toEqual(["search"]);
  await processing.shutdown();
});

const TOOL = { attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search" } };

test("what does not fit in the queue is not accepted, and counted, wherever the others are", async () => {
  const { answer, release } = heldBack();
  const { processing, tracer, record, tools } = setUp({ answer, maxQueueSize: 100 });
  record(60);
  await expect.poll(() => processing.stats().inFlight, { timeout: 60_000 }).toBeGreaterThan(0);
  record(60);
  const ack: DeliveryAck = {};
  tracer.startSpan("execute_tool", TOOL, ROOT_CONTEXT.setValue(DELIVERY_ACK_KEY, ack)).end();
  expect(ack.taken).toBe(false);
  release({ status: "sent" });
  await processing.forceFlush();
  expect(tools()).toHaveLength(100);
  expect(processing.stats()).toMatchObject({ ended: 121, acked: 100, dropped: { queue_full: 21 } });
  expectWhole(processing.stats());
  await processing.shutdown();
});

test("where no thread can be started the agent's own does the work, and nothing is lost", async () => {
  const { processing, record, tools } = setUp({ thread: "none" });
  record(300);
  await processing.forceFlush();
  record(10);
  await processing.forceFlush();
  expect(tools()).toEqual([...names(300), ...names(10)]);
  expect(processing.stats()).toMatchObject({ ended: 310, acked: 310 });
  expect(textsAt(lines, "warn")).toEqual([
    expect.stringContaining("span-thread.js is not there. The agent's own thread does its work from now on."),
  ]);
  await processing.shutdown();
});

test("a thread that fails before it has begun has lost nothing", async () => {
  const { processing, record, threads, tools } = setUp({ thread: "silent" });
  record(300);
  threads[0]?.emit("error", new Error("out of memory"));
  record(10);
  await processing.forceFlush();
  expect(tools()).toEqual([...names(300), ...names(10)]);
  await processing.shutdown();
});

test("what a thread had that fails is counted, and what it had not taken arrives", async () => {
  const { answer, release } = heldBack();
  const { processing, provider, tracer, transport, record, threads, tools } = setUp({ answer });
  record(5);
  await expect.poll(() => processing.stats().inFlight, { timeout: 60_000 }).toBe(5);
  const run = tracer.startSpan("invoke_agent", RUN);
  record(70);
  threads[0]?.emit("exit", 1);
  transport.answer = sent;
  run.end();
  record(3);
  await processing.forceFlush();
  const stats = processing.stats();
  expect(stats).toMatchObject({ ended: 79, dropped: { internal_error: 5 }, inFlight: 0, buffered: 0 });
  expect(stats.acked + stats.ignored).toBe(74);
  expectWhole(stats);
  expect(tools().filter((name) => name.startsWith("tool-"))).toEqual([...names(70), ...names(3)]);
  expect(textsAt(lines, "warn")[0]).toContain("Events that it had, and that may not have arrived: 5.");
  release({ status: "sent" });
  await provider.shutdown();
});

const RUN = { attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "planner" } };

test("what comes after shutdown() is counted", async () => {
  const { processing, record, tools } = setUp();
  record(3);
  await processing.shutdown();
  record(2);
  await processing.forceFlush();
  expect(tools()).toEqual(names(3));
  expect(processing.stats()).toMatchObject({ ended: 5, acked: 3, dropped: { shut_down: 2 } });
});

test("a span that cannot be read is counted, and spoils nothing for others", async () => {
  const { processing, record, tools } = setUp();
  record(1);
  const broken = {
    spanContext: () => ({ traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 }),
    get attributes() {
      throw new Error("of the host");
    },
  };
  processing.onEnd(broken as never);
  record(2);
  await processing.forceFlush();
  expect(tools()).toEqual(["tool-0", ...names(2)]);
  expect(processing.stats()).toMatchObject({ ended: 4, acked: 3, dropped: { internal_error: 1 } });
  await processing.shutdown();
});

test("with a folder for large results the API leaves them whole in this thread", async () => {
  Reflect.deleteProperty(globalThis, LARGE_CONTENTS_KEY);
  const { processing } = setUp({ largeResults: "/var/large" });
  expect(Reflect.get(globalThis, LARGE_CONTENTS_KEY)).toBe(67_108_864);
  Reflect.deleteProperty(globalThis, LARGE_CONTENTS_KEY);
  await processing.shutdown();
});
