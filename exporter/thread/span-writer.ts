import { plainJson } from "../../src/internal/plain-json.js";
import { threw } from "../../src/internal/read-anything.js";
import type { DropReason } from "../deliver/delivery-counters.js";
import { scopeName } from "../read/dialects/common/attributes.js";
import type { ReadableSpan, Resource } from "../read/sdk-types.js";
import { SAY, type SpanBatch, type ValueBeside } from "./span-operations.js";

/** Longer texts stand beside the list: copying them costs less than writing them as JSON. */
const LONG_TEXT = 4_096;
/** What a span has beside its texts, in the list and in memory. */
const SPAN_BYTES = 1_000;

type Scope = ReadableSpan["instrumentationScope"];
type Attributes = ReadableSpan["attributes"];

/**
 * Writes operations. What is written is a copy: others may change a span afterwards. Only what a span holds is read here, nothing is
 * decided.
 */
export class SpanWriter {
  #list: unknown[] = [];
  #values: unknown[] = [];
  #ended = 0;
  #bytes = 0;
  readonly #scopes = new Map<Scope, number>();
  readonly #resources = new Map<Resource, number>();

  get ended(): number {
    return this.#ended;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#list.length === 0;
  }

  /** What was written since it was last taken. */
  take(): SpanBatch {
    const batch = {
      text: JSON.stringify(this.#list),
      values: this.#values,
      ended: this.#ended,
      bytes: this.#bytes,
    };
    this.#list = [];
    this.#values = [];
    this.#ended = 0;
    this.#bytes = 0;
    return batch;
  }

  /**
   * Returns how many attributes it has. What the span's own members throw is thrown, and nothing is written then; so do the others.
   *
   * @param parent number of the span around it, 0 for none
   */
  start(span: ReadableSpan, number: number, parent: number, correlationId: string | undefined): number {
    return this.#write(() => {
      this.#beginning(SAY.START, span, number, parent, correlationId);
      return this.#says(span);
    });
  }

  whole(span: ReadableSpan, number: number, parent: number, correlationId: string | undefined): void {
    this.#write(() => {
      this.#beginning(SAY.WHOLE, span, number, parent, correlationId);
      this.#says(span);
      this.#end(span);
    });
    this.#ended++;
  }

  known(span: ReadableSpan, number: number): number {
    return this.#write(() => {
      this.#beginning(SAY.KNOWN, span, number, 0, undefined);
      const attributes = this.#says(span);
      this.#end(span);
      return attributes;
    });
  }

  /** @param isKept whether spans that start later may be inside it */
  end(span: ReadableSpan, number: number, isKept: boolean): void {
    this.#write(() => {
      this.#list.push(SAY.END, number, isKept);
      this.#says(span);
      this.#end(span);
      this.#bytes += SPAN_BYTES;
    });
    this.#ended++;
  }

  /** Returns how many attributes it has. */
  update(span: ReadableSpan, number: number): number {
    return this.#write(() => {
      this.#list.push(SAY.UPDATE, number);
      return this.#says(span);
    });
  }

  /** @param number 0 for a span that was not said */
  lost(number: number, reason: DropReason, why: string): void {
    this.#list.push(SAY.LOST, number, reason, why);
    this.#ended++;
  }

  forget(number: number): void {
    this.#list.push(SAY.FORGET, number);
  }

  #write<Result>(work: () => Result): Result {
    const { length } = this.#list;
    try {
      return work();
    } catch (error) {
      this.#list.length = length;
      // They may have been said in what is gone.
      this.#scopes.clear();
      this.#resources.clear();
      throw error;
    }
  }

  #beginning(
    say: number,
    span: ReadableSpan,
    number: number,
    parent: number,
    correlationId: string | undefined,
  ): void {
    const resource = this.#resource(span.resource);
    const scope = this.#scope(span);
    const { traceId, spanId, traceFlags } = span.spanContext();
    const around = span.parentSpanContext;
    const [seconds, nanos] = span.startTime;
    this.#list.push(say, number, parent, traceId, spanId, traceFlags);
    if (around === undefined) this.#list.push(null);
    else this.#list.push(around.spanId, around.traceId, around.traceFlags, around.isRemote === true);
    this.#list.push(correlationId ?? null, resource, scope, span.kind);
    this.#time(seconds, nanos);
    this.#bytes += SPAN_BYTES;
  }

  #says(span: ReadableSpan): number {
    const { name } = span;
    this.#list.push(this.#value(name));
    return this.#attributes(span.attributes);
  }

  #end(span: ReadableSpan): void {
    const { endTime, status, events, links } = span;
    this.#time(endTime[0], endTime[1]);
    this.#list.push(status.code);
    this.#list.push(status.message === undefined ? null : this.#value(status.message));
    this.#list.push(events.length);
    for (const { name, time, attributes } of events) {
      this.#list.push(this.#value(name));
      this.#time(time[0], time[1]);
      this.#attributes(attributes ?? NO_ATTRIBUTES);
    }
    this.#list.push(links.length);
    for (const { context, attributes } of links) {
      this.#list.push(context.traceId, context.spanId);
      this.#attributes(attributes ?? NO_ATTRIBUTES);
    }
    const { droppedAttributesCount = 0, droppedEventsCount = 0, droppedLinksCount = 0 } = span;
    this.#list.push(droppedAttributesCount, droppedEventsCount, droppedLinksCount);
  }

  #time(seconds: number, nanos: number): void {
    this.#list.push(this.#value(seconds), this.#value(nanos));
  }

  #attributes(attributes: Attributes): number {
    const list = this.#list;
    const at = list.push(0) - 1;
    let count = 0;
    for (const key in attributes) {
      this.#bytes += key.length;
      list.push(key, this.#readable(attributes, key));
      count++;
    }
    list[at] = count;
    return count;
  }

  // A getter and a proxy may throw: that costs the value, not the action.
  #readable(attributes: Attributes, key: string): unknown {
    try {
      return this.#value(attributes[key]);
    } catch (error) {
      return this.#value(threw(error));
    }
  }

  #value(value: unknown): unknown {
    if (typeof value === "string") {
      if (value.length > LONG_TEXT) return this.#beside(value);
      this.#bytes += value.length;
      return value;
    }
    if (typeof value === "number") return Number.isFinite(value) ? value : this.#beside(value);
    if (typeof value === "boolean" || value === null) return value;
    if (Array.isArray(value) && value.length <= SHORT_LIST && value.every(isPlain)) {
      for (const one of value) this.#bytes += typeof one === "string" ? one.length : 0;
      return value.slice();
    }
    return this.#beside(value);
  }

  #beside(value: unknown): ValueBeside {
    const copy = copyOf(value);
    this.#bytes += sizeOf(copy);
    return { at: this.#values.push(copy) - 1 };
  }

  #resource(resource: Resource | undefined): number {
    if (resource === undefined) return 0;
    const known = this.#resources.get(resource);
    if (known !== undefined) return known;
    // Until its detectors are done it says something else each time.
    const isPending = resource.asyncAttributesPending === true;
    if (this.#resources.size >= MAX_RESOURCES) this.#resources.clear();
    const number = isPending ? PENDING_RESOURCE : PENDING_RESOURCE + 1 + this.#resources.size;
    if (!isPending) this.#resources.set(resource, number);
    const pairs = resource.getRawAttributes?.() ?? [];
    const said = isPending ? pairs.filter(([, value]) => typeof value === "string") : resource.attributes;
    this.#list.push(SAY.RESOURCE, number, this.#beside(said));
    return number;
  }

  #scope(span: ReadableSpan): number {
    const scope = span.instrumentationScope;
    const known = this.#scopes.get(scope);
    if (known !== undefined) return known;
    if (this.#scopes.size >= MAX_SCOPES) this.#scopes.clear();
    const number = this.#scopes.size + 1;
    this.#scopes.set(scope, number);
    this.#list.push(SAY.SCOPE, number, scopeName(span), scope?.version ?? null);
    return number;
  }
}

const NO_ATTRIBUTES: Attributes = Object.freeze({});
const SHORT_LIST = 64;
/** A program that makes a tracer, or a provider, for each span has as many; numbers are used again. */
const MAX_SCOPES = 200;
const MAX_RESOURCES = 50;
const PENDING_RESOURCE = 1;
/** Deeper than this an object is not measured. */
const MAX_DEPTH = 8;

const isPlain = (value: unknown): boolean =>
  value === null ||
  typeof value === "boolean" ||
  (typeof value === "string" && value.length <= LONG_TEXT) ||
  (typeof value === "number" && Number.isFinite(value));

// What cannot be cloned, as an object with a method, is read as the exporter reads everything.
function copyOf(value: unknown): unknown {
  if (typeof value === "string" || typeof value === "number") return value;
  try {
    // Texts never change: a list of them is copied without them.
    return listOfValues(value) ?? structuredClone(value);
  } catch {
    return plainJson(value);
  }
}

function listOfValues(value: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(value) || Object.getPrototypeOf(value) !== Array.prototype) return undefined;
  const copy: unknown[] = [];
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index];
    if (item !== null && typeof item !== "string" && typeof item !== "number" && typeof item !== "boolean")
      return undefined;
    copy.push(item);
  }
  return copy;
}

/** Characters, roughly: objects are rare. Of what stands in several places, the first counts. */
function sizeOf(value: unknown, depth = 0, seen = new Set<object>()): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH || seen.has(value)) return 8;
  seen.add(value);
  let size = 0;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) size += 4 + sizeOf(value[index], depth + 1, seen);
    return size;
  }
  for (const [key, one] of Object.entries(value)) size += key.length + sizeOf(one, depth + 1, seen);
  return size;
}
