import { actionId, spanIdentity } from "../../../src/event/index.js";
import { spanTimes } from "../../read/mapping/span-times.js";
import type { ReadableSpan } from "../../read/sdk-types.js";
import type { DialectReading, SpanReader } from "../../read/span-reader.js";
import { type CallSight, sightOf } from "./call-sight.js";

/** What a span that may still be open says now. */
export interface Glance {
  /** `undefined` where no dialect knows the span, yet. */
  readonly read: DialectReading | undefined;
  /** The call or run that it is; `undefined` when it is none. */
  readonly sight: CallSight | undefined;
  readonly isAction: boolean;
  readonly attributes: number;
  readonly ended: boolean;
}

/** Reads a span once for all that are inside it, and again only when it says more than it did. */
export class Glances {
  readonly #reader: SpanReader;
  readonly #seen = new WeakMap<ReadableSpan, Glance>();
  readonly #ids = new WeakMap<ReadableSpan, string>();

  constructor(reader: SpanReader) {
    this.#reader = reader;
  }

  /** @param ancestors those of the span, nearest first */
  at(span: ReadableSpan, ancestors: () => readonly ReadableSpan[]): Glance {
    const seen = this.#seen.get(span);
    const attributes = countMembers(span.attributes);
    if (seen !== undefined && seen.attributes === attributes && seen.ended === span.ended) return seen;
    const read = this.#reader.glance(span, ancestors());
    const glance: Glance = {
      read,
      sight: read && sightOf(span, read.dialect.name, read.reading),
      isAction: read !== undefined && this.#reader.isAction(read),
      attributes,
      ended: span.ended,
    };
    this.#seen.set(span, glance);
    return glance;
  }

  /** The id that a span's action has or will have: it is made of the start and the ids. */
  idOf(span: ReadableSpan): string {
    const known = this.#ids.get(span);
    if (known !== undefined) return known;
    const { traceId, spanId } = span.spanContext();
    const id = actionId(spanTimes(span).startMillis, spanIdentity(traceId, spanId));
    this.#ids.set(span, id);
    return id;
  }
}

// Counted without a list of the names: this is asked for each span around each action.
function countMembers(attributes: object): number {
  let count = 0;
  for (const _ in attributes) count++;
  return count;
}
