import { context, type Span, type Tracer, type TracerProvider, trace } from "@opentelemetry/api";
import type { ReadableSpan, SpanProcessor } from "../read/sdk-types.js";

export type Joining =
  /** The processor gets the provider's spans from now on. */
  | "joined"
  /** The host has put in a processor or exporter of this package by itself. */
  | "present"
  /** Not a provider of the OpenTelemetry SDK: its spans cannot be read. */
  | "impossible";

/**
 * Makes a provider that somebody else has set up give its spans to a processor, its earlier tracers included.
 *
 * Since version 2 the SDK has no way for that. Where its list of processors has the known shape the processor is put into
 * it; anything else that has a `getTracer` is watched from outside: spans are seen when a tracer starts them and when
 * they end. That sees the tracers that are got from then on.
 */
export function joinProvider(provider: TracerProvider, processor: SpanProcessor, isOurs: IsOurs): Joining {
  const list = listOf(provider);
  if (list?._spanProcessors.some((member) => isOurs(member) || isOurs(exporterOf(member)))) return "present";
  if (list) {
    // A new array: the old one may be the host's own.
    list._spanProcessors = [...list._spanProcessors, processor];
    return "joined";
  }
  return watch(provider, processor) ? "joined" : "impossible";
}

export type IsOurs = (member: unknown) => boolean;

/** The shape of `MultiSpanProcessor`, versions 2.0 to 2.12. */
interface ProcessorList {
  _spanProcessors: readonly SpanProcessor[];
}

function listOf(provider: TracerProvider): ProcessorList | undefined {
  const active: unknown = Reflect.get(provider, "_activeSpanProcessor");
  return typeof active === "object" &&
    active !== null &&
    Array.isArray(Reflect.get(active, "_spanProcessors"))
    ? (active as ProcessorList)
    : undefined;
}

const exporterOf = (member: object): unknown => Reflect.get(member, "_exporter");

function watch(provider: TracerProvider, processor: SpanProcessor): boolean {
  if (typeof provider.getTracer !== "function") return false;
  const watched = new WeakMap<Tracer, Tracer>();
  const getTracer = provider.getTracer.bind(provider);
  provider.getTracer = (...args) => {
    const tracer = getTracer(...args);
    const known = watched.get(tracer) ?? new WatchedTracer(tracer, processor);
    watched.set(tracer, known);
    return known;
  };
  for (const method of ["forceFlush", "shutdown"] as const) alsoCall(provider, method, processor);
  return true;
}

class WatchedTracer implements Tracer {
  readonly startActiveSpan: Tracer["startActiveSpan"];
  readonly #tracer: Tracer;
  readonly #processor: SpanProcessor;

  constructor(tracer: Tracer, processor: SpanProcessor) {
    this.#tracer = tracer;
    this.#processor = processor;
    this.startActiveSpan = (...args: unknown[]) => {
      const [name, options, parent, work] = activeArguments(args);
      const span = this.startSpan(name, options, parent);
      return context.with(trace.setSpan(parent, span), work, undefined, span);
    };
  }

  startSpan(...[name, options, parent = context.active()]: Parameters<Tracer["startSpan"]>): Span {
    const span = this.#tracer.startSpan(name, options, parent);
    if (!isReadable(span)) return span;
    this.#processor.onStart(span as never, options?.root ? trace.deleteSpan(parent) : parent);
    const end = span.end.bind(span);
    span.end = (time) => {
      const ends = span.isRecording();
      end(time);
      if (ends) this.#processor.onEnd(span);
    };
    return span;
  }
}

const isReadable = (span: Span): span is Span & ReadableSpan =>
  span.isRecording() && "attributes" in span && "startTime" in span && "resource" in span;

type ActiveArguments = [...Required<Parameters<Tracer["startSpan"]>>, (span: Span) => never];

// The three forms of `startActiveSpan`: (name, work), (name, options, work), (name, options, context, work).
function activeArguments(args: unknown[]): ActiveArguments {
  const [name, options = {}, parent = context.active()] = args.slice(0, -1);
  return [name, options, parent, args.at(-1)] as ActiveArguments;
}

function alsoCall(provider: object, method: "forceFlush" | "shutdown", processor: SpanProcessor): void {
  const original: unknown = Reflect.get(provider, method);
  if (typeof original !== "function") return;
  Reflect.set(provider, method, async (...args: unknown[]) => {
    await Promise.all([Reflect.apply(original, provider, args), processor[method]()]);
  });
}
