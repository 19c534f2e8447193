/**
 * The driver for spans of a running program: they are seen when they start and when they end. A call that no open span may have recorded
 * too goes on at once; another one is held until that span has ended, as the event that it was when it ended.
 */
import { isSpanContextValid } from "@opentelemetry/api";
import type { ActionEvent } from "../../src/event/index.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { DialectReading, ReadSpan, SpanReader } from "../read/span-reader.js";
import { isGloballyUnique } from "./call-id.js";
import { CorrelationMemory, type Draft } from "./correlation-memory.js";
import { type MergedAction, mergedActions } from "./deduplicate-calls.js";
import { HeldCalls, type HeldOptions, type HeldPlace, type ReleasedCalls } from "./held-calls.js";
import { awaitRemote } from "./inferred-fields.js";
import type { EventOutcome, SpanOutcome } from "./mapped-span.js";
import { addRequests, type InSession } from "./model-requests.js";
import {
  actionOf,
  type CallObservation,
  callObservationOf,
  isRequestable,
  type Origin,
} from "./observation.js";
import { type CallSnapshot, nearestRun, type OpenCallLayers, OpenCalls } from "./open-calls.js";
import type { OpenSpan, SpanStart } from "./open-spans.js";
import type { PublishedActions } from "./published-actions.js";
import { runningEvent } from "./running-event.js";
import { SpanReport } from "./span-report.js";
import { addCall, withRememberedArguments } from "./unrecorded-calls.js";

/** Where the events of a running program go. It never throws, but for {@link hold} and {@link release}. */
export interface EventSink {
  offer(outcome: SpanOutcome): "taken" | "dropped" | "no_event";
  /** Accepts an event that is not ready to be sent. `undefined` when there is no room: the event is counted as dropped. */
  hold(event: EventOutcome): HeldPlace | undefined;
  /** Takes the one event that became of those that were held. */
  release(event: EventOutcome, held: readonly HeldPlace[]): void;
  /** Counts events that were held, and that nothing can become of. */
  dropHeld(held: readonly HeldPlace[], error: unknown): void;
}

export interface LiveOptions extends HeldOptions {
  readonly sender: string;
  readonly callsWithoutSpan: boolean;
  readonly maxCorrelationBytes: number;
}

const MAX_BEFORE_MODELS = 50;

export class LiveSpans {
  readonly #sink: EventSink;
  readonly #reader: SpanReader;
  readonly #origin: Origin;
  readonly #withMessages: boolean;
  readonly #memory: CorrelationMemory;
  readonly #open: OpenCalls;
  readonly #held: HeldCalls;
  readonly #published: PublishedActions;
  /** The last calls, until the first model's span has ended. */
  #beforeModels: InSession[] | undefined = [];

  constructor(
    sink: EventSink,
    reader: SpanReader,
    ancestorsOf: (span: ReadableSpan) => readonly ReadableSpan[],
    { sender, callsWithoutSpan, maxCorrelationBytes, ...held }: LiveOptions,
    published: PublishedActions,
  ) {
    this.#published = published;
    this.#sink = sink;
    this.#reader = reader;
    this.#origin = { sender, resource: "" };
    this.#withMessages = callsWithoutSpan;
    this.#memory = new CorrelationMemory(maxCorrelationBytes);
    this.#open = new OpenCalls(reader, this.#origin, ancestorsOf, published);
    this.#held = new HeldCalls(held, this.#memory, (released) => this.#release(released));
  }

  started(span: ReadableSpan, reference: OpenSpan): void {
    this.#open.layers.started(span, reference);
  }

  /** Takes a span that has ended, as it was read. Returns whether the sink has accepted its event. */
  ended(span: ReadableSpan, ancestors: readonly ReadableSpan[], read: ReadSpan): boolean {
    this.#open.layers.ended(span);
    const { transformed } = read;
    const isIgnored = read.read === undefined || read.read.reading.is === "ignored";
    if (isIgnored) this.#held.ended(span);
    // Of a span without ids nothing can be remembered. One that became an event has them.
    const { spanId } = span.spanContext();
    if (isIgnored || (transformed.outcome !== "event" && !isSpanContextValid(span.spanContext()))) {
      this.#published.ended(spanId, undefined);
      return this.#sink.offer(transformed) === "taken";
    }
    awaitRemote(actionOf(transformed), span, ancestors, this.#reader);
    const around = this.#open.around(ancestors);
    const report = new SpanReport(read, { span, ancestors }, this.#origin, this.#withMessages);
    const draft = this.#draftFor(report);
    if (draft !== undefined) addRequests(draft, report);
    report.complete(() => callsIn(around), draft);
    const taken = this.#takeAction(report, around);
    this.#held.ended(span);
    // What was dropped is nothing that later spans may count on.
    if (taken !== "dropped") this.#remember(report, around, draft);
    if (taken !== "held") this.#published.ended(spanId, taken === "no_event" ? undefined : idOf(transformed));
    return taken === "taken" || taken === "held";
  }

  /** A span has ended, and nothing becomes of it: who waited for it waits no longer. */
  lost(span: ReadableSpan): void {
    this.#open.layers.ended(span);
    this.#held.ended(span);
    this.#published.ended(span.spanContext().spanId, undefined);
  }

  /** What a span that is open says. */
  readNow(span: ReadableSpan, ancestors: readonly ReadableSpan[]): DialectReading | undefined {
    return this.#reader.readNow(span, ancestors);
  }

  /** See {@link OpenCalls.layersNow}. */
  layersNow(span: ReadableSpan): OpenCallLayers {
    return this.#open.layersNow(span);
  }

  /** The event of a span that is open, by what it says now. */
  eventNow(span: ReadableSpan, { ancestors, correlationId }: SpanStart): EventOutcome | undefined {
    const { transformed } = this.#reader.read(span, ancestors, correlationId);
    return transformed.outcome === "event" ? transformed : undefined;
  }

  /**
   * The event of a call that is open, as it is published.
   *
   * @param outside the spans around its outermost layer
   */
  runningEvent(
    span: ReadableSpan,
    { ancestors, correlationId }: SpanStart,
    outside: readonly ReadableSpan[],
  ): EventOutcome | undefined {
    const read = this.#reader.read(span, ancestors, correlationId);
    awaitRemote(actionOf(read.transformed), span, ancestors, this.#reader);
    const report = new SpanReport(read, { span, ancestors }, this.#origin, false);
    report.complete(() => callsIn(this.#open.around(ancestors)), undefined);
    const { event, transformed } = report;
    if (event === undefined || transformed.outcome !== "event") return undefined;
    this.#nameParent(event, this.#open.around(outside));
    return runningEvent(transformed);
  }

  /** Releases everything that is held: as it is, because nobody waits any longer. */
  flush(): void {
    this.#held.releaseAll();
  }

  // In a program that records no models, remembered calls would never be looked up: remembering begins with the first model's span.
  #draftFor({ one: { is } }: SpanReport): Draft | undefined {
    if (!this.#withMessages || is === "run" || is === "ignored") return undefined;
    if (is === "model_call") return this.#memory.draft();
    return this.#beforeModels === undefined ? this.#memory.draft() : undefined;
  }

  #remember(report: SpanReport, around: readonly CallSnapshot[], draft: Draft | undefined): void {
    if (draft === undefined) {
      this.#rememberBriefly(report);
      return;
    }
    if (report.one.is === "model_call") {
      for (const call of this.#beforeModels ?? []) addCall(draft, call);
      this.#beforeModels = undefined;
    }
    addCall(draft, report);
    const offered = report.unrecordedEvents(draft, this.#reader).map((event) => {
      this.#nameParent(actionOf(event), around);
      return this.#sink.offer(event);
    });
    if (!offered.includes("dropped")) this.#memory.commit(draft);
  }

  // As many calls as may be under way when the first model's span ends, as in a stream.
  #rememberBriefly(report: SpanReport): void {
    if (!this.#withMessages || this.#beforeModels === undefined || !isRequestable(report.one)) return;
    const one = withRememberedArguments(report.one);
    const session = isGloballyUnique(report.one.callId) ? report.session() : undefined;
    this.#beforeModels.push({ one, session: session === undefined ? NO_SESSION : () => session });
    if (this.#beforeModels.length > MAX_BEFORE_MODELS) this.#beforeModels.shift();
  }

  #takeAction(report: SpanReport, around: readonly CallSnapshot[]): Taken {
    const { span, ancestors, transformed, event } = report;
    // Most calls have nothing around them and nobody beside them: they are not looked at any further.
    const isAlone = around.length === 0 && !this.#held.isAwaited(span) && !this.#open.layers.hasOthers(span);
    if (event === undefined || transformed.outcome !== "event" || isAlone)
      return this.#sink.offer(transformed);
    this.#nameParent(event, around);
    const call = callObservationOf(report.one);
    if (call === undefined) return this.#sink.offer(transformed);
    const outer = this.#open.candidatesAround(call, around);
    const isSameAround = outer.some(({ verdict }) => verdict === "same");
    const apart = isSameAround ? [] : this.#open.candidatesApart(call, span, ancestors);
    const candidates = [...outer.filter((one) => !one.span.ended), ...apart];
    if (candidates.length === 0 && !this.#held.isAwaited(span)) {
      const gone = outer[0]?.span;
      if (gone !== undefined) event.possible_duplicate_of = this.#open.actionIdOf(gone);
      return this.#sink.offer(transformed);
    }
    const place = this.#sink.hold(transformed);
    if (place === undefined) return "dropped";
    const isRow = this.#published.isRow(span.spanContext().spanId);
    const held = report.recordedCall(call, event, nearestRun(around), isRow);
    this.#held.hold(span, { call: held, place, candidates });
    return "held";
  }

  #nameParent(event: ActionEvent | undefined, around: readonly CallSnapshot[]): void {
    if (event === undefined) return;
    const parent = this.#open.parentActionId(around);
    if (parent !== undefined) event.parent_action_id = parent;
  }

  #release({ held, stillOpen }: ReleasedCalls): void {
    const placeOf = new Map(held.map(({ call, place }) => [call, place]));
    try {
      for (const action of mergedActions(held.map(({ call }) => call))) {
        this.#linkToOpen(action, held, stillOpen);
        const layers = [action.primary, ...action.merged];
        const places = layers.map((layer) => placeOf.get(layer)).filter((place) => place !== undefined);
        const { dialect } = action.primary;
        this.#sink.release({ outcome: "event", kind: "action", event: action.event, dialect }, places);
        for (const layer of layers) {
          placeOf.delete(layer);
          this.#published.ended(layer.spanId, action.event.id);
        }
      }
    } catch (error) {
      this.#sink.dropHeld([...placeOf.values()], error);
      for (const { spanId, event } of placeOf.keys()) this.#published.ended(spanId, event.id);
    }
  }

  // The call did not wait for the end of a span that may be the same, so both are rows: the id of the other is known before it ends.
  #linkToOpen(
    { event, primary, merged }: MergedAction,
    held: ReleasedCalls["held"],
    stillOpen: ReleasedCalls["stillOpen"],
  ): void {
    if (event.possible_duplicate_of !== undefined || stillOpen.size === 0) return;
    const layers = new Set([primary, ...merged]);
    const candidates = held.flatMap(({ call, candidates }) => (layers.has(call) ? candidates : []));
    const open = candidates.find(({ span }) => stillOpen.has(span));
    if (open !== undefined) event.possible_duplicate_of = this.#open.actionIdOf(open.span);
  }
}

type Taken = "taken" | "held" | "dropped" | "no_event";

const idOf = (transformed: SpanOutcome): string | undefined =>
  transformed.outcome === "event" ? transformed.event.id : undefined;

const NO_SESSION = (): undefined => undefined;

const callsIn = (around: readonly CallSnapshot[]): readonly CallObservation[] =>
  around.flatMap(({ call }) => call ?? []);
