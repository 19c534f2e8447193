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
  keyOf,
  type Origin,
  observe,
  type RecordedCall,
} from "./observation.js";
import { type NameOf, OpenLayers } from "./open-layers.js";
import type { PublishedActions } from "./published-actions.js";
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

/** The spans of the layers of one call, from the outermost to the innermost. */
type SpansOfLayers = ReadonlyMap<RecordedCall, ReadableSpan>;

type AncestorsOf = (span: ReadableSpan) => readonly ReadableSpan[];

export class OpenCalls {
  readonly #reader: SpanReader;
  readonly #origin: Origin;
  readonly #ancestorsOf: AncestorsOf;
  readonly #published: PublishedActions;
  /** To be told of every span that starts or ends. */
  readonly layers = new OpenLayers();
  readonly #snapshots = new WeakMap<SpanSnapshot, CallSnapshot>();
  readonly #actionIds = new WeakMap<CallSnapshot, string>();

  constructor(reader: SpanReader, origin: Origin, ancestorsOf: AncestorsOf, published: PublishedActions) {
    this.#published = published;
    this.#reader = reader;
    this.#origin = origin;
    this.#ancestorsOf = ancestorsOf;
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
    if (!this.layers.hasOthers(span)) return NONE;
    const found: Candidate[] = [];
    for (const other of this.layers.named(nameKey(call), span, (open) => this.#nameOf(open))) {
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
    const primary = call ? this.#primaryOf(this.#layersOf(span, call), span) : span;
    const { traceId, spanId } = primary.spanContext();
    const id = actionId(spanTimes(primary).startMillis, spanIdentity(traceId, spanId));
    this.#actionIds.set(snapshot, id);
    return id;
  }

  /** The open spans that record the same call as one, that one included, as far as it is known. */
  layersNow(span: ReadableSpan): OpenCallLayers {
    const { call } = this.#snapshot(span);
    const all: SpansOfLayers = call ? this.#layersOf(span, call) : new Map();
    const open = new Map([...all].filter(([, layer]) => !layer.ended));
    if (open.size === 0) return { primary: span, outermost: span, layers: [span] };
    const [outermost = span] = all.values();
    return { primary: this.#primaryOf(open, span), outermost, layers: [...open.values()] };
  }

  /** The one of these spans whose identity the call has; the span itself where there are none. */
  #primaryOf(spans: SpansOfLayers, span: ReadableSpan): ReadableSpan {
    const [outermost, ...others] = spans.keys();
    return (outermost && spans.get(primaryOf([outermost, ...others]))) ?? span;
  }

  /** Empty where nothing else may be the same call. */
  #layersOf(span: ReadableSpan, call: CallObservation): SpansOfLayers {
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
    if (own === undefined || calls.size === 1) return new Map();
    const tree = deduplicateCalls([...calls.keys()]);
    const layers = tree.layers(tree.outermost(own));
    return new Map(layers.map((layer) => [layer, calls.get(layer) ?? span]));
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
      ancestors: ancestors.map(keyOf),
      runAt: nearestRun(around),
      knowsAgent: this.#reader.knowsAgent(span, ancestors),
      isRow: this.#published.isRow(call.spanId),
      event: NO_EVENT,
    };
  }

  #snapshot(span: ReadableSpan): CallSnapshot {
    const seen = this.#reader.snapshot(span, this.#ancestorsOf(span));
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
  #nameOf(span: ReadableSpan): ReturnType<NameOf> {
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

// Some instrumentations write the arguments down only when the call ends.
function mayBecomeSame(call: CallObservation, outer: CallObservation): boolean {
  if (call.is === "run" || relateNames(call.name, outer.name) !== "same") return false;
  if (call.callId !== undefined && outer.callId !== undefined) return false;
  const isKnown = relateArguments(call.parameters, {}) !== "unknown";
  return isKnown && relateArguments(outer.parameters, {}) === "unknown";
}
