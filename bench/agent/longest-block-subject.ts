/** One subject of longest-block.ts: records a value some times, and says what the longest turn of each took. */
import { type Attributes, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { ActionLogger } from "otel-agent-actions";
import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
import { type LargeValue, largeObject, largeText } from "./large-values.js";
import { mainThreadMicros } from "./main-thread-micros.js";

export interface BlockOrder {
  readonly name: LargeValue;
  /** Characters of JSON, about. */
  readonly size: number;
  readonly rounds: number;
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

async function measure({ name, size, rounds }: BlockOrder): Promise<BlockReport> {
  let records = 0;
  const transport = {
    send: async (batch: readonly unknown[]) => {
      records += batch.length;
      return { status: "sent" as const };
    },
    close: () => Promise.resolve(),
  };
  const processor = new AgentActionSpanProcessor({ transport, flushOnExit: false });
  const provider = new NodeTracerProvider({ spanProcessors: [processor] });
  provider.register();
  const settle = () => provider.forceFlush();
  const warm = actionOf(name, WARM_UP_SIZE, provider.getTracer("bench"));
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    await warm();
    await settle();
  }

  const act = actionOf(name, size, provider.getTracer("bench"));
  const cpuMillis: number[] = [];
  const wallMillis: number[] = [];
  for (let round = 0; round < rounds; round++) {
    global.gc?.();
    const turns = watchTurns();
    await act();
    await settle();
    const longest = await turns.end();
    cpuMillis.push(longest.cpu);
    wallMillis.push(longest.wall);
  }
  if (records !== WARM_UP_ROUNDS + rounds)
    throw new Error(`${records} records of ${WARM_UP_ROUNDS + rounds}`);
  await provider.shutdown();
  return { cpuMillis, wallMillis };
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
  const isText = name === "text" || name === "secrets" || name === "brackets";
  const value = isText ? largeText(name, size) : largeObject(name, size);
  return () => logger.toolCall("Read", { file_path: "a.ts" }, async () => value);
}

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
  return () => {
    const span = tracer.startSpan("execute_tool Read", {
      attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "Read" },
    });
    span.setAttribute("gen_ai.tool.call.result", value);
    if (name === "foreign-error") span.setStatus({ code: SpanStatusCode.ERROR, message: text });
    span.end();
  };
}
