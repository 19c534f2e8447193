/** Events with contents that are too large, where no thread can be started: the sources of a thread are no program that Node runs. */
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { afterEach, expect, test } from "vitest";
import {
  AgentActionSpanProcessor,
  type ExporterOptions,
  KafkaActionExporter,
} from "../../../../exporter/index.js";
import { resolveExporterOptions } from "../../../../exporter/resolve-exporter-options.js";
import { ConfigError } from "../../../../src/errors.js";
import { LARGE_CONTENTS_KEY } from "../../../../src/event/delivery-ack.js";
import { jsonAttribute } from "../../../../src/tracing/text.js";
import { actionTracer, recordToolCall } from "../../../helpers/action-spans.js";
import { diagLines, textsAt } from "../../../helpers/diag-lines.js";
import { temporaryFolder } from "../../spool/records.js";
import { FakeTransport } from "../fake-transport.js";

const lines = diagLines();
afterEach(() => void Reflect.deleteProperty(globalThis, LARGE_CONTENTS_KEY));

function setUp(options: ExporterOptions = {}) {
  const transport = new FakeTransport();
  const processor = new AgentActionSpanProcessor({
    transport,
    flushOnExit: false,
    largeResults: temporaryFolder(),
    largeResultBytes: 100_000,
    ...options,
  });
  const provider = new BasicTracerProvider({ spanProcessors: [processor] });
  return { transport, processor, tracer: actionTracer(provider) };
}

const detailsOf = ({ landed }: FakeTransport): Record<string, unknown>[] =>
  landed.map(({ value }) => JSON.parse(value.toString()).action_details);

const PAGE = "a page that is read whole. ".repeat(40_000);
const TOKEN = `ghp_${"aB3dE6gH9j".repeat(3)}aB3dE6`;

test("what cannot be kept whole is in the event as without the option, with the reason", async () => {
  const { tracer, transport, processor } = setUp();
  const small = { lines: Array.from({ length: 20_000 }, (_, index) => `line ${index}`), password: "hunter2" };
  recordToolCall(tracer, "small", { arguments: { q: 1 }, result: small });
  recordToolCall(tracer, "large", { arguments: { q: 1 }, result: { page: `${PAGE}${TOKEN}${PAGE}` } });
  await processor.forceFlush();
  const [first, second] = detailsOf(transport);
  expect(first).toEqual({
    tool_parameters: { q: 1 },
    tool_result: { ...small, password: "[redacted]" },
    tool_result_not_kept: "failed",
    success: true,
  });
  expect(second).toMatchObject({ tool_parameters: { q: 1 }, tool_result_not_kept: "failed", success: true });
  expect(JSON.stringify(second?.tool_result)).toMatch(
    /^\{"page":"a page .*…\[trimmed: \d+ bytes, sha256 [0-9a-f]{64}\]"\}$/s,
  );
  expect(JSON.stringify(second)).not.toContain(TOKEN.slice(0, 20));
  const stats = processor.stats();
  expect(stats).toMatchObject({ ended: 2, acked: 2, held: 0, queuedBytes: 0 });
  expect(stats.largeResults).toMatchObject({ kept: 0, notKept: { failed: 2 }, waiting: 0 });
  expect(textsAt(lines, "warn").join("\n")).toMatch(
    /A large result could not be kept whole: .*It is trimmed/,
  );
});

test("a content of less is part of the event, and starts nothing", async () => {
  const { tracer, transport, processor } = setUp({ largeResultBytes: 400_000 });
  const result = { page: PAGE.slice(0, 390_000) };
  recordToolCall(tracer, "Read", { result });
  await processor.forceFlush();
  expect(detailsOf(transport)).toEqual([{ tool_parameters: null, tool_result: result, success: true }]);
  expect(processor.stats().largeResults).toMatchObject({ kept: 0, waiting: 0 });
});

test("what is not captured is not kept either", async () => {
  const { tracer, transport, processor } = setUp({ captureContent: false });
  recordToolCall(tracer, "Read", { result: { page: PAGE } });
  await processor.forceFlush();
  expect(detailsOf(transport)).toEqual([{ tool_result_hidden: true, success: true }]);
  expect(processor.stats().largeResults).toMatchObject({ notKept: { failed: 0 }, waiting: 0 });
});

test("more than may wait is trimmed at once, and counted", async () => {
  const { tracer, transport, processor } = setUp({ largeResultsMaxWaitingBytes: 1_100_000 });
  recordToolCall(tracer, "one", { result: PAGE });
  recordToolCall(tracer, "two", { result: PAGE });
  await processor.forceFlush();
  expect(
    detailsOf(transport)
      .map((details) => details.tool_result_not_kept)
      .sort(),
  ).toEqual(["busy", "failed"]);
  expect(processor.stats()).toMatchObject({ ended: 2, acked: 2, largeResults: { notKept: { busy: 1 } } });
});

test("a full queue drops the event as any other, and what waits for it counts towards the queue", async () => {
  const { tracer, processor } = setUp({ maxQueueBytes: 1_000_000 });
  recordToolCall(tracer, "one", { result: PAGE });
  expect(processor.stats()).toMatchObject({ ended: 1, held: 0, dropped: { queue_full: 1 } });
  await processor.shutdown();
  expect(processor.stats().largeResults.waiting).toBe(0);
});

test("an exporter reports success once the event of a large content is acknowledged", async () => {
  const transport = new FakeTransport();
  const exporter = new KafkaActionExporter({
    transport,
    flushOnExit: false,
    largeResults: temporaryFolder(),
    largeResultBytes: 100_000,
  });
  const spans: Parameters<typeof exporter.export>[0] = [];
  const provider = new BasicTracerProvider({
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (span) => void spans.push(span),
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ],
  });
  recordToolCall(actionTracer(provider), "Read", { result: PAGE });
  const result = await new Promise((resolve) => exporter.export(spans, resolve));
  expect(result).toEqual({ code: 0 });
  expect(detailsOf(transport)).toMatchObject([{ tool_result_not_kept: "failed" }]);
  await exporter.shutdown();
});

test("the API leaves contents whole only where somebody keeps them", () => {
  const text = (value: unknown) => String(jsonAttribute("content", value).content);
  expect(text(PAGE).length).toBeLessThan(1_000_000);
  setUp();
  expect(text(PAGE)).toBe(JSON.stringify(PAGE));
});

test("a function that redacts cannot be called by a thread: in code that is a mistake, in the environment the folder is passed over", () => {
  const redaction = { redact: ({ value }: { readonly value: unknown }) => value };
  expect(() => resolveExporterOptions({ largeResults: "/var/large", redaction }, {})).toThrow(ConfigError);
  const env = { AGENT_ACTIONS_LARGE_RESULTS: "/var/large" };
  expect(resolveExporterOptions({}, env).largeResults).toBe("/var/large");
  expect(resolveExporterOptions({ redaction }, env).largeResults).toBeUndefined();
  expect(textsAt(lines, "warn").join("\n")).toContain("redaction.redact");
  expect(resolveExporterOptions({}, { AGENT_ACTIONS_LARGE_RESULTS: "file:///var/large" }).largeResults).toBe(
    "/var/large",
  );
  for (const folder of ["large", "file:large", ""])
    expect(() => resolveExporterOptions({ largeResults: folder }, {})).toThrow(/absolute path/);
});
