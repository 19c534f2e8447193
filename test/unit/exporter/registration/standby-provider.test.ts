import { ProxyTracerProvider } from "@opentelemetry/api";
import { expect, test, vi } from "vitest";
import { type OwnProvider, StandbyProvider } from "../../../../exporter/registration/standby-provider.js";

// The tracer provider in force is the one that the API knows: a proxy whose delegate is the provider on standby.
const proxy = vi.hoisted(() => ({ current: undefined as unknown }));
vi.mock("@opentelemetry/api", async (load) => {
  const api = await load<typeof import("@opentelemetry/api")>();
  return { ...api, trace: { ...api.trace, getTracerProvider: () => proxy.current } };
});

function standBy(create: () => OwnProvider): StandbyProvider {
  const provider = new StandbyProvider(create);
  const api = new ProxyTracerProvider();
  api.setDelegate(provider);
  proxy.current = api;
  return provider;
}

test("a tracer costs nothing until its first span, and all spans are of one provider", () => {
  const started: string[] = [];
  const create = vi.fn(() => {
    const own = { startSpan: (name: string) => void started.push(name) };
    return { getTracer: () => own } as unknown as OwnProvider;
  });
  const provider = standBy(create);
  const tracer = provider.getTracer("a");
  expect(create).not.toHaveBeenCalled();
  tracer.startSpan("one");
  provider.getTracer("b").startSpan("two");
  expect(started).toEqual(["one", "two"]);
  expect(create).toHaveBeenCalledTimes(1);
});

test("flushing what was never used makes nothing", async () => {
  const create = vi.fn(() => Promise.reject(new Error("not to be made")) as never);
  await standBy(create).forceFlush();
  expect(create).not.toHaveBeenCalled();
});

test("a provider that cannot be made is told once, and its spans record nothing", () => {
  const warn = vi.spyOn(process, "emitWarning").mockReturnValue(undefined);
  const tracer = standBy(() => {
    throw new Error("half installed");
  }).getTracer("a");
  expect(tracer.startSpan("one").isRecording()).toBe(false);
  expect(tracer.startActiveSpan("two", (span) => span.isRecording())).toBe(false);
  expect(warn).toHaveBeenCalledTimes(1);
  expect(String(warn.mock.calls[0]?.[0])).toContain("nothing is recorded: half installed");
  warn.mockRestore();
});
