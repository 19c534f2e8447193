import type { ActionEvent } from "../../src/event/index.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import { type ReadSpan, SpanReader } from "../read/span-reader.js";
import type { Transformed, TransformOptions } from "../read/transform.js";
import { spanKey } from "./folding/call-sight.js";
import { foldCalls } from "./folding/fold-calls.js";
import { type FoldedAction, foldedActions } from "./folding/folded-actions.js";
import { actionOf, callSightOf, recordedCall } from "./folding/recorded-call.js";
import { millisBetween } from "./folding/same-call.js";
import { CallsWithoutSpan } from "./requested-calls/calls-without-span.js";

export interface MapOptions extends TransformOptions {
  /** Record calls that have no span, when a model is told that they failed or were denied. @default true */
  readonly callsWithoutSpan?: boolean | undefined;
}

/** A span that ended, with the spans around it that are known. */
export interface SpanToMap {
  readonly span: ReadableSpan;
  /** Nearest first. */
  readonly ancestors: readonly ReadableSpan[];
}

/** The span recorded a call that another span recorded as well, and that one's event stands for both. */
export interface DeduplicatedSpan {
  readonly outcome: "deduplicated";
  /** The id of the span whose event stands for both. */
  readonly into: string;
  /** The dialect that the folded span spoke. */
  readonly dialect: string;
}

export interface MappedSpan {
  readonly span: ReadableSpan;
  readonly transformed: Transformed | DeduplicatedSpan;
  /**
   * The event is a call that has no span of its own: `span` is a model's, which tells of it, and has an entry of its own
   * before this one.
   */
  readonly isToldOnly?: true;
}

/**
 * What becomes of spans that are known all at once: those of a file, or of one request. One entry a span, in the order given;
 * calls without a span follow the span that tells of them.
 */
export function mapSpans(spans: readonly SpanToMap[], options: MapOptions = {}): readonly MappedSpan[] {
  return new SpanMapper(options).map(spans);
}

/** The same for spans that come a few at a time. */
export class SpanMapper {
  readonly reader: SpanReader;
  readonly #withoutSpan: CallsWithoutSpan | undefined;

  constructor(options: MapOptions) {
    const { callsWithoutSpan = true, ...transform } = options;
    this.reader = new SpanReader(transform);
    this.#withoutSpan = callsWithoutSpan ? new CallsWithoutSpan(this.reader) : undefined;
  }

  map(spans: readonly SpanToMap[]): readonly MappedSpan[] {
    for (const { span } of spans) this.reader.keep(span);
    const read = this.#completed(
      spans.map(({ span, ancestors }) => ({
        span,
        ancestors,
        key: spanKey(span.spanContext()),
        ...this.reader.read(span, ancestors),
      })),
    );
    const folded = this.#fold(read);
    const told = this.#toldCalls(read);
    nameParents(read, folded, told);
    return read.flatMap(({ span, transformed, key }): readonly MappedSpan[] => {
      const action = folded.get(key);
      const own = { span, transformed: action ? asLayer(transformed, action, key) : transformed };
      const calls = told.get(key) ?? [];
      return [own, ...calls.map((call) => ({ span, transformed: call, isToldOnly: true as const }))];
    });
  }

  /** With what models said of the calls: in the order in which they began, for a request is answered once. */
  #completed(read: readonly ReadInPlace[]): readonly ReadInPlace[] {
    const calls = this.#withoutSpan;
    if (calls === undefined) return read;
    for (const one of read) calls.asked(one.span, one);
    const completed = new Map<ReadInPlace, ReadInPlace>();
    for (const one of read.toSorted((a, b) => millisBetween(b.span.startTime, a.span.startTime)))
      completed.set(one, calls.completed(one.span, one.ancestors, one));
    return read.map((one) => completed.get(one) ?? one);
  }

  /** Calls that only models were told of, by the keys of the models' spans. */
  #toldCalls(read: readonly ReadInPlace[]): ReadonlyMap<string, readonly Told[]> {
    const told = new Map<string, readonly Told[]>();
    if (this.#withoutSpan === undefined) return told;
    for (const one of read) this.#withoutSpan.saw(one.span, one);
    const models = read.filter((one) => one.read?.reading.is === "model_call");
    for (const one of models.sort((a, b) => millisBetween(b.span.startTime, a.span.startTime))) {
      const calls = this.#withoutSpan.toldBy(one.span, one.ancestors, one);
      if (calls.length > 0) told.set(one.key, calls);
    }
    return told;
  }

  /** The action that each call went into, by the keys of its layers. */
  #fold(read: readonly ReadInPlace[]): ReadonlyMap<string, FoldedAction> {
    const runs = new Set(read.filter((one) => one.read?.reading.is === "run").map(({ key }) => key));
    const calls = read.flatMap((one) => {
      const event = actionOf(one.transformed);
      const sight = callSightOf(one.span, one);
      if (event === undefined || sight === undefined) return [];
      const at = one.ancestors.findIndex((span) => runs.has(spanKey(span.spanContext())));
      const runAt = at === -1 ? one.ancestors.length : at;
      return [recordedCall(sight, event, one.span, one.ancestors, runAt, this.reader)];
    });
    const actions = new Map<string, FoldedAction>();
    for (const action of foldedActions(foldCalls(calls)))
      for (const layer of [action.primary, ...action.folded]) actions.set(spanKey(layer), action);
    return actions;
  }
}

type Told = ReturnType<CallsWithoutSpan["toldBy"]>[number];

type ReadInPlace = ReadSpan & SpanToMap & { readonly key: string };

function asLayer(
  transformed: Transformed,
  action: FoldedAction,
  key: string,
): Transformed | DeduplicatedSpan {
  if (transformed.outcome !== "event") return transformed;
  if (key === spanKey(action.primary)) return { ...transformed, event: action.event };
  return { outcome: "deduplicated", into: action.primary.spanId, dialect: transformed.dialect };
}

// The nearest action around; what went into another one stands there under the other's id.
function nameParents(
  read: readonly ReadInPlace[],
  folded: ReadonlyMap<string, FoldedAction>,
  told: ReadonlyMap<string, readonly Told[]>,
): void {
  const known = new Map(read.map((one) => [one.key, one]));
  for (const { key, ancestors, transformed } of read) {
    for (const call of told.get(key) ?? []) putParent(actionOf(call), nearestAction(ancestors, undefined));
    const action = folded.get(key);
    const event = action?.event ?? actionOf(transformed);
    if (event === undefined || (action && key !== spanKey(action.primary))) continue;
    const outermost = action ? spanKey(action.outermost) : key;
    putParent(event, nearestAction(known.get(outermost)?.ancestors ?? [], action));
  }

  function nearestAction(
    ancestors: readonly ReadableSpan[],
    own: FoldedAction | undefined,
  ): string | undefined {
    for (const ancestor of ancestors) {
      const key = spanKey(ancestor.spanContext());
      const action = folded.get(key);
      if (action !== undefined && action === own) continue;
      const event = action?.event ?? actionOf(known.get(key)?.transformed ?? NOTHING);
      if (event?.id !== undefined) return event.id;
    }
    return undefined;
  }
}

function putParent(event: ActionEvent | undefined, id: string | undefined): void {
  if (event !== undefined && id !== undefined) event.parent_action_id = id;
}

const NOTHING: Transformed = { outcome: "ignored", reason: "" };
