/**
 * For spans that are known only when they have ended, a few at a time: completes their actions with what earlier spans said, says in
 * them which span they still wait for, and makes the attributions of spans that something waits for.
 *
 * Children end before their parents. So when a span ends it is known whether anything inside it waits for it, and nothing is sent
 * of the many spans that no action refers to. Where the spans of one trace come to several instances, no instance knows that: then `"all"`.
 */

import { SCHEMA_VERSION, type SpanAttribution } from "../../src/event/index.js";
import { PRODUCER } from "../read/mapping/producer.js";
import { spanTimes } from "../read/mapping/span-times.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { SpanNames, SpanReader } from "../read/span-reader.js";
import { type Draft, memoryKey } from "./correlation-memory.js";
import type { SpanAttributionsMode } from "./correlation-settings.js";
import { inferredFields, nearestNames } from "./inferred-fields.js";
import type { MappedSpan } from "./mapped-span.js";
import { actionOf, keyOf, spanKey } from "./observation.js";

/** What is known of a span that ended, and of those around it as far as they are known. */
interface KnownSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Each value is that of the nearest span that says it, beginning with this one. */
  readonly names: SpanNames;
  /** Ids of the nearest actions, beginning with the one that this span is. */
  readonly actionIds: readonly string[];
  /** The nearest span around it that is not known; `undefined`: there is none, the trace begins here. */
  readonly awaits: string | undefined;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
}

type KnownSpans = ReadonlyMap<string, KnownSpan>;

/** Of the action that each span is or went into, by the keys of the spans. */
export type ActionIds = ReadonlyMap<string, string | undefined>;

/** Spans that say they are inside each other would go round for ever. */
const MAX_STEPS = 64;

/** Of the actions around a span, so many are remembered: a layer of a call is not around that same call. */
const MAX_ACTIONS = 4;

/** Attributes the spans of one batch. */
export class SpanAttributor {
  readonly #reader: SpanReader;
  readonly #draft: Draft;
  readonly #sender: string;

  constructor(reader: SpanReader, draft: Draft, sender: string) {
    this.#reader = reader;
    this.#draft = draft;
    this.#sender = sender;
  }

  /** Completes the actions of these spans, in place, and returns the attributions that are to be sent beside them. */
  attribute(
    mapped: readonly MappedSpan[],
    actionIds: ActionIds,
    mode: SpanAttributionsMode,
  ): readonly SpanAttribution[] {
    const known = this.#remember(mapped, actionIds);
    for (const one of mapped) this.#complete(one, known);
    return [...known.values()].flatMap((span) => {
      if (mode === "awaited" && !this.#isAwaited(span)) return [];
      this.#await(span, span.awaits);
      return [attributionOf(span)];
    });
  }

  #remember(mapped: readonly MappedSpan[], actionIds: ActionIds): KnownSpans {
    const spans = new Map(mapped.map(({ span }) => [keyOf(span), span]));
    const known = new Map<string, KnownSpan>();
    for (const key of spans.keys())
      for (const next of fromOutside(key, spans, known)) {
        const span = spans.get(next);
        if (span) known.set(next, this.#know(span, actionIds.get(next), known));
      }
    for (const [key, value] of known) {
      const id = memoryKey("span", this.#sender, key);
      this.#draft.add({ id, by: this.#by(value), keys: [id], value });
    }
    return known;
  }

  #know(span: ReadableSpan, actionId: string | undefined, known: KnownSpans): KnownSpan {
    const { traceId, spanId } = span.spanContext();
    const { startedAt, endedAt } = spanTimes(span);
    let one: KnownSpan = {
      traceId,
      spanId,
      names: this.#reader.namesOf(span),
      actionIds: actionId === undefined ? [] : [actionId],
      awaits: span.parentSpanContext?.spanId,
      startedAt,
      endedAt,
    };
    // What a remembered span still waited for may have ended since.
    for (let steps = 0; one.awaits !== undefined && steps < MAX_STEPS; steps++) {
      const around = this.#find({ traceId, spanId: one.awaits }, known, one);
      if (around === undefined) break;
      one = inside(one, around);
    }
    return one;
  }

  #find(place: Place, known: KnownSpans, by: Place): KnownSpan | undefined {
    const key = spanKey(place);
    return known.get(key) ?? this.#draft.find<KnownSpan>(memoryKey("span", this.#sender, key), this.#by(by));
  }

  #complete({ span, transformed }: MappedSpan, known: KnownSpans): void {
    const event = actionOf(transformed);
    const own = known.get(keyOf(span));
    if (event === undefined || own === undefined) return;
    // One layer may know what the others do not, and be in another trace.
    const layers = (event.merged_spans ?? []).flatMap(
      (layer) => this.#find({ traceId: layer.trace_id, spanId: layer.span_id }, known, own) ?? [],
    );
    const names = layers.reduce<SpanNames>((all, layer) => nearestNames(all, layer.names), own.names);
    const isNameless = () => this.#reader.isNamelessRun(span);
    const open = inferredFields(event, names, isNameless);
    const parent = event.parent_action_id ?? own.actionIds.find((id) => id !== event.id);
    if (parent !== undefined) event.parent_action_id = parent;
    if (own.awaits === undefined) return;
    event.unresolved_parent_span_id = own.awaits;
    if (open.length > 0) event.inferred_fields = open;
    this.#await(own, own.awaits);
  }

  /** @param by the span that waits */
  #await(by: Place, spanId: string | undefined): void {
    if (spanId === undefined) return;
    const id = memoryKey("awaited", this.#sender, spanKey({ traceId: by.traceId, spanId }));
    this.#draft.add({ id, by: this.#by(by), keys: [id], value: true });
  }

  // Now, not when the span came for the first time: actions that began to wait since then need it, too.
  #isAwaited(span: Place): boolean {
    return this.#draft.has(memoryKey("awaited", this.#sender, spanKey(span)));
  }

  #by(span: Place): string {
    return memoryKey(this.#sender, spanKey(span));
  }
}

type Place = Pick<KnownSpan, "traceId" | "spanId">;

const inside = (one: KnownSpan, around: KnownSpan): KnownSpan => ({
  ...one,
  names: nearestNames(one.names, around.names),
  actionIds: [...new Set([...one.actionIds, ...around.actionIds])].slice(0, MAX_ACTIONS),
  awaits: around.awaits,
});

/** The span and those around it that are not known yet, from the outside in. Spans may say that they are inside themselves. */
function fromOutside(
  key: string,
  spans: ReadonlyMap<string, ReadableSpan>,
  known: ReadonlyMap<string, KnownSpan>,
): readonly string[] {
  const chain = new Set<string>();
  for (let next: string | undefined = key; next !== undefined; ) {
    const span = spans.get(next);
    if (span === undefined || known.has(next) || chain.has(next)) break;
    chain.add(next);
    const parent = span.parentSpanContext;
    next = parent && spanKey({ traceId: span.spanContext().traceId, spanId: parent.spanId });
  }
  return [...chain].reverse();
}

function attributionOf(span: KnownSpan): SpanAttribution {
  const said = {
    unresolved_parent_span_id: span.awaits,
    ...span.names,
    action_id: span.actionIds[0],
    started_at: span.startedAt,
    ended_at: span.endedAt,
  };
  return {
    trace_id: span.traceId,
    span_id: span.spanId,
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
    producer: PRODUCER,
    schema_version: SCHEMA_VERSION,
  };
}
