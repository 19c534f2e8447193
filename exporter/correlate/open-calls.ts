/**
 * The spans of a running program that may be the same call as one that ended: around it, or elsewhere in the process. What a span says
 * may change until it ends.
 */
import { actionId, spanIdentity } from "../../src/event/index.js";
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
import { OpenLayers } from "./open-layers.js";
import type { OpenSpan } from "./open-spans.js";
import { hasIdOf, sameCall } from "./same-call.js";
import { bareToolName, relateNames } from "./tool-names.js";

/** What a span that may still be open says now, as far as it is a call. The same object as long as it says no more. */
export interface CallSnapshot {
  readonly span: ReadableSpan;
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

/** The open spans that record one call. */
export interface OpenCallLayers {
  /** Whose id the action will have. */
  readonly primary: ReadableSpan;
  readonly outermost: ReadableSpan;
  readonly layers: readonly ReadableSpan[];
}

interface LayersOfSpans {
  /** From the outermost to the innermost. */
  readonly layers: readonly RecordedCall[];
  readonly spanOf: (layer: RecordedCall) => ReadableSpan | undefined;
}

type AncestorsOf = (span: ReadableSpan) => readonly ReadableSpan[];

export class OpenCalls {
  readonly #reader: SpanReader;
  readonly #origin: Origin;
  readonly #ancestorsOf: AncestorsOf;
  readonly #isRow: (spanId: string) => boolean;
  readonly #layers = new OpenLayers();
  readonly #snapshots = new WeakMap<SpanSnapshot, CallSnapshot>();
  readonly #actionIds = new WeakMap<CallSnapshot, string>();

  /** @param isRow whether a row has the id of a span, by its id: it was published */
  constructor(
    reader: SpanReader,
    origin: Origin,
    ancestorsOf: AncestorsOf,
    isRow: (spanId: string) => boolean,
  ) {
    this.#isRow = isRow;
    this.#reader = reader;
    this.#origin = origin;
    this.#ancestorsOf = ancestorsOf;
  }

  started(span: ReadableSpan, reference: OpenSpan): void {
    this.#layers.started(span, reference);
  }

  ended(span: ReadableSpan): void {
    this.#layers.ended(span);
  }

  /** Whether another layer than the span's has an open span that may be a call or a run. */
  hasOthers(span: ReadableSpan): boolean {
    return this.#layers.hasOthers(span);
  }

  /** What the spans around a span say now, nearest first; ended ones too. */
  around(ancestors: readonly ReadableSpan[]): readonly CallSnapshot[] {
    return ancestors.length === 0 ? NONE : ancestors.map((span) => this.#snapshot(span));
  }

  /** Those around a call that may be the same, nearest first. */
  candidatesAround(call: CallObservation, around: readonly CallSnapshot[]): readonly Candidate[] {
    const found: Candidate[] = [];
    const runAt = nearestRun(around);
    // A run counts as recorded twice only where nothing is between the two.
    for (const [at, { span, call: outer, isKnown }] of around.entries()) {
      if (call.is === "run" && at > 0) break;
      // It has a name and nothing else: some instrumentations say what a span was only when it ends.
      const mayBecomeCall = !isKnown && !span.ended && relateNames(span.name, call.name) === "same";
      const verdict = outer === undefined ? "different" : nestedVerdict(call, runAt, outer, at);
      if (mayBecomeCall) found.push({ span, verdict: "doubt" });
      if (verdict !== "different") found.push({ span, verdict });
    }
    return found;
  }

  /** Open ones of other layers elsewhere in the process, or inside the call that ended. */
  candidatesApart(
    call: CallObservation,
    span: ReadableSpan,
    ancestors: readonly ReadableSpan[],
  ): readonly Candidate[] {
    if (!this.hasOthers(span)) return NONE;
    const found: Candidate[] = [];
    for (const other of this.#layers.named(nameKey(call), span, (open) => this.#nameOf(open))) {
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
  parentActionId(around: readonly CallSnapshot[]): string | undefined {
    const parent = around.find(({ isAction }) => isAction);
    return parent && this.#actionIdOf(parent);
  }

  /** The id of the action that a call's span will be part of: the calls that are open by now are deduplicated as if they had ended. */
  actionIdOf(span: ReadableSpan): string {
    return this.#actionIdOf(this.#snapshot(span));
  }

  #actionIdOf(snapshot: CallSnapshot): string {
    const known = this.#actionIds.get(snapshot);
    if (known !== undefined) return known;
    const { call, span } = snapshot;
    const { start, ...ids } = call ? this.#primaryOf(span, call) : placeOf(span);
    const id = actionId(
      spanTimes({ startTime: start, endTime: start }).startMillis,
      spanIdentity(ids.traceId, ids.spanId),
    );
    this.#actionIds.set(snapshot, id);
    return id;
  }

  /** The open spans that record the same call as one, that one included, as far as it is known. */
  layersNow(span: ReadableSpan): OpenCallLayers {
    const { call } = this.#snapshot(span);
    const alone = { primary: span, outermost: span, layers: [span] };
    if (call === undefined) return alone;
    const { layers, spanOf } = this.#layersOf(span, call);
    const open = layers.filter((layer) => spanOf(layer)?.ended === false);
    const [outermost, ...others] = open;
    if (outermost === undefined) return alone;
    return {
      primary: spanOf(primaryOf([outermost, ...others])) ?? span,
      outermost: spanOf(layers[0] ?? outermost) ?? span,
      layers: open.flatMap((layer) => spanOf(layer) ?? []),
    };
  }

  #primaryOf(span: ReadableSpan, call: CallObservation): Pick<RecordedCall, "traceId" | "spanId" | "start"> {
    const { layers } = this.#layersOf(span, call);
    const [outermost, ...others] = layers;
    return outermost === undefined ? call : primaryOf([outermost, ...others]);
  }

  /** Empty where nothing else may be the same call. */
  #layersOf(span: ReadableSpan, call: CallObservation): LayersOfSpans {
    const others = this.candidatesApart(call, span, this.#ancestorsOf(span)).map((other) => other.span);
    const spans = new Set([span, ...others].flatMap((one) => [one, ...this.#ancestorsOf(one)]));
    const calls = new Map<RecordedCall, ReadableSpan>();
    let own: RecordedCall | undefined;
    for (const one of spans) {
      const ended = this.#asIfEnded(one);
      if (ended === undefined) continue;
      calls.set(ended, one);
      if (one === span) own = ended;
    }
    if (own === undefined || calls.size === 1) return ALONE;
    const tree = deduplicateCalls([...calls.keys()]);
    return { layers: tree.layers(tree.outermost(own)), spanOf: (layer) => calls.get(layer) };
  }

  #asIfEnded(span: ReadableSpan): RecordedCall | undefined {
    const { call } = this.#snapshot(span);
    if (call === undefined) return undefined;
    const ancestors = this.#ancestorsOf(span);
    const around = this.around(ancestors);
    const isHandedOn = around.some((outer) => outer.call !== undefined && hasIdOf(call, outer.call));
    return {
      ...call,
      callId: isHandedOn ? undefined : call.callId,
      end: span.ended ? call.end : LATER,
      ancestors: ancestors.map((ancestor) => spanKey(ancestor.spanContext())),
      runAt: nearestRun(around),
      knowsAgent: this.#reader.knowsAgent(span, ancestors),
      isRow: this.#isRow(call.spanId),
      event: NO_EVENT,
    };
  }

  #snapshot(span: ReadableSpan): CallSnapshot {
    const seen = this.#reader.snapshot(span, this.#ancestorsOf(span));
    if (seen === undefined) return { ...UNREADABLE, span };
    const known = this.#snapshots.get(seen);
    if (known !== undefined) return known;
    const { read, attributes } = seen;
    const snapshot: CallSnapshot = {
      span,
      isKnown: read !== undefined,
      call: read && callObservationOf(observe(span, read, this.#origin, false)),
      isRun: read?.reading.is === "run",
      isAction: read !== undefined && this.#reader.isAction(read),
      attributes,
    };
    this.#snapshots.set(seen, snapshot);
    return snapshot;
  }

  // A span without attributes may still say what it is; one that has some and is no call will not become one.
  #nameOf(span: ReadableSpan): { readonly name: string } | "unknown" | undefined {
    const { call, attributes } = this.#snapshot(span);
    if (attributes === 0) return "unknown";
    return call && { name: nameKey(call) };
  }
}

/** Which of the spans around is the nearest run; as many as there are when none is. */
export function nearestRun(around: readonly CallSnapshot[]): number {
  const at = around.findIndex(({ isRun }) => isRun);
  return at === -1 ? around.length : at;
}

const nameKey = ({ is, name }: CallObservation): string =>
  `${is} ${is === "run" ? name : bareToolName(name)}`;

/** The end of an open span, for who compares times: after everything that has ended. */
const LATER: [number, number] = [Number.MAX_SAFE_INTEGER, 0];

/** An open span has no event yet; that its result will be known is assumed of all of them. */
const NO_EVENT = {} as RecordedCall["event"];

const NONE: readonly never[] = [];

const ALONE: LayersOfSpans = { layers: NONE, spanOf: () => undefined };

const UNREADABLE: Omit<CallSnapshot, "span"> = {
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
