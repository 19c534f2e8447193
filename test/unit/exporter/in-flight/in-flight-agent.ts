import { setImmediate as nextTurn } from "node:timers/promises";
import { type Context, ROOT_CONTEXT, type Span, SpanKind, trace } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { afterEach, beforeEach, vi } from "vitest";
import { AgentActionSpanProcessor, type ExporterOptions } from "../../../../exporter/index.js";
import { FakeTransport } from "../fake-transport.js";

export type Event = Record<string, unknown> & { readonly id: string; readonly action_details: object };

/** An agent with one processor, whose timers for looking and heartbeats run only by {@link InFlightAgent.pass}. */
export class InFlightAgent {
  readonly transport = new FakeTransport();
  readonly processor: AgentActionSpanProcessor;
  readonly provider: BasicTracerProvider;
  /** A span that nobody holds may be collected, and is forgotten then. */
  readonly #held: Span[] = [];

  constructor(options: ExporterOptions = {}) {
    this.processor = new AgentActionSpanProcessor({
      transport: this.transport,
      flushOnExit: false,
      lingerMillis: 0,
      ...options,
    });
    this.provider = new BasicTracerProvider({ spanProcessors: [this.processor] });
  }

  start(scope: string, name: string, attributes: object = {}, parent: Context = ROOT_CONTEXT): Span {
    const tracer = this.provider.getTracer(scope);
    const options = { kind: SpanKind.INTERNAL, attributes: { ...attributes } };
    const span = tracer.startSpan(name, options, parent);
    this.#held.push(span);
    return span;
  }

  /** By the GenAI conventions. */
  startCall(name: string, attributes: object = {}, parent: Context = ROOT_CONTEXT): Span {
    return this.start("some-framework", `execute_tool ${name}`, callOf(name, attributes), parent);
  }

  async pass(millis: number): Promise<void> {
    const stepMillis = 250;
    for (let passed = 0; passed < millis; passed += stepMillis) {
      vi.advanceTimersByTime(Math.min(stepMillis, millis - passed));
      await nextTurn();
    }
  }

  async events(): Promise<Event[]> {
    await this.processor.forceFlush();
    return this.#landed("action");
  }

  async heartbeats(): Promise<Record<string, unknown>[]> {
    await nextTurn();
    return this.#landed("producer_heartbeat");
  }

  #landed(kind: string): Event[] {
    return this.transport.landed
      .filter((record) => record.kind === kind)
      .map(({ value }) => JSON.parse(value.toString()));
  }
}

export const callOf = (name: string, more: object = {}) => ({
  "gen_ai.operation.name": "execute_tool",
  "gen_ai.tool.name": name,
  ...more,
});

export const inside = (span: Span): Context => trace.setSpan(ROOT_CONTEXT, span);

/** Other timers are real, so that sending goes on. */
export function withFakeIntervals(): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
  afterEach(() => void vi.useRealTimers());
}

/** A promise that the test settles. */
export function later<T>() {
  let settle: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, settle: (value: T) => settle(value) };
}
