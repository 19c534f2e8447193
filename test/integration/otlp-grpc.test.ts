import { Metadata } from "@grpc/grpc-js";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { CompressionAlgorithm } from "@opentelemetry/otlp-exporter-base";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, expect, test } from "vitest";
import { startService } from "../../src/service.js";
import { recordToolCall } from "../helpers/action-spans.js";
import { until } from "../helpers/until.js";
import { createHarness } from "./consumer-harness.js";
import { getJson } from "./service-process.js";

const harness = await createHarness();
const service = await startService({
  ...harness.options(),
  http: { port: 0 },
  otlp: { grpcPort: 0, token: "s3cret" },
});
afterAll(() => service.stop());

function exporterOptions(token: string) {
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  return { url: service.otlpGrpcEndpoint ?? "", metadata, compression: CompressionAlgorithm.GZIP };
}

const names = async (): Promise<string[]> =>
  (await harness.query<{ action_name: string }>("select action_name from agent_actions order by 1")).map(
    ({ action_name: name }) => name,
  );

test("spans and log records of the JavaScript SDK's gRPC exporters become rows", async () => {
  const tracing = new BasicTracerProvider({
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(exporterOptions("s3cret")))],
  });
  for (let index = 0; index < 300; index++) recordToolCall(tracing.getTracer("test"), "grpc-span");
  const logging = new LoggerProvider({
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(exporterOptions("s3cret")) })],
  });
  for (let index = 0; index < 300; index++)
    logging.getLogger("test").emit({
      eventName: "claude_code.tool_result",
      attributes: {
        "session.id": "s",
        tool_name: "grpc-log",
        tool_use_id: `toolu_${index}`,
        success: "true",
      },
    });
  await Promise.all([tracing.shutdown(), logging.shutdown()]);
  await until(async () => (await names()).length >= 600);
  expect(await names()).toEqual([...Array(300).fill("grpc-log"), ...Array(300).fill("grpc-span")]);
  expect((await getJson(`${service.url}/metrics`)).body).toMatchObject({
    otlp: { grpc: { spans: 300, log_records: 300, events: 600, rejected: { busy: 0, unavailable: 0 } } },
  });
});

test("a wrong token is told to the exporter", async () => {
  const exporter = new OTLPTraceExporter(exporterOptions("wrong"));
  const tracing = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  recordToolCall(tracing.getTracer("test"), "refused");
  await expect(tracing.forceFlush()).rejects.toMatchObject([{ code: 16 }]);
  await tracing.shutdown();
  expect(await names()).not.toContain("refused");
});
