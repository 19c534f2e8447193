/**
 * For exporters that see spans only when they have ended, a few at a time: completes their actions with what earlier spans said,
 * says in them which span they still wait for, and makes the facts of spans that something waits for.
 *
 * Children end before their parents. So when a span ends it is known whether anything inside it waits for it, and nothing is sent
 * of the many spans that nobody asks about. Where the spans of one trace come to several instances, nobody knows: then `"all"`.
 */

import { type ActionEvent, SCHEMA_VERSION, type SpanAttribution } from "../../../src/event/index.js";
import { PRODUCER } from "../../read/mapping/producer.js";
import { spanTimes } from "../../read/mapping/span-times.js";
import type { ReadableSpan } from "../../read/sdk-types.js";
import type { SpanNames, SpanReader } from "../../read/span-reader.js";
import { spanKey } from "../folding/call-sight.js";
import { actionOf } from "../folding/recorded-call.js";
import type { MappedSpan } from "../map-spans.js";
import { AwaitedSpans } from "./awaited-spans.js";
import { inferredFields } from "./inferred-fields.js";
import { type KnownSpan, KnownSpans } from "./known-spans.js";
import { nearestNames } from "./nearest-names.js";
import type { SpanAttributionsMode } from "./span-attributions-mode.js";

/** Spans that say they are inside each other would go round for ever. */
const MAX_STEPS = 64;

/** Of the actions around a span, so many are remembered: a layer of a call is not around that same call. */
const MAX_ACTIONS = 4;

export class SpanAttributions {
  readonly #reader: SpanReader;
  readonly #mode: SpanAttributionsMode;
  readonly #known = new KnownSpans();
  readonly #awaited = new AwaitedSpans();

  constructor(reader: SpanReader, mode: SpanAttributionsMode) {
    this.#reader = reader;
    this.#mode = mode;
  }

  /** Completes the actions of spans that ended, in place, and answers the facts that are to be sent beside them. */
  take(mapped: readonly MappedSpan[]): readonly SpanAttribution[] {
    const known = this.#remember(mapped);
    for (const one of mapped) this.#complete(one, known);
    return [...known.values()].flatMap((span) => {
      if (this.#mode === "awaited" && !this.#awaited.has(spanKey(span))) return [];
      this.#await(span.traceId, span.awaits);
      return [factOf(span)];
    });
  }

  #remember(mapped: readonly MappedSpan[]): ReadonlyMap<string, KnownSpan> {
    const actionIds = actionIdsOf(mapped);
    const spans = new Map(mapped.map(({ span }) => [spanKey(span.spanContext()), span]));
    const known = new Map<string, KnownSpan>();
    for (const key of spans.keys())
      for (const next of fromOutside(key, spans, known)) {
        const span = spans.get(next);
        if (span) known.set(next, this.#know(span, actionIds.get(next), known));
      }
    for (const [key, span] of known) this.#known.add(key, span);
    return known;
  }

  #know(span: ReadableSpan, actionId: string | undefined, known: ReadonlyMap<string, KnownSpan>): KnownSpan {
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
      const around = this.#find({ traceId, spanId: one.awaits }, known);
      if (around === undefined) break;
      one = inside(one, around);
    }
    return one;
  }

  #find(
    place: { readonly traceId: string; readonly spanId: string },
    known: ReadonlyMap<string, KnownSpan>,
  ): KnownSpan | undefined {
    const key = spanKey(place);
    return known.get(key) ?? this.#known.get(key);
  }

  #complete({ span, transformed }: MappedSpan, known: ReadonlyMap<string, KnownSpan>): void {
    const event = transformed.outcome === "deduplicated" ? undefined : actionOf(transformed);
    const own = known.get(spanKey(span.spanContext()));
    if (event === undefined || own === undefined) return;
    // One layer may know what the others do not, and be in another trace.
    const layers = (event.merged_spans ?? []).flatMap(
      (layer) => this.#find({ traceId: layer.trace_id, spanId: layer.span_id }, known) ?? [],
    );
    const names = layers.reduce<SpanNames>((all, layer) => nearestNames(all, layer.names), own.names);
    const isNameless = () => this.#reader.isNamelessRun(span);
    const open = inferredFields(event, names, isNameless);
    const parent = event.parent_action_id ?? own.actionIds.find((id) => id !== event.id);
    if (parent !== undefined) event.parent_action_id = parent;
    if (own.awaits === undefined) return;
    event.unresolved_parent_span_id = own.awaits;
    if (open.length > 0) event.inferred_fields = open;
    this.#await(own.traceId, own.awaits);
  }

  #await(traceId: string, spanId: string | undefined): void {
    if (spanId !== undefined) this.#awaited.add(spanKey({ traceId, spanId }));
  }
}

const inside = (one: KnownSpan, around: KnownSpan): KnownSpan => ({
  ...one,
  names: nearestNames(one.names, around.names),
  actionIds: [...new Set([...one.actionIds, ...around.actionIds])].slice(0, MAX_ACTIONS),
  awaits: around.awaits,
});

/** The action that each span is or went into, by the keys of the spans. */
function actionIdsOf(mapped: readonly MappedSpan[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const byPrimary = new Map<string, ActionEvent>();
  for (const { span, transformed, isToldOnly } of mapped) {
    const event = transformed.outcome === "deduplicated" || isToldOnly ? undefined : actionOf(transformed);
    if (event?.id === undefined) continue;
    ids.set(spanKey(span.spanContext()), event.id);
    byPrimary.set(span.spanContext().spanId, event);
  }
  for (const { span, transformed } of mapped) {
    const into = transformed.outcome === "deduplicated" ? byPrimary.get(transformed.into)?.id : undefined;
    if (into !== undefined) ids.set(spanKey(span.spanContext()), into);
  }
  return ids;
}

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

function factOf({
  traceId,
  spanId,
  names,
  actionIds,
  awaits,
  startedAt,
  endedAt,
}: KnownSpan): SpanAttribution {
  const said = {
    unresolved_parent_span_id: awaits,
    ...names,
    action_id: actionIds[0],
    started_at: startedAt,
    ended_at: endedAt,
  };
  return {
    trace_id: traceId,
    span_id: spanId,
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
    producer: PRODUCER,
    schema_version: SCHEMA_VERSION,
  };
}
