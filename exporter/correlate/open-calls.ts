/**
 * The spans of a running program that may be the same call as one that ended: around it, or elsewhere in the process. What a span says
 * may change until it ends.
 */
import { actionId, spanIdentity } from "../../src/event/index.js";
import { scopeName } from "../read/dialects/common/attributes.js";
import { spanTimes } from "../read/mapping/span-times.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { SpanReader, SpanSnapshot } from "../read/span-reader.js";
import { relateArguments } from "./call-arguments.js";
import { deduplicateCalls, nestedVerdict } from "./deduplicate-calls.js";
import { primaryOf } from "./merge-spans.js";
import {
  type CallObservation,
  callObservationOf,
  type Origin,
  observe,
  type RecordedCall,
  spanKey,
} from "./observation.js";
import type { OpenSpan } from "./open-spans.js";
import { hasIdOf, sameCall } from "./same-call.js";
import { bareToolName, relateNames } from "./tool-names.js";

/** What a span that may still be open says now, as far as it is a call. */
interface CallSnapshot {
  /** Whether a dialect knows the span, yet. */
  readonly isKnown: boolean;
  /** The call or run that it is; `undefined` when it is none. */
  readonly call: CallObservation | undefined;
  readonly isRun: boolean;
  readonly isAction: boolean;
  /** `undefined` when it has ended. */
  readonly attributes: number | undefined;
}

/** A span that may be the same call as one that ended. */
export interface Candidate {
  readonly span: ReadableSpan;
  /** As far as it is known while the span is open. */
  readonly verdict: "same" | "doubt";
}

/** The most open spans of one layer that are looked at. */
const MAX_UNSORTED = 1_000;

/** The most scopes: one that somebody names anew each time is none. */
const MAX_SCOPES = 200;

type AncestorsOf = (span: ReadableSpan) => readonly ReadableSpan[];

export class OpenCalls {
  readonly #reader: SpanReader;
  readonly #origin: Origin;
  readonly #ancestorsOf: AncestorsOf;
  /** By the name of the scope, then by the span's kind. */
  readonly #scopes = new Map<string, (OpenLayer | undefined)[]>();
  readonly #snapshots = new WeakMap<SpanSnapshot, CallSnapshot>();
  readonly #actionIds = new WeakMap<CallSnapshot, string>();

  constructor(reader: SpanReader, origin: Origin, ancestorsOf: AncestorsOf) {
    this.#reader = reader;
    this.#origin = origin;
    this.#ancestorsOf = ancestorsOf;
  }

  /** Spans are read when another layer's calls are asked for, so a program with one instrumentation reads nothing twice. */
  started(span: ReadableSpan, reference: OpenSpan): void {
    const layer = this.#layerOf(span);
    if (layer === undefined || layer.unsorted.size >= MAX_UNSORTED) return;
    layer.unsorted.set(span.spanContext().spanId, reference);
  }

  ended(span: ReadableSpan): void {
    const layer = this.#scopes.get(scopeName(span))?.[span.kind];
    if (layer === undefined) return;
    const { spanId } = span.spanContext();
    if (layer.unsorted.delete(spanId)) return;
    const name = layer.names.get(spanId);
    if (name === undefined) return;
    layer.names.delete(spanId);
    const calls = layer.calls.get(name);
    calls?.delete(spanId);
    if (calls?.size === 0) layer.calls.delete(name);
  }

  /** Whether another layer than the span's has an open span that may be a call or a run. */
  hasOthers(span: ReadableSpan): boolean {
    const own = this.#scopes.get(scopeName(span))?.[span.kind];
    for (const layers of this.#scopes.values())
      for (const layer of layers)
        if (layer !== undefined && layer !== own && (layer.unsorted.size > 0 || layer.names.size > 0))
          return true;
    return false;
  }

  /** What of the spans around a span is a call or a run. */
  *callsAround(ancestors: readonly ReadableSpan[]): Iterable<CallObservation> {
    for (const span of ancestors) {
      const { call } = this.#snapshot(span);
      if (call !== undefined) yield call;
    }
  }

  /** Which of the spans around is the nearest run; as many as there are when none is. */
  runAt(ancestors: readonly ReadableSpan[]): number {
    const at = ancestors.findIndex((span) => this.#snapshot(span).isRun);
    return at === -1 ? ancestors.length : at;
  }

  /** Those around a call, nearest first; ended ones too. */
  around(call: CallObservation, ancestors: readonly ReadableSpan[]): readonly Candidate[] {
    const found: Candidate[] = [];
    const runAt = this.runAt(ancestors);
    for (const [at, span] of ancestors.entries()) {
      if (call.is === "run" && at > 0) break;
      const { call: outer, isKnown } = this.#snapshot(span);
      // It has a name and nothing else: some instrumentations say what a span was only when it ends.
      if (!isKnown && !span.ended && relateNames(span.name, call.name) === "same")
        found.push({ span, verdict: "doubt" });
      if (outer === undefined) continue;
      const verdict = nestedVerdict({ ...call, runAt }, outer, at);
      if (verdict !== "different") found.push({ span, verdict });
    }
    return found;
  }

  /** Open ones of other layers elsewhere in the process, or inside the call that ended. */
  apart(call: CallObservation, span: ReadableSpan, ancestors: readonly ReadableSpan[]): readonly Candidate[] {
    const found: Candidate[] = [];
    for (const other of this.#sameName(span, call)) {
      if (other === span || ancestors.includes(other)) continue;
      const outer = this.#snapshot(other).call;
      if (outer === undefined) continue;
      const around = this.#ancestorsOf(other);
      const isInside = around.includes(span);
      if (call.is === "run" && around[0] !== span) continue;
      const verdict = isInside ? sameCall(outer, call, "nested") : sameCall(call, outer, "apart");
      if (verdict === "same" || (verdict === "doubt" && !isInside)) found.push({ span: other, verdict });
      else if (!isInside && mayBecomeSame(call, outer)) found.push({ span: other, verdict: "doubt" });
    }
    return found;
  }

  /** The id of the nearest action around, as far as it is known while spans are open. */
  parentActionId(ancestors: readonly ReadableSpan[]): string | undefined {
    const parent = ancestors.find((span) => this.#snapshot(span).isAction);
    return parent && this.actionIdOf(parent);
  }

  /** The id of the action that a call's span will be part of: the calls that are open by now are deduplicated as if they had ended. */
  actionIdOf(span: ReadableSpan): string {
    const snapshot = this.#snapshot(span);
    const known = this.#actionIds.get(snapshot);
    if (known !== undefined) return known;
    const { call } = snapshot;
    const { start, ...ids } = call ? this.#primaryOf(span, call) : placeOf(span);
    const id = actionId(
      spanTimes({ startTime: start, endTime: start }).startMillis,
      spanIdentity(ids.traceId, ids.spanId),
    );
    this.#actionIds.set(snapshot, id);
    return id;
  }

  #primaryOf(span: ReadableSpan, call: CallObservation): Pick<RecordedCall, "traceId" | "spanId" | "start"> {
    const ancestors = this.#ancestorsOf(span);
    const others = this.apart(call, span, ancestors).map((other) => other.span);
    const spans = new Set([span, ...others].flatMap((one) => [one, ...this.#ancestorsOf(one)]));
    const calls = [...spans].flatMap((one) => this.#asIfEnded(one) ?? []);
    const own = calls.find(({ spanId, traceId }) => spanId === call.spanId && traceId === call.traceId);
    if (own === undefined || calls.length === 1) return call;
    const tree = deduplicateCalls(calls);
    return primaryOf(tree.layers(tree.outermost(own)));
  }

  #asIfEnded(span: ReadableSpan): RecordedCall | undefined {
    const { call } = this.#snapshot(span);
    if (call === undefined) return undefined;
    const ancestors = this.#ancestorsOf(span);
    const isHandedOn = [...this.callsAround(ancestors)].some((outer) => hasIdOf(call, outer));
    return {
      ...call,
      callId: isHandedOn ? undefined : call.callId,
      end: span.ended ? call.end : LATER,
      ancestors: ancestors.map((ancestor) => spanKey(ancestor.spanContext())),
      runAt: this.runAt(ancestors),
      knowsAgent: this.#reader.knowsAgent(span, ancestors),
      event: NO_EVENT,
    };
  }

  // The same object as long as the span says no more.
  #snapshot(span: ReadableSpan): CallSnapshot {
    const seen = this.#reader.snapshot(span, this.#ancestorsOf(span));
    if (seen === undefined) return UNREADABLE;
    const known = this.#snapshots.get(seen);
    if (known !== undefined) return known;
    const { read, attributes } = seen;
    const snapshot: CallSnapshot = {
      isKnown: read !== undefined,
      call: read && callObservationOf(observe(span, read, this.#origin, false)),
      isRun: read?.reading.is === "run",
      isAction: read !== undefined && this.#reader.isAction(read),
      attributes,
    };
    this.#snapshots.set(seen, snapshot);
    return snapshot;
  }

  *#sameName(span: ReadableSpan, call: CallObservation): Iterable<ReadableSpan> {
    if (!this.hasOthers(span)) return;
    const own = this.#scopes.get(scopeName(span))?.[span.kind];
    const name = nameKey(call);
    for (const layers of this.#scopes.values())
      for (const layer of layers) {
        if (layer === undefined || layer === own) continue;
        if (layer.unsorted.size > 0) this.#sort(layer);
        for (const reference of layer.calls.get(name)?.values() ?? []) {
          const other = reference.deref();
          if (other !== undefined && !other.ended) yield other;
        }
      }
  }

  #layerOf(span: ReadableSpan): OpenLayer | undefined {
    const scope = scopeName(span);
    let layers = this.#scopes.get(scope);
    if (layers === undefined) {
      if (this.#scopes.size >= MAX_SCOPES) return undefined;
      layers = [];
      this.#scopes.set(scope, layers);
    }
    layers[span.kind] ??= { unsorted: new Map(), names: new Map(), calls: new Map() };
    return layers[span.kind];
  }

  // A span without attributes may still say what it is; one that has some and is no call will not become one.
  #sort(layer: OpenLayer): void {
    for (const [spanId, reference] of layer.unsorted) {
      const span = reference.deref();
      const snapshot = span && this.#snapshot(span);
      if (snapshot?.attributes === 0) continue;
      layer.unsorted.delete(spanId);
      if (snapshot?.call === undefined) continue;
      const name = nameKey(snapshot.call);
      layer.names.set(spanId, name);
      const calls = layer.calls.get(name) ?? new Map<string, OpenSpan>();
      layer.calls.set(name, calls.set(spanId, reference));
    }
  }
}

/** The open calls of one layer. They are held weakly: one that never ends is no leak. */
interface OpenLayer {
  /** By span id. */
  readonly unsorted: Map<string, OpenSpan>;
  /** What {@link nameKey} returns, by span id. */
  readonly names: Map<string, string>;
  /** The calls and runs, by that and by span id. */
  readonly calls: Map<string, Map<string, OpenSpan>>;
}

const nameKey = ({ is, name }: CallObservation): string =>
  `${is} ${is === "run" ? name : bareToolName(name)}`;

/** The end of an open span, for who compares times: after everything that has ended. */
const LATER: [number, number] = [Number.MAX_SAFE_INTEGER, 0];

/** An open span has no event yet; that its result will be known is assumed of all of them. */
const NO_EVENT = {} as RecordedCall["event"];

const UNREADABLE: CallSnapshot = {
  isKnown: false,
  call: undefined,
  isRun: false,
  isAction: false,
  attributes: 0,
};

const placeOf = (span: ReadableSpan) => ({ ...span.spanContext(), start: span.startTime });

// Some instrumentations write the arguments down only when the call ends.
function mayBecomeSame(call: CallObservation, outer: CallObservation): boolean {
  if (call.is === "run" || relateNames(call.name, outer.name) !== "same") return false;
  if (call.callId !== undefined && outer.callId !== undefined) return false;
  const isKnown = relateArguments(call.parameters, {}) !== "unknown";
  return isKnown && relateArguments(outer.parameters, {}) === "unknown";
}
