/** One subject of longest-block.ts: records a value some times, and says what the longest turn of each took. */
import { type Attributes, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { ActionLogger } from "otel-agent-actions";
import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
import { isText, type LargeValue, largeObject, largeText } from "./large-values.js";
import { mainThreadMicros } from "./main-thread-micros.js";

export interface BlockOrder {
  readonly name: LargeValue;
  /** Characters of JSON, about. */
  readonly size: number;
  readonly rounds: number;
  /** Whether a thread of its own reads the spans, as it does by default. */
  readonly spanThread: boolean;
}

export interface BlockReport {
  readonly cpuMillis: readonly number[];
  readonly wallMillis: readonly number[];
}

const WARM_UP_SIZE = 400_000;
const WARM_UP_ROUNDS = 30;

process.once("message", async (order: BlockOrder) => {
  process.send?.(await measure(order));
  process.disconnect();
});

async function measure({ name, size, rounds, spanThread }: BlockOrder): Promise<BlockReport> {
  const processor = spanThread ? processorWithThread() : processorWithoutThread();
  const provider = new NodeTracerProvider({ spanProcessors: [processor] });
  provider.register();
  const tracer = provider.getTracer("bench");
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    await actionOf(name, WARM_UP_SIZE, tracer)();
    if (spanThread) await nextTurn();
    else await provider.forceFlush();
  }
  await provider.forceFlush();

  const cpuMillis: number[] = [];
  const wallMillis: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // A new value each time: some texts are put together by the engine when they are looked at for the first time.
    const act = actionOf(name, size, tracer);
    global.gc?.();
    await nextTurn();
    const turns = watchTurns();
    await nextTurn();
    await act();
    await provider.forceFlush();
    const longest = await turns.end();
    cpuMillis.push(longest.cpu);
    wallMillis.push(longest.wall);
  }
  const { ended, dropped } = processor.stats();
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  if (ended !== WARM_UP_ROUNDS + rounds || lost > 0)
    throw new Error(`${ended} actions of ${WARM_UP_ROUNDS + rounds}, ${lost} of them dropped`);
  await provider.shutdown();
  return { cpuMillis, wallMillis };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function processorWithoutThread(): AgentActionSpanProcessor {
  const transport = {
    send: async () => ({ status: "sent" as const }),
    close: () => Promise.resolve(),
  };
  return new AgentActionSpanProcessor({ transport, flushOnExit: false });
}

/** The thread has a server that is not there, and room for all that waits for it: what it does is not measured. */
function processorWithThread(): AgentActionSpanProcessor {
  return new AgentActionSpanProcessor({
    spanThread: true,
    brokers: "127.0.0.1:1",
    maxQueueBytes: 2 ** 33,
    flushTimeoutMillis: 100,
    shutdownTimeoutMillis: 100,
    flushOnExit: false,
  });
}

/** Looks at each turn of the event loop what it took. */
function watchTurns(): { end(): Promise<{ cpu: number; wall: number }> } {
  const longest = { cpu: 0, wall: 0 };
  let [cpu, wall] = [mainThreadMicros() ?? 0, performance.now()];
  let isOver = false;
  const look = () => {
    const [nextCpu, nextWall] = [mainThreadMicros() ?? 0, performance.now()];
    longest.cpu = Math.max(longest.cpu, (nextCpu - cpu) / 1_000);
    longest.wall = Math.max(longest.wall, nextWall - wall);
    [cpu, wall] = [nextCpu, nextWall];
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  return {
    end: async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      isOver = true;
      return longest;
    },
  };
}

/** @returns what records the value, in a turn in which the value is there already */
function actionOf(name: LargeValue, size: number, tracer: Tracer): () => unknown {
  if (name.startsWith("foreign")) return foreignSpan(name, size, tracer);
  const logger = new ActionLogger({ agentName: "bench", correlationId: crypto.randomUUID() });
  if (name === "error") {
    const error = new Error(largeText("text", size));
    return () =>
      logger
        .toolCall("Read", {}, async () => Promise.reject(error))
        .catch(() => undefined) as Promise<unknown>;
  }
  if (name === "arguments") {
    const parameters = { file_path: "a.ts", content: largeText("text", size) };
    return () => logger.toolCall("Write", parameters, async () => "ok");
  }
  const value = isText(name) ? largeText(name, size) : largeObject(name, size);
  return () => logger.toolCall("Read", { file_path: "a.ts" }, async () => value);
}

// What its author writes into it is written before: only its end is ours.
function foreignSpan(name: LargeValue, size: number, tracer: Tracer): () => unknown {
  const text = largeText("text", size);
  const value: Attributes[string] =
    name === "foreign-json"
      ? JSON.stringify(largeObject("objects", size))
      : name === "foreign-list"
        ? Array.from({ length: Math.ceil(size / 1_000) }, () => text.slice(0, 1_000))
        : name === "foreign-error"
          ? "failed"
          : text;
  const span = tracer.startSpan("execute_tool Read", {
    attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "Read" },
  });
  span.setAttribute("gen_ai.tool.call.result", value);
  if (name === "foreign-error") span.setStatus({ code: SpanStatusCode.ERROR, message: text });
  return () => span.end();
}
