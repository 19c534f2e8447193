/**
 * All that is known of more than one span, for spans that come when they have ended, some at a time.
 *
 * `prepare` is pure but for noting which spans it has seen, and `commit` makes what it learned known to later spans. A driver commits
 * when the events are where they cannot get lost any more. Spans that are prepared again become the same events, whether they were
 * committed or not.
 */
import { isSpanContextValid } from "@opentelemetry/api";
import { type ActionEvent, DEFAULT_SENDER, type SpanAttribution } from "../../src/event/index.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import { SpanReader } from "../read/span-reader.js";
import type { Transformed, TransformOptions } from "../read/transform.js";
import { putCallKey } from "./call-key.js";
import { CorrelationMemory, type Draft } from "./correlation-memory.js";
import { MAX_CORRELATION_BYTES, type SpanAttributionsMode } from "./correlation-settings.js";
import { type MergedAction, mergedActions } from "./deduplicate-calls.js";
import type { EventOutcome, MappedSpan, SpanOutcome, SpanToMap } from "./mapped-span.js";
import { addRequests } from "./model-requests.js";
import { actionOf, callObservationOf, resourceOf, spanKey } from "./observation.js";
import { millisBetween } from "./same-call.js";
import { SpanAttributor } from "./span-attributions.js";
import {
  inSession,
  recordedCall,
  reportOf,
  type SpanReport,
  unrecordedEvents,
  withOwnId,
  withRequest,
} from "./span-report.js";
import { addCall } from "./unrecorded-calls.js";

export interface MapOptions extends TransformOptions {
  /** Record calls that have no span, when they are reported to a model as failed or denied. @default true */
  readonly callsWithoutSpan?: boolean | undefined;
}

export interface CorrelatorOptions extends MapOptions {
  /** Most bytes that are remembered of spans that ended. @default 33_554_432 (32 MiB) */
  readonly maxCorrelationBytes?: number | undefined;
  /** Of which spans attributions are made. @default "awaited" */
  readonly spanAttributions?: SpanAttributionsMode | undefined;
  /** See {@link SpanReader}. @default none */
  readonly largeAbove?: number | undefined;
}

/** What becomes of some spans, and what later spans will know of them. */
export interface Plan {
  readonly spans: readonly MappedSpan[];
  /** To be sent beside the events. */
  readonly attributions: readonly SpanAttribution[];
  /** @internal */
  readonly draft: Draft;
}

export class SpanCorrelator {
  readonly #reader: SpanReader;
  readonly #withMessages: boolean;
  readonly #attributionsMode: SpanAttributionsMode;
  readonly #memory: CorrelationMemory;

  constructor(options: CorrelatorOptions = {}) {
    const {
      callsWithoutSpan = true,
      spanAttributions = "awaited",
      maxCorrelationBytes,
      largeAbove,
      ...transform
    } = options;
    this.#reader = new SpanReader(transform, largeAbove);
    this.#withMessages = callsWithoutSpan;
    this.#attributionsMode = spanAttributions;
    this.#memory = new CorrelationMemory(maxCorrelationBytes ?? MAX_CORRELATION_BYTES);
  }

  /** How often a dialect threw while it read a span. */
  get dialectErrors(): number {
    return this.#reader.dialectErrors;
  }

  /** @param sender whose spans they are, by our own knowledge */
  prepare(spans: readonly SpanToMap[], sender: string = DEFAULT_SENDER): Plan {
    const { mapped, draft } = this.#map(spans, sender);
    const valid = mapped.filter(({ span }) => isSpanContextValid(span.spanContext()));
    const attributions = new SpanAttributor(this.#reader, draft, sender).attribute(
      valid,
      this.#attributionsMode,
    );
    return { spans: mapped, attributions, draft };
  }

  /** Later spans will know of these. Does nothing the second time. */
  commit({ draft }: Plan): void {
    this.#memory.commit(draft);
  }

  /** What becomes of spans by themselves, when nothing is to be completed later. */
  map(spans: readonly SpanToMap[]): readonly MappedSpan[] {
    return this.#map(spans, DEFAULT_SENDER).mapped;
  }

  #map(spans: readonly SpanToMap[], sender: string) {
    // A step may say of the run around it what holds for that: all are looked at before the first event is made, the innermost first.
    for (const { span, ancestors } of innermostFirst(spans)) this.#reader.readNow(span, ancestors);
    const read = new Map(spans.map((one) => [one, this.#read(one, sender)]));
    // Without ids nothing can be remembered of a span: two of them would be taken for one.
    const valid = [...read.values()].filter(({ span }) => isSpanContextValid(span.spanContext()));
    const draft = this.#memory.draft(valid.map(({ observation }) => observation.key));
    const reports = this.#completed(valid, draft);
    const actions = this.#deduplicated([...reports.values()]);
    const unrecorded = this.#unrecorded([...reports.values()], draft);
    nameParents([...reports.values()], actions, unrecorded);
    const mapped = spans.flatMap((one): readonly MappedSpan[] => {
      const first = read.get(one);
      const report = first && reports.get(first);
      if (report === undefined) return first ? [{ span: one.span, transformed: first.transformed }] : [];
      const calls = unrecorded.get(report) ?? [];
      return [
        { span: one.span, transformed: outcomeOf(report, actions.get(keyOf(one.span))) },
        ...calls.map((transformed) => ({ span: one.span, transformed, isReportedOnly: true as const })),
      ];
    });
    return { mapped, draft };
  }

  #read({ span, ancestors }: SpanToMap, sender: string): SpanReport {
    const read = this.#reader.read(span, ancestors);
    putCallKey(read, span, sender);
    return reportOf(read, span, ancestors, { sender, resource: resourceOf(span) }, this.#withMessages);
  }

  /** With what other spans say of the same calls: in the order in which they began, because a request belongs to one call. */
  #completed(read: readonly SpanReport[], draft: Draft): ReadonlyMap<SpanReport, SpanReport> {
    const calls = new Map(read.map(({ span, observation }) => [keyOf(span), callObservationOf(observation)]));
    const around = ({ ancestors }: SpanReport) => ancestors.flatMap((span) => calls.get(keyOf(span)) ?? []);
    if (this.#withMessages) for (const one of read) addRequests(draft, inSession(one));
    const completed = new Map(read.map((one) => [one, one]));
    for (const one of byStart(read)) {
      const own = withOwnId(one, () => around(one));
      completed.set(one, this.#withMessages ? withRequest(own, draft, () => around(one)) : own);
    }
    return completed;
  }

  /** Calls that were only reported to models, by the reports of the models' spans. */
  #unrecorded(
    reports: readonly SpanReport[],
    draft: Draft,
  ): ReadonlyMap<SpanReport, readonly EventOutcome[]> {
    const found = new Map<SpanReport, readonly EventOutcome[]>();
    if (!this.#withMessages) return found;
    for (const one of reports) addCall(draft, inSession(one));
    for (const one of byStart(reports.filter(({ observation }) => observation.is === "model_call")))
      found.set(one, unrecordedEvents(one, draft, this.#reader));
    return found;
  }

  /** The action that each call went into, by the keys of its layers. */
  #deduplicated(reports: readonly SpanReport[]): ReadonlyMap<string, MergedAction> {
    const runs = new Set(
      reports.filter(({ read }) => read?.reading.is === "run").map(({ span }) => keyOf(span)),
    );
    const calls = reports.flatMap((report) => {
      const call = callObservationOf(report.observation);
      const event = actionOf(report.transformed);
      if (call === undefined || event === undefined) return [];
      const at = report.ancestors.findIndex((span) => runs.has(keyOf(span)));
      return recordedCall(report, call, event, at === -1 ? report.ancestors.length : at);
    });
    const actions = new Map<string, MergedAction>();
    for (const action of mergedActions(calls))
      for (const layer of [action.primary, ...action.merged]) actions.set(spanKey(layer), action);
    return actions;
  }
}

const keyOf = (span: ReadableSpan): string => spanKey(span.spanContext());

const byStart = (reports: readonly SpanReport[]): readonly SpanReport[] =>
  reports.toSorted((a, b) => millisBetween(b.observation.start, a.observation.start));

function outcomeOf({ transformed, span }: SpanReport, action: MergedAction | undefined): SpanOutcome {
  if (transformed.outcome !== "event" || action === undefined) return transformed;
  if (keyOf(span) === spanKey(action.primary)) return { ...transformed, event: action.event };
  return { outcome: "deduplicated", into: action.primary.spanId, dialect: transformed.dialect };
}

// The nearest action around; what went into another one stands there under the other's id.
function nameParents(
  reports: readonly SpanReport[],
  actions: ReadonlyMap<string, MergedAction>,
  unrecorded: ReadonlyMap<SpanReport, readonly EventOutcome[]>,
): void {
  const known = new Map(reports.map((report) => [keyOf(report.span), report]));
  for (const report of reports) {
    for (const call of unrecorded.get(report) ?? [])
      putParent(actionOf(call), nearestAction(report.ancestors, undefined));
    const key = keyOf(report.span);
    const action = actions.get(key);
    const event = action?.event ?? actionOf(report.transformed);
    if (event === undefined || (action && key !== spanKey(action.primary))) continue;
    const outermost = action ? spanKey(action.outermost) : key;
    putParent(event, nearestAction(known.get(outermost)?.ancestors ?? [], action));
  }

  function nearestAction(
    ancestors: readonly ReadableSpan[],
    own: MergedAction | undefined,
  ): string | undefined {
    for (const ancestor of ancestors) {
      const key = keyOf(ancestor);
      const action = actions.get(key);
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

const innermostFirst = (spans: readonly SpanToMap[]): readonly SpanToMap[] =>
  [...spans].sort((one, other) => other.ancestors.length - one.ancestors.length);
