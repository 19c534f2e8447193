import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { CompressionAlgorithm } from "@opentelemetry/otlp-exporter-base";
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import { expect, onTestFinished, test } from "vitest";
import { type Service, type ServiceOptions, startService } from "../../src/service.js";
import { recordToolCall } from "../helpers/action-spans.js";
import { makeTopics, withTestAdmin } from "../helpers/kafka-topics.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { advertising, startTcpProxy } from "../helpers/tcp-proxy.js";
import { until } from "../helpers/until.js";
import { protobufLogs, toolLog } from "../unit/otlp/log-bodies.js";
import { jsonRequest, protobufRequest, toolSpan } from "../unit/otlp/otlp-bodies.js";
import { createHarness } from "./consumer-harness.js";
import { getJson } from "./service-process.js";

const harness = await createHarness();

async function start(overrides: ServiceOptions = {}): Promise<Service> {
  const service = await startService({ ...harness.options(), http: { port: 0 }, ...overrides });
  onTestFinished(() => service.stop());
  return service;
}

/** Tool calls through the JavaScript SDK and one of its exporters, until all are sent. */
async function send(exporter: SpanExporter, names: readonly string[]): Promise<void> {
  const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  for (const name of names) recordToolCall(provider.getTracer("test"), name);
  await provider.forceFlush();
  await provider.shutdown();
}

const named = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** The span with another name everywhere. */
const renamed = (span: object, from: string, to: string): object =>
  JSON.parse(JSON.stringify(span).replaceAll(`${from}-`, `${to}-`)) as object;

async function rowsOf(prefix: string): Promise<string[]> {
  const rows = await harness.query<{ action_name: string }>(
    "select action_name from agent_actions where action_name like $1 order by action_name",
    [`${prefix}-%`],
  );
  return rows.map(({ action_name: name }) => name);
}

test.each([
  ["protobuf", (url: string, headers: Record<string, string>) => new ProtobufExporter({ url, headers })],
  ["json", (url: string, headers: Record<string, string>) => new JsonExporter({ url, headers })],
  [
    "gzip",
    (url: string, headers: Record<string, string>) =>
      new ProtobufExporter({ url, headers, compression: CompressionAlgorithm.GZIP }),
  ],
])("spans of the JavaScript SDK's OTLP exporter become rows: %s", async (name, exporter) => {
  const service = await start({ otlp: { enabled: true, token: "s3cret" } });
  const url = `${service.otlpEndpoint}/v1/traces`;
  const wrong = exporter(url, { authorization: "Bearer wrong" });
  await expect(send(wrong, named(`${name}-refused`, 1))).rejects.toMatchObject([{ code: 401 }]);
  await send(exporter(url, { authorization: "Bearer s3cret" }), named(name, 20));
  await until(async () => (await rowsOf(name)).length >= 20);
  expect((await rowsOf(name)).sort()).toEqual(named(name, 20).sort());
  expect(await rowsOf(`${name}-refused`)).toEqual([]);
  expect((await getJson(`${service.url}/metrics`)).body).toMatchObject({
    otlp: { http: { requests: 2, events: 20, rejected: { unauthorized: 1 } } },
  });
  const text = await (await fetch(`${service.url}/metrics`, { headers: { accept: "text/plain" } })).text();
  expect(text).toContain('agent_actions_otlp_events_total{source="http"} 20\n');
});

test("while Kafka is away the exporter is told to come back, and nothing is lost or there twice", async () => {
  const proxy = await startTcpProxy(kafkaBootstrap(), (own) => advertising(kafkaBootstrap(), own));
  onTestFinished(() => proxy.close());
  await start();
  const behind = await start({
    kafka: { brokers: proxy.address, connectionTimeoutMillis: 500, requestTimeoutMillis: 1_000 },
    groupId: `${harness.groupId}-behind`,
    otlp: { enabled: true, ackTimeoutMillis: 500 },
  });
  const url = `${behind.otlpEndpoint}/v1/traces`;
  await proxy.refuse();
  const first = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: jsonRequest([toolSpan(0)]),
  });
  expect(first.status).toBe(503);
  expect(Number(first.headers.get("retry-after"))).toBeGreaterThan(0);
  const sending = send(new ProtobufExporter({ url, timeoutMillis: 60_000 }), named("outage", 50));
  await until(async () => {
    const { body } = await getJson(`${behind.url}/metrics`);
    return (
      (body as { otlp: { http: { rejected: { unavailable: number } } } }).otlp.http.rejected.unavailable >= 2
    );
  });
  await proxy.heal();
  await sending;
  await until(async () => (await rowsOf("outage")).length >= 50);
  expect((await rowsOf("outage")).sort()).toEqual(named("outage", 50).sort());
});

test("a topic that a Collector writes is consumed once, and its bad records are dead letters", async () => {
  const topic = `${harness.groupId}.otlp`;
  await withTestAdmin(kafkaBootstrap(), (admin) => makeTopics(admin, [{ topic, numPartitions: 3 }]));
  const otlp = { topic, encoding: "otlp_proto" as const };
  const spans = Array.from({ length: 30 }, (_, index) => renamed(toolSpan(100 + index), "tool", "topic"));
  const bad = Buffer.from([0x0a, 0xff]);
  await harness.producer.send({
    topic,
    messages: [
      ...[0, 10].map((from) => ({ value: Buffer.from(protobufRequest(spans.slice(from, from + 10))) })),
      { value: bad, key: "bad" },
      { value: null },
      { value: Buffer.from(protobufRequest(spans.slice(20))) },
    ],
  });
  const service = await start({ otlp });
  await until(async () => (await rowsOf("topic")).length >= 30);
  const metrics = async (running: Service) =>
    (await getJson(`${running.url}/metrics`)).body as {
      otlp: { kafka: { requests: number; spans: number }; topic: { lag: number } };
    };
  await until(async () => {
    const { kafka, topic: status } = (await metrics(service)).otlp;
    return kafka.requests >= 5 && status.lag === 0;
  });
  const [letter] = await harness.deadLetters(1);
  expect(letter).toMatchObject({ key: Buffer.from("bad"), value: bad });
  expect(letter?.headers["dead-letter.topic"]).toBe(topic);
  expect(letter?.headers["dead-letter.explanation"]).toMatch(
    /^not an ExportTraceServiceRequest in otlp_proto: /,
  );
  await service.stop();

  // Another process of the same group has nothing left to do, but what comes new.
  const next = await start({ otlp });
  await harness.producer.send({
    topic,
    messages: [{ value: Buffer.from(protobufRequest(spans.slice(0, 1))) }],
  });
  await until(async () => (await metrics(next)).otlp.kafka.spans >= 1);
  expect((await metrics(next)).otlp.kafka.requests).toBe(1);
  expect((await rowsOf("topic")).length).toBe(30);
});

test("a topic with OTLP in JSON is consumed too, and once more to correct what an older version made of it", async () => {
  const topic = `${harness.groupId}.otlp-json`;
  await withTestAdmin(kafkaBootstrap(), (admin) => makeTopics(admin, [{ topic, numPartitions: 1 }]));
  const body = jsonRequest([renamed(toolSpan(200), "tool", "json-topic")]);
  await harness.producer.send({ topic, messages: [{ value: body }] });
  await start({ otlp: { topic, encoding: "otlp_json" } });
  await until(async () => (await rowsOf("json-topic")).length === 1);
  await harness.query(
    "update agent_actions set action_name = 'misread', producer = 'otel-agent-actions@0.0.9' where action_name = 'json-topic-200'",
  );
  await start({
    otlp: { topic, encoding: "otlp_json", groupId: `${harness.groupId}-correct`, correct: true },
  });
  await until(async () => (await rowsOf("json-topic")).length === 1);
});

test("a topic with log records is consumed too, beside the one with spans", async () => {
  const [topic, logsTopic] = [`${harness.groupId}.otlp-2`, `${harness.groupId}.otlp-logs`];
  await withTestAdmin(kafkaBootstrap(), (admin) =>
    makeTopics(
      admin,
      [topic, logsTopic].map((name) => ({ topic: name, numPartitions: 1 })),
    ),
  );
  await harness.producer.send({
    topic: logsTopic,
    messages: [{ value: Buffer.from(protobufLogs([toolLog(0), toolLog(1)])) }, { value: "not protobuf" }],
  });
  const span = renamed(toolSpan(300), "tool", "beside");
  await harness.producer.send({ topic, messages: [{ value: Buffer.from(protobufRequest([span])) }] });
  const service = await start({ otlp: { topic, logsTopic } });
  const logRows = () =>
    harness.query("select from agent_actions where source = 'claude-code' and action_name = 'Bash'");
  await until(async () => (await rowsOf("beside")).length === 1 && (await logRows()).length === 2);
  await until(async () => {
    const { otlp } = (await getJson(`${service.url}/metrics`)).body as {
      otlp: { kafka: { log_records: number; rejected: { malformed: number } }; logs_topic: { lag: number } };
    };
    return otlp.kafka.log_records === 2 && otlp.kafka.rejected.malformed === 1 && otlp.logs_topic.lag === 0;
  });
});

test("a topic of events is refused as a topic of spans", async () => {
  const options = { ...harness.options(), http: { port: 0 }, otlp: { topic: harness.topics.action } };
  await expect(startService(options)).rejects.toThrow("is a topic of events");
});
