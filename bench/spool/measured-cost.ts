/** The process that is measured: a tool call of the own API, over and over, at a rate, with a transport that takes all or nothing. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { AgentActionSpanProcessor, type Transport } from "otel-agent-actions/exporter";
import type { SpoolFsync, SpoolMode } from "../../exporter/deliver/spool-settings.js";
import { TransportError } from "../../src/errors.js";
import { actionTracer, startToolCall } from "../../test/helpers/action-spans.js";
import { pacedLoad } from "../agent/paced-load.js";

export interface CostOrder {
  readonly spool: SpoolMode;
  readonly fsync: SpoolFsync;
  readonly isAway: boolean;
  readonly actions: number;
  readonly directory: string;
}

export interface CostReport {
  /** Processor time of all threads. */
  readonly cpuMicros: number;
  /** How long the agent's turn was taken by the end of a span. */
  readonly turnMicros: number;
  readonly delayP99Millis: number;
}

process.once("message", async (order: CostOrder) => {
  process.send?.(await measure(order));
  process.disconnect();
});

async function measure({ spool, fsync, isAway, actions, directory }: CostOrder): Promise<CostReport> {
  const transport: Transport = {
    send: async (records) =>
      isAway
        ? { status: "retryable", error: new TransportError("away"), remaining: records }
        : { status: "sent" },
    close: () => Promise.resolve(),
  };
  const processor = new AgentActionSpanProcessor({
    transport,
    flushOnExit: false,
    spool,
    spoolFsync: fsync,
    spoolDirectory: directory,
    // So that nearly everything goes to the disk while Kafka is away.
    ...(isAway ? { maxQueueSize: 1_000 } : {}),
    shutdownTimeoutMillis: 0,
  });
  const tracer = actionTracer(new BasicTracerProvider({ spanProcessors: [processor] }));
  let turn = 0;
  const act = () => {
    const span = startToolCall(tracer, "Read", {
      arguments: { file_path: "src/consumer/process-batch.ts", offset: 0, limit: 200 },
      result: {
        line_count: 187,
        first_line: "/** From records to rows, and the promise that goes with it. */",
      },
    });
    const began = process.hrtime.bigint();
    span.end();
    turn += Number(process.hrtime.bigint() - began);
  };
  await pacedLoad(act, { actions: Math.min(10_000, actions), perSecond: 5_000 });
  turn = 0;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const before = process.cpuUsage();
  await pacedLoad(act, { actions, perSecond: fsync === "always" ? 200 : 5_000 });
  const used = process.cpuUsage(before);
  delay.disable();
  const { ended, acked, buffered, inFlight, spooled } = processor.stats();
  if (acked + buffered + inFlight + spooled !== ended) throw new Error("Something was lost.");
  await processor.shutdown();
  return {
    cpuMicros: (used.user + used.system) / actions,
    turnMicros: turn / actions / 1_000,
    delayP99Millis: Math.max(0, delay.percentile(99) / 1e6 - 1),
  };
}
