import { actionId, spanIdentity } from "../../../src/event/index.js";
import { spanTimes } from "../../read/mapping/span-times.js";
import type { ReadableSpan } from "../../read/sdk-types.js";
import type { DialectReading, SpanReader, SpanSnapshot } from "../../read/span-reader.js";
import { type CallSight, sightOf } from "./call-sight.js";

/** What a span that may still be open says now. */
export interface Glance {
  /** `undefined` where no dialect knows the span, yet. */
  readonly read: DialectReading | undefined;
  /** The call or run that it is; `undefined` when it is none. */
  readonly sight: CallSight | undefined;
  readonly isAction: boolean;
  /** `undefined` when it has ended. */
  readonly attributes: number | undefined;
}

/** What spans say now; the same object as long as a span says no more. */
export class Glances {
  readonly #reader: SpanReader;
  readonly #seen = new WeakMap<SpanSnapshot, Glance>();
  readonly #ids = new WeakMap<ReadableSpan, string>();

  constructor(reader: SpanReader) {
    this.#reader = reader;
  }

  /** @param ancestors those of the span, nearest first */
  at(span: ReadableSpan, ancestors: () => readonly ReadableSpan[]): Glance {
    const snapshot = this.#reader.snapshot(span, ancestors());
    if (snapshot === undefined) return NOTHING;
    const seen = this.#seen.get(snapshot);
    if (seen !== undefined) return seen;
    const { read, attributes } = snapshot;
    const glance: Glance = {
      read,
      sight: read && sightOf(span, read.dialect.name, read.reading),
      isAction: read !== undefined && this.#reader.isAction(read),
      attributes,
    };
    this.#seen.set(snapshot, glance);
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

// A span that cannot be read.
const NOTHING: Glance = { read: undefined, sight: undefined, isAction: false, attributes: 0 };
