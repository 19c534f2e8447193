/**
 * `npx tsx bench/spool/outage.ts --minutes 10 --rate 500`: an agent works on through an outage of Kafka, with the spool. Shows every ten
 * seconds where its events are, its heap, how late its event loop is, and how large the folder; then how fast what is on the disk is sent.
 * Fails when an event is lost or doubled. See ../README.md.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../src/config/kafka-settings.js";
import { startKafka } from "../../src/devstack/kafka.js";
import { DEFAULT_TOPICS } from "../../src/event/index.js";
import { ensureTopics } from "../../src/kafka/ensure-topics.js";
import { actionTracer, startToolCall } from "../../test/helpers/action-spans.js";
import { readTopic } from "../../test/helpers/kafka-records.js";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    rate: { type: "string", default: "500" },
    mode: { type: "string", default: "overflow" },
  },
});
const perSecond = Number(values.rate);
const STEP_MILLIS = 10_000;

const kafka = await startKafka();
const directory = mkdtempSync(join(tmpdir(), "agent-actions-bench-"));
await ensureTopics(
  resolveKafkaSettings({ brokers: kafka.bootstrapServers }, new EnvReader({})),
  DEFAULT_TOPICS,
  {},
);
const processor = new AgentActionSpanProcessor({
  brokers: kafka.bootstrapServers,
  spool: values.mode === "always" ? "always" : "overflow",
  spoolDirectory: directory,
});
const tracer = actionTracer(new BasicTracerProvider({ spanProcessors: [processor] }));
let made = 0;
const began = performance.now();
const load = setInterval(() => {
  const due = ((performance.now() - began) / 1_000) * perSecond;
  for (; made < due; made++)
    startToolCall(tracer, `tool-${made}`, {
      arguments: { file_path: "src/consumer/process-batch.ts", offset: 0, limit: 200 },
      result: {
        line_count: 187,
        first_line: "/** From records to rows, and the promise that goes with it. */",
      },
    }).end();
}, 10);
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

console.log(
  "phase      s  made     acked   memory   spooled  folder MB  heap MB  rss MB  delay p50  p99  max ms",
);
function show(phase: string): void {
  const { acked, buffered, inFlight, spooled, spool } = processor.stats();
  const { heapUsed, rss } = process.memoryUsage();
  const ms = (nanos: number) => Math.max(0, nanos / 1e6 - 1).toFixed(1);
  const cells = [
    Math.round((performance.now() - began) / 1_000),
    made,
    acked,
    buffered + inFlight,
    spooled,
    (spool.bytes / 1e6).toFixed(1),
    (heapUsed / 1e6).toFixed(0),
    (rss / 1e6).toFixed(0),
    ms(delay.percentile(50)),
    ms(delay.percentile(99)),
    ms(delay.max),
  ];
  console.log(phase.padEnd(8), cells.map((cell) => String(cell).padStart(8)).join(" "));
  delay.reset();
}

async function phase(name: string, millis: number): Promise<void> {
  const end = performance.now() + millis;
  while (performance.now() < end) {
    await sleep(Math.min(STEP_MILLIS, end - performance.now()));
    show(name);
  }
}

await phase("up", 10_000);
await kafka.kill();
await phase("away", Number(values.minutes) * 60_000);
clearInterval(load);
await kafka.restart();
const { acked: before } = processor.stats();
const restarted = performance.now();
let firstAck: number | undefined;
while (processor.stats().acked < made) {
  await sleep(50);
  if (firstAck === undefined && processor.stats().acked > before) firstAck = performance.now();
  if (Math.round(performance.now() - restarted) % STEP_MILLIS < 50) show("back");
}
const seconds = (performance.now() - (firstAck ?? restarted)) / 1_000;
show("done");
const { dropped, acked } = processor.stats();
console.log(
  `sent ${acked - before} events in ${seconds.toFixed(1)} s, ${Math.round((acked - before) / seconds)} a second`,
);
const records = await readTopic(kafka.bootstrapServers, DEFAULT_TOPICS.action);
const ids = new Set(records.map(({ event }) => event.id));
console.log(
  `made ${made}, in Kafka ${ids.size}, sent twice ${records.length - ids.size}, dropped ${JSON.stringify(dropped)}`,
);
await processor.shutdown();
await kafka.close();
rmSync(directory, { recursive: true });
process.exitCode = ids.size === made ? 0 : 1;
