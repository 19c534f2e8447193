/**
 * What single parts of the agent's side cost an action, in CPU of this process: each with and without it, in turns, so that a machine that
 * becomes slower becomes so for both.
 *
 *     npx tsx bench/agent/parts.ts --rounds 15
 */
import { parseArgs } from "node:util";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { DeliveryMetrics } from "../../exporter/deliver/delivery-metrics.js";
import { heartbeatRecord } from "../../exporter/deliver/heartbeat-record.js";
import { RecordNumbers } from "../../exporter/deliver/record-numbers.js";
import { serializeEvent } from "../../exporter/deliver/serialize.js";
import { AgentActionSpanProcessor, type ExporterOptions } from "../../exporter/index.js";
import type { ProducerHeartbeat } from "../../src/event/index.js";
import { actionTracer, recordToolCall } from "../../test/helpers/action-spans.js";
import { spreadOf } from "./median.js";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "15" } } });
const ROUNDS = Number(values.rounds);
const ACTIONS = 20_000;

/** CPU of one call, µs. */
async function cpuOf(work: () => void, count: number): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < count; index++) {
    work();
    if (index % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

function actionWith(options: ExporterOptions): () => void {
  const transport = { send: async () => ({ status: "sent" as const }), close: () => Promise.resolve() };
  const processor = new AgentActionSpanProcessor({ transport, flushOnExit: false, ...options });
  const tracer = actionTracer(new BasicTracerProvider({ spanProcessors: [processor] }));
  return () => void recordToolCall(tracer, "Read", { arguments: { file_path: "a" }, result: { lines: 3 } });
}

/** Of each pair, the part is what the second has and the first has not. */
const record = serializeEvent("action", { id: "a", agent_name: "agent", correlation_id: "run" });
const numbers = new RecordNumbers();
const metrics = new DeliveryMetrics({
  type: "agent_action_span_processor",
  maxQueueSize: 1,
  stats: () => {
    throw new Error("nobody collects");
  },
});
const heartbeat: ProducerHeartbeat = {
  producer_epoch: numbers.epoch,
  status: "alive",
  open_actions: 1,
  last_sequence: 1,
  unacknowledged: 0,
  given_up: 0,
  interval_ms: 10_000,
  sent_at: new Date().toISOString(),
  started_at: new Date().toISOString(),
  host_name: "host",
  process_pid: 1,
  producer: "otel-agent-actions@0.1.0",
  schema_version: 1,
  counters: { ended: 1, acked: 1, held: 0, dropped: {} },
};
const nothing = () => undefined;
const pairs = {
  "following what is open": [actionWith({ inFlightAfterMillis: 0 }), actionWith({})],
  "a number": [nothing, () => void numbers.numbered(record)],
  "looking for a meter provider": [nothing, () => metrics.watch()],
  "a heartbeat, of which there is one in ten seconds": [nothing, () => void heartbeatRecord(heartbeat)],
} as const;

for (const [name, [without, withPart]] of Object.entries(pairs)) {
  const [bare, full]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const one = await cpuOf(without, ACTIONS);
    const other = await cpuOf(withPart, ACTIONS);
    // The first warms up.
    if (round > 0) {
      bare.push(one);
      full.push(other);
    }
  }
  const [one, other] = [spreadOf(bare), spreadOf(full)];
  const difference = (other.median - one.median).toFixed(2);
  const range = `${other.lowest.toFixed(2)} to ${other.highest.toFixed(2)}`;
  console.log(
    `${name}: ${difference} µs (${one.median.toFixed(2)} without, ${other.median.toFixed(2)} with, ${range})`,
  );
}
