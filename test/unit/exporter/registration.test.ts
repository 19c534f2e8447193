import { context, type Span, type Tracer, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider, BatchSpanProcessor, type SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { AgentActionSpanProcessor, KafkaActionExporter } from "../../../exporter/index.js";
import { envResourceAttributes, withEnvironment } from "../../../exporter/registration/env-resource.js";
import { joinProvider } from "../../../exporter/registration/join-provider.js";
import { FakeTransport } from "./fake-transport.js";

class Watcher implements SpanProcessor {
  readonly seen: string[] = [];
  onStart = (span: { name: string }) => void this.seen.push(`start ${span.name}`);
  onEnd = (span: { name: string }) => void this.seen.push(`end ${span.name}`);
  forceFlush = async () => void this.seen.push("flush");
  shutdown = async () => void this.seen.push("shutdown");
}

const isOurs = (member: unknown): boolean =>
  member instanceof AgentActionSpanProcessor || member instanceof KafkaActionExporter;

const ended = (tracer: Tracer, name: string): void => tracer.startSpan(name).end();

let watcher: Watcher;
beforeEach(() => {
  watcher = new Watcher();
});

describe("joining a provider of the SDK", () => {
  test("sees the spans of tracers that were got before, and leaves the host's array alone", async () => {
    const theirs = [new Watcher()];
    const provider = new BasicTracerProvider({ spanProcessors: theirs });
    const tracer = provider.getTracer("early");
    expect(joinProvider(provider, watcher, isOurs)).toBe("joined");
    ended(tracer, "a");
    await provider.forceFlush();
    await provider.shutdown();
    expect(watcher.seen).toEqual(["start a", "end a", "flush", "shutdown"]);
    expect(theirs).toHaveLength(1);
    expect(theirs[0]?.seen).toEqual(watcher.seen);
  });

  test.each([
    [
      "span processor",
      () => new AgentActionSpanProcessor({ transport: new FakeTransport(), flushOnExit: false }),
    ],
    [
      "exporter behind a batch processor",
      () =>
        new BatchSpanProcessor(
          new KafkaActionExporter({ transport: new FakeTransport(), flushOnExit: false }),
        ),
    ],
  ])("adds nothing where there is a %s of this package", async (_, present) => {
    const provider = new BasicTracerProvider({ spanProcessors: [present()] });
    expect(joinProvider(provider, watcher, isOurs)).toBe("present");
    ended(provider.getTracer("x"), "a");
    expect(watcher.seen).toEqual([]);
    await provider.shutdown();
  });
});

describe("joining a provider whose inside is unknown", () => {
  function vendor() {
    const inner = new BasicTracerProvider();
    const flushed: string[] = [];
    const provider = {
      getTracer: (name: string, version?: string) => inner.getTracer(name, version),
      forceFlush: async () => void flushed.push("theirs"),
    };
    return { provider, flushed };
  }

  test("sees spans in every form in which they can be started", () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    onTestFinished(() => context.disable());
    const { provider } = vendor();
    expect(joinProvider(provider, watcher, isOurs)).toBe("joined");
    const tracer = provider.getTracer("x");
    expect(provider.getTracer("x")).toBe(tracer);
    const end = (span: Span) => {
      expect(trace.getActiveSpan()).toBe(span);
      span.end();
      return "result";
    };
    ended(tracer, "a");
    expect(tracer.startActiveSpan("b", end)).toBe("result");
    expect(tracer.startActiveSpan("c", { attributes: { x: 1 } }, end)).toBe("result");
    expect(tracer.startActiveSpan("d", {}, context.active(), end)).toBe("result");
    expect(watcher.seen).toEqual(["a", "b", "c", "d"].flatMap((name) => [`start ${name}`, `end ${name}`]));
  });

  test("sees the end of a span once, however often it is ended", () => {
    const { provider } = vendor();
    joinProvider(provider, watcher, isOurs);
    const span = provider.getTracer("x").startSpan("a");
    span.end();
    span.end();
    expect(watcher.seen).toEqual(["start a", "end a"]);
  });

  test("is flushed with it", async () => {
    const { provider, flushed } = vendor();
    joinProvider(provider, watcher, isOurs);
    await provider.forceFlush();
    expect([flushed, watcher.seen]).toEqual([["theirs"], ["flush"]]);
  });

  test("is impossible where there is no tracer to be got", () => {
    expect(joinProvider({} as never, watcher, isOurs)).toBe("impossible");
  });
});

describe("the resource from the environment", () => {
  test("has the attributes and the service's name, which goes before", () => {
    const env = {
      OTEL_RESOURCE_ATTRIBUTES:
        "service.name=other,deployment.environment.name=a%20b, team = x ,broken,bad=%E0%A4%A,build.token=YWJj==,url=http://h/?a=b,c=%3D%2C,=x",
      OTEL_SERVICE_NAME: "agent",
    };
    expect(envResourceAttributes(env)).toEqual({
      "service.name": "agent",
      "deployment.environment.name": "a b",
      team: "x",
      "build.token": "YWJj==",
      url: "http://h/?a=b",
      c: "=,",
    });
    expect(envResourceAttributes({})).toEqual({});
  });

  test("goes before the SDK's defaults", () => {
    const watching = new Watcher();
    let resource: Parameters<typeof withEnvironment>[0] | undefined;
    watching.onEnd = (span) => {
      resource = (span as unknown as { resource: typeof resource }).resource;
    };
    ended(new BasicTracerProvider({ spanProcessors: [watching] }).getTracer("x"), "a");
    if (!resource) throw new Error("a span has a resource");
    const merged = withEnvironment(resource, { OTEL_SERVICE_NAME: "agent" });
    expect(merged.attributes).toMatchObject({ "service.name": "agent", "telemetry.sdk.language": "nodejs" });
  });
});
