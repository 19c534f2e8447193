import type { Context } from "@opentelemetry/api";
import { claimedAck } from "../correlate/claimed-ack.js";
import { type OpenSpan, OpenSpans, type SpanStart, type ToldSpan } from "../correlate/open-spans.js";
import type { DropReason } from "../deliver/delivery-counters.js";
import { contextCorrelationId } from "../read/context-correlation-id.js";
import { scopeName } from "../read/dialects/common/attributes.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { SpanBatch } from "./span-operations.js";
import { SpanWriter } from "./span-writer.js";

/** So many spans may have started without being said. */
const MAX_UNSAID = 64;

/**
 * Says of the spans of this thread what another one has to know to read each of them as it would be read here at its end: the spans
 * around it and the open ones of other layers, as they are then. Of a span that nobody may look at, its end says all.
 */
export class ToldSpans {
  readonly #open = new OpenSpans();
  readonly #writer = new SpanWriter();
  /** Open and not said yet, in the order in which they started. */
  readonly #unsaid = new Map<ReadableSpan, OpenSpan>();
  /** Open and said, by layer. Held weakly: a span that never ends is no leak. */
  readonly #layers = new Map<string, Set<OpenSpan>>();
  readonly #gone = new FinalizationRegistry<ToldSpan>((told) => this.#forget(told));
  #numbers = 0;

  started(span: ReadableSpan, parentContext: Context): void {
    const open = this.#open.started(span, parentContext);
    const start = this.#open.startOf(span);
    start.ack = claimedAck(span, parentContext);
    start.correlationId = contextCorrelationId(parentContext);
    const [parent] = start.ancestors;
    if (parent !== undefined) this.#numberOf(parent);
    this.#unsaid.set(span, open);
    if (this.#unsaid.size > MAX_UNSAID) this.#sayAllBut(undefined);
  }

  startOf(span: ReadableSpan): SpanStart {
    return this.#open.startOf(span);
  }

  /** @throws what the span's own members throw; it is to be given to {@link lost} then */
  ended(span: ReadableSpan): void {
    const start = this.#open.startOf(span);
    this.#sayAllBut(span);
    for (const ancestor of start.ancestors) this.#refresh(ancestor);
    if (this.#layers.size > 0) this.#refreshOthers(layerOf(span));
    this.#end(span, start);
  }

  /** The span has ended, and is not taken. */
  lost(span: ReadableSpan, reason: DropReason, why: string): void {
    const { told } = this.#open.startOf(span);
    this.#leave(span);
    if (told !== undefined) told.isForgotten = true;
    this.#writer.lost(told?.number ?? 0, reason, why);
  }

  /** Says what is open, as it is now. */
  sayOpen(): void {
    this.#sayAllBut(undefined);
    this.#refreshOthers(undefined);
  }

  get hasOpen(): boolean {
    return this.#open.size > 0;
  }

  get waiting(): Pick<SpanWriter, "ended" | "bytes" | "isEmpty"> {
    return this.#writer;
  }

  take(): SpanBatch {
    return this.#writer.take();
  }

  #end(span: ReadableSpan, start: SpanStart): void {
    this.#leave(span);
    const { told } = start;
    const isKept = this.#open.remembers(span);
    if (told !== undefined) {
      this.#writer.end(span, told.number, isKept);
      told.isForgotten = !isKept;
      return;
    }
    const [parent] = start.ancestors;
    const number = isKept ? ++this.#numbers : 0;
    const around = parent === undefined ? 0 : this.#numberOf(parent);
    this.#writer.whole(span, number, around, start.correlationId);
    if (isKept) this.#remember(span, start, number, undefined, 0);
  }

  #leave(span: ReadableSpan): void {
    const { told } = this.#open.startOf(span);
    this.#open.ended(span);
    this.#unsaid.delete(span);
    if (told?.open !== undefined) this.#leaveLayer(told.layer, told.open);
  }

  #sayAllBut(span: ReadableSpan | undefined): void {
    for (const [other] of this.#unsaid) {
      if (other === span) continue;
      this.#unsaid.delete(other);
      this.#numberOf(other);
    }
  }

  /** Says the span where that was not done; 0 for one that cannot be read, which is around no other then. */
  #numberOf(span: ReadableSpan): number {
    const start = this.#open.startOf(span);
    try {
      return start.told?.number ?? this.#say(span, start);
    } catch {
      return 0;
    }
  }

  #say(span: ReadableSpan, start: SpanStart): number {
    const [parent] = start.ancestors;
    const around = parent === undefined ? 0 : this.#numberOf(parent);
    const open = this.#open.referenceTo(span);
    const number = ++this.#numbers;
    const attributes = span.ended
      ? this.#writer.known(span, number)
      : this.#writer.start(span, number, around, start.correlationId);
    this.#unsaid.delete(span);
    this.#remember(span, start, number, open, attributes);
    return number;
  }

  #remember(
    span: ReadableSpan,
    start: SpanStart,
    number: number,
    open: OpenSpan | undefined,
    attributes: number,
  ): void {
    const layer = layerOf(span);
    const told: ToldSpan = { number, open, layer, name: span.name, attributes, isForgotten: false };
    start.told = told;
    this.#gone.register(span, told);
    if (open === undefined) return;
    const others = this.#layers.get(layer) ?? new Set();
    this.#layers.set(layer, others.add(open));
  }

  /** @param layer none of that one; `undefined`: of all */
  #refreshOthers(layer: string | undefined): void {
    for (const [key, others] of this.#layers)
      if (key !== layer)
        for (const open of others) {
          const span = open.deref();
          if (span === undefined) this.#leaveLayer(key, open);
          else this.#refresh(span);
        }
  }

  // By the same rule by which a span that is open is read again.
  #refresh(span: ReadableSpan): void {
    const { told } = this.#open.startOf(span);
    if (told === undefined || span.ended) return;
    if (told.name === span.name && told.attributes === countMembers(span.attributes)) return;
    told.attributes = this.#writer.update(span, told.number);
    told.name = span.name;
  }

  #leaveLayer(layer: string, open: OpenSpan): void {
    const others = this.#layers.get(layer);
    others?.delete(open);
    if (others?.size === 0) this.#layers.delete(layer);
  }

  #forget({ number, open, layer, isForgotten }: ToldSpan): void {
    if (isForgotten) return;
    if (open !== undefined) this.#leaveLayer(layer, open);
    this.#writer.forget(number);
  }
}

const layerOf = (span: ReadableSpan): string => `${span.kind} ${scopeName(span)}`;

function countMembers(attributes: object): number {
  let count = 0;
  for (const _ in attributes) count++;
  return count;
}
