import {
  createContextKey,
  type HrTime,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  trace,
} from "@opentelemetry/api";
import { CORRELATION_CONTEXT_KEY } from "../../src/event/delivery-ack.js";
import { describeError } from "../../src/internal/describe-error.js";
import type { DropReason } from "../deliver/delivery-counters.js";
import type { ReadableSpan, Resource, SpanEvent, SpanLink, SpanStatus } from "../read/sdk-types.js";
import type { SpanProcessing } from "../span-processing.js";
import { SAY, type SpanBatch, type ValueBeside } from "./span-operations.js";

const CORRELATION = createContextKey(CORRELATION_CONTEXT_KEY);
const OPEN_END: HrTime = [0, 0];

/** A span of another thread, as far as that has said what it is. */
class MirroredSpan implements ReadableSpan {
  readonly #context: SpanContext;
  readonly parentSpanContext?: SpanContext;
  readonly kind: number;
  readonly startTime: HrTime;
  readonly resource: Resource;
  readonly instrumentationScope: ReadableSpan["instrumentationScope"];
  name = "";
  attributes: Record<string, unknown> = {};
  endTime = OPEN_END;
  ended = false;
  status: SpanStatus = { code: 0 };
  events: readonly SpanEvent[] = [];
  links: readonly SpanLink[] = [];
  droppedAttributesCount = 0;
  droppedEventsCount = 0;
  droppedLinksCount = 0;

  constructor(beginning: Beginning) {
    this.#context = beginning.context;
    if (beginning.around !== undefined) this.parentSpanContext = beginning.around;
    this.kind = beginning.kind;
    this.startTime = beginning.startTime;
    this.resource = beginning.resource;
    this.instrumentationScope = beginning.scope;
  }

  readonly spanContext = (): SpanContext => this.#context;

  get duration(): HrTime {
    const nanos = this.endTime[1] - this.startTime[1];
    const seconds = this.endTime[0] - this.startTime[0];
    return nanos < 0 ? [seconds - 1, nanos + 1_000_000_000] : [seconds, nanos];
  }
}

interface Beginning {
  readonly number: number;
  readonly context: SpanContext;
  readonly around: SpanContext | undefined;
  readonly kind: number;
  readonly startTime: HrTime;
  readonly resource: Resource;
  readonly scope: ReadableSpan["instrumentationScope"];
  readonly parent: MirroredSpan | undefined;
  readonly correlationId: string | undefined;
}

/** Reads operations, and has the spans that they tell of processed as if they had started and ended here. */
export class MirroredSpans {
  readonly #processing: SpanProcessing;
  readonly #spans = new Map<number, MirroredSpan>();
  readonly #resources = new Map<number, Resource>();
  readonly #scopes = new Map<number, ReadableSpan["instrumentationScope"]>();
  /** In the batch that is being read. */
  #ended = 0;
  #list: unknown[] = [];
  #values: readonly unknown[] = [];
  #at = 0;

  constructor(processing: SpanProcessing) {
    this.#processing = processing;
  }

  /** Spans that are open, or that others may still be inside of. */
  get size(): number {
    return this.#spans.size;
  }

  /** Never throws: what cannot be read is counted. */
  read({ text, values, ended }: SpanBatch): void {
    this.#ended = 0;
    try {
      this.#list = JSON.parse(text);
      this.#values = values;
      this.#at = 0;
      while (this.#at < this.#list.length) this.#operation(this.#number());
    } catch (error) {
      const why = `Events were dropped by a defect of otel-agent-actions: ${describeError(error).message}`;
      for (; this.#ended < ended; this.#ended++) this.#processing.lost(undefined, "internal_error", why);
    }
    this.#list = [];
    this.#values = [];
  }

  #operation(say: number): void {
    switch (say) {
      case SAY.START:
      case SAY.WHOLE:
      case SAY.KNOWN:
        this.#begin(say);
        break;
      case SAY.END:
        this.#end();
        break;
      case SAY.UPDATE: {
        const span = this.#spans.get(this.#number());
        this.#says(span);
        break;
      }
      case SAY.LOST:
        this.#lost();
        break;
      case SAY.FORGET:
        this.#spans.delete(this.#number());
        break;
      case SAY.RESOURCE:
        this.#resources.set(this.#number(), resourceOf(this.#value()));
        break;
      case SAY.SCOPE: {
        const number = this.#number();
        const name = this.#next() as string;
        const version = this.#next() as string | null;
        this.#scopes.set(number, version === null ? { name } : { name, version });
        break;
      }
      default:
        throw new Error(`operation ${say} is not known`);
    }
  }

  #begin(say: number): void {
    const beginning = this.#beginning();
    const { number, parent, correlationId } = beginning;
    const span = new MirroredSpan(beginning);
    if (number !== 0) this.#spans.set(number, span);
    this.#says(span);
    if (say !== SAY.KNOWN) {
      const around = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, asSpan(parent));
      const context = correlationId === undefined ? around : around.setValue(CORRELATION, correlationId);
      this.#processing.onStart(span, context, say === SAY.WHOLE);
    }
    if (say === SAY.START) return;
    this.#ends(span);
    if (say === SAY.KNOWN) return;
    this.#ended++;
    this.#processing.onEnd(span);
  }

  #end(): void {
    const number = this.#number();
    const isKept = this.#next() === true;
    const span = this.#spans.get(number);
    this.#says(span);
    this.#ends(span);
    if (!isKept) this.#spans.delete(number);
    this.#ended++;
    // Its start was in what another thread has lost.
    if (span === undefined) this.#processing.lost(undefined, "internal_error", START_LOST);
    else this.#processing.onEnd(span);
  }

  #lost(): void {
    const number = this.#number();
    const reason = this.#next() as DropReason;
    const span = this.#spans.get(number);
    this.#spans.delete(number);
    this.#ended++;
    this.#processing.lost(span, reason, this.#next() as string);
  }

  #beginning(): Beginning {
    const number = this.#number();
    const parent = this.#spans.get(this.#number());
    const context = { traceId: this.#text(), spanId: this.#text(), traceFlags: this.#number() };
    const around = this.#around();
    const correlationId = this.#next() as string | null;
    const resource = this.#resources.get(this.#number()) ?? NO_RESOURCE;
    const scope = this.#scopes.get(this.#number()) ?? NO_SCOPE;
    const kind = this.#number();
    const startTime = this.#time();
    return {
      number,
      context,
      around,
      kind,
      startTime,
      resource,
      scope,
      parent,
      correlationId: correlationId ?? undefined,
    };
  }

  #around(): SpanContext | undefined {
    const spanId = this.#next() as string | null;
    if (spanId === null) return undefined;
    const [traceId, traceFlags] = [this.#text(), this.#number()];
    return { spanId, traceId, traceFlags, ...(this.#next() === true && { isRemote: true }) };
  }

  #says(span: MirroredSpan | undefined): void {
    const name = this.#value() as string;
    const attributes = this.#attributes();
    if (span === undefined) return;
    span.name = name;
    span.attributes = attributes;
  }

  #ends(span: MirroredSpan | undefined): void {
    const endTime = this.#time();
    const code = this.#number();
    const message = this.#value() as string | null;
    const events = Array.from({ length: this.#number() }, () => ({
      name: this.#value() as string,
      time: this.#time(),
      attributes: this.#attributes(),
    }));
    const links = Array.from({ length: this.#number() }, () => ({
      context: { traceId: this.#text(), spanId: this.#text(), traceFlags: 1 },
      attributes: this.#attributes(),
    }));
    const [attributes, ofEvents, ofLinks] = [this.#number(), this.#number(), this.#number()];
    if (span === undefined) return;
    span.endTime = endTime;
    span.ended = true;
    span.status = message === null ? { code } : { code, message };
    span.events = events;
    span.links = links;
    span.droppedAttributesCount = attributes;
    span.droppedEventsCount = ofEvents;
    span.droppedLinksCount = ofLinks;
  }

  #attributes(): Record<string, unknown> {
    const attributes: Record<string, unknown> = {};
    for (let left = this.#number(); left > 0; left--) {
      const key = this.#text();
      const value = this.#value();
      if (key === "__proto__")
        Object.defineProperty(attributes, key, {
          value,
          enumerable: true,
          writable: true,
          configurable: true,
        });
      else attributes[key] = value;
    }
    return attributes;
  }

  #value(): unknown {
    const value = this.#next();
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return this.#values[(value as ValueBeside).at];
  }

  readonly #time = (): HrTime => [this.#value() as number, this.#value() as number];

  readonly #number = (): number => this.#next() as number;

  readonly #text = (): string => this.#next() as string;

  readonly #next = (): unknown => this.#list[this.#at++];
}

const START_LOST = "An event was dropped: the thread that knew when its span started has ended.";

const NO_SCOPE = Object.freeze({ name: "" });
const NO_RESOURCE: Resource = Object.freeze({ attributes: Object.freeze({}) });

/** @param said pairs while detectors are at work on it */
function resourceOf(said: unknown): Resource {
  if (!Array.isArray(said)) return { attributes: said as Resource["attributes"] };
  return { attributes: {}, asyncAttributesPending: true, getRawAttributes: () => said };
}

// Of a span in a context only what is read of one is used.
const asSpan = (span: MirroredSpan): Span => span as unknown as Span;
