/** The two configurations of docs/otlp.md as they stand there, with the addresses of the test: gRPC in, spans and log records. */

import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { expect, onTestFinished, test } from "vitest";
import { startService } from "../../src/service.js";
import { recordToolCall } from "../helpers/action-spans.js";
import { makeTopics } from "../helpers/kafka-topics.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { createHarness } from "../integration/consumer-harness.js";
import { collectorProgram, configurationOfPage, freePort, startCollector } from "./collector-program.js";

const program = await collectorProgram();
const EACH = 1_500;

/** As many spans and log records of calls, through the Collector. */
async function send(port: number): Promise<void> {
  const url = `http://127.0.0.1:${port}`;
  const queue = { maxQueueSize: 2 * EACH };
  const tracing = new BasicTracerProvider({
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }), queue)],
  });
  const logging = new LoggerProvider({
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url }), ...queue })],
  });
  for (let index = 0; index < EACH; index++) {
    recordToolCall(tracing.getTracer("test"), "span");
    logging.getLogger("test").emit({
      eventName: "claude_code.tool_result",
      attributes: { "session.id": "s", tool_name: "log", tool_use_id: `toolu_${index}`, success: "true" },
    });
  }
  await Promise.all([tracing.shutdown(), logging.shutdown()]);
}

type Harness = Awaited<ReturnType<typeof createHarness>>;

const counts = (harness: Harness) =>
  harness.query("select action_name, count(*)::int as rows from agent_actions group by 1 order by 1");

async function expectAll(harness: Harness): Promise<void> {
  const all = [
    { action_name: "log", rows: EACH },
    { action_name: "span", rows: EACH },
  ];
  await until(async () => JSON.stringify(await counts(harness)) === JSON.stringify(all));
  expect(await harness.count("agent_actions")).toBe(2 * EACH);
}

test("through otlphttp, with a token", async (t) => {
  const harness = await createHarness({}, t);
  const service = await startService({
    ...harness.options(),
    http: { port: 0 },
    otlp: { enabled: true, token: "s3cret" },
  });
  onTestFinished(() => service.stop());
  const [grpc, http] = [await freePort(), await freePort()];
  const configuration = await configurationOfPage(0, {
    "0.0.0.0:4317": `127.0.0.1:${grpc}`,
    "0.0.0.0:4318": `127.0.0.1:${http}`,
    "http://agent-actions:8080": service.url,
  });
  await startCollector(program, configuration, { AGENT_ACTIONS_OTLP_TOKEN: "s3cret" });
  await send(grpc);
  await expectAll(harness);
});

test.each([
  ["otlp_proto", "gzip"],
  ["otlp_json", "gzip"],
  ["otlp_proto", "snappy"],
  ["otlp_proto", "lz4"],
  ["otlp_proto", "zstd"],
] as const)("through Kafka in %s, compressed by %s", async (encoding, compression) => {
  const harness = await createHarness();
  const [topic, logsTopic] = [`${harness.groupId}.spans`, `${harness.groupId}.logs`];
  const admin = harness.kafka.admin();
  await admin.connect();
  await makeTopics(
    admin,
    [topic, logsTopic].map((name) => ({ topic: name, numPartitions: 3 })),
  );
  await admin.disconnect();
  const service = await startService({
    ...harness.options(),
    http: { port: 0 },
    otlp: { topic, logsTopic, encoding },
  });
  onTestFinished(() => service.stop());
  const grpc = await freePort();
  const configuration = await configurationOfPage(1, {
    "0.0.0.0:4317": `127.0.0.1:${grpc}`,
    "kafka:9092": kafkaBootstrap(),
    otlp_spans: topic,
    otlp_logs: logsTopic,
    "encoding: otlp_proto": `encoding: ${encoding}`,
    "compression: gzip": `compression: ${compression}`,
  });
  await startCollector(program, configuration);
  await send(grpc);
  await expectAll(harness);
});
