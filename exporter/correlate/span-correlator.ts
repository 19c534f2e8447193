/**
 * All that is known of more than one span, for spans that come when they have ended, some at a time.
 *
 * `prepare` is pure but for noting which spans it has seen, and `commit` makes what it learned known to later spans. A driver commits
 * when the events are where they cannot get lost any more. Spans that are prepared again become the same events, whether they were
 * committed or not.
 */
import { isSpanContextValid } from "@opentelemetry/api";
import { type ActionEvent, DEFAULT_SENDER, type SpanAttribution } from "../../src/event/index.js";
import { SpanReader } from "../read/span-reader.js";
import type { TransformOptions } from "../read/transform.js";
import { putCallKey } from "./call-key.js";
import { CorrelationMemory, type Draft } from "./correlation-memory.js";
import { MAX_CORRELATION_BYTES, type SpanAttributionsMode } from "./correlation-settings.js";
import { type MergedAction, mergedActions } from "./deduplicate-calls.js";
import type { MappedSpan, SpanOutcome, SpanToMap } from "./mapped-span.js";
import { addRequests } from "./model-requests.js";
import { actionOf, callObservationOf, keyOf, resourceOf, spanKey } from "./observation.js";
import { millisBetween } from "./same-call.js";
import { type ActionIds, SpanAttributor } from "./span-attributions.js";
import { SpanReport } from "./span-report.js";
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
    const { mapped, draft, actionIds } = this.#map(spans, sender);
    const valid = mapped.filter(({ span }) => isSpanContextValid(span.spanContext()));
    const attributor = new SpanAttributor(this.#reader, draft, sender);
    const attributions = attributor.attribute(valid, actionIds, this.#attributionsMode);
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
    const all = spans.map((one) => this.#read(one, sender));
    // Without ids nothing can be remembered of a span: two of them would be taken for one.
    const reports = all.filter(({ span }) => isSpanContextValid(span.spanContext()));
    const draft = this.#memory.draft(reports.map(({ one }) => one.key));
    this.#complete(reports, draft);
    const actions = deduplicated(reports);
    const actionIds = new Map(
      reports.map(({ span, event }) => [keyOf(span), (actions.get(keyOf(span))?.event ?? event)?.id]),
    );
    if (this.#withMessages) for (const report of reports) addCall(draft, report);
    // Calls that were only reported to models, by the reports of the models' spans.
    const unrecorded = new Map(
      byStart(reports).map((report) => [report, report.unrecordedEvents(draft, this.#reader)]),
    );
    const mapped = all.flatMap((report): readonly MappedSpan[] => {
      const { span } = report;
      const action = actions.get(keyOf(span));
      const around = action?.outermost.ancestors ?? report.ancestors.map(keyOf);
      const outcomes = [outcomeOf(report, action), ...(unrecorded.get(report) ?? [])];
      return outcomes.map((transformed, at) => {
        nameParent(actionOf(transformed), around, actionIds);
        return at === 0 ? { span, transformed } : { span, transformed, isReportedOnly: true };
      });
    });
    return { mapped, draft, actionIds };
  }

  #read(one: SpanToMap, sender: string): SpanReport {
    const { span, ancestors } = one;
    const read = this.#reader.read(span, ancestors);
    putCallKey(read, span, sender);
    return new SpanReport(read, one, { sender, resource: resourceOf(span) }, this.#withMessages);
  }

  /** With what other spans say of the same calls: in the order in which they began, because a request belongs to one call. */
  #complete(reports: readonly SpanReport[], draft: Draft): void {
    const calls = new Map(reports.map(({ span, one }) => [keyOf(span), callObservationOf(one)]));
    if (this.#withMessages) for (const report of reports) addRequests(draft, report);
    for (const report of byStart(reports)) {
      const around = () => report.ancestors.flatMap((span) => calls.get(keyOf(span)) ?? []);
      report.complete(around, this.#withMessages ? draft : undefined);
    }
  }
}

const byStart = (reports: readonly SpanReport[]): readonly SpanReport[] =>
  reports.toSorted((a, b) => millisBetween(b.one.start, a.one.start));

/** The action that each call went into, by the keys of its layers. */
function deduplicated(reports: readonly SpanReport[]): ReadonlyMap<string, MergedAction> {
  const runs = new Set(reports.filter(({ one }) => one.is === "run").map(({ span }) => keyOf(span)));
  const calls = reports.flatMap((report) => {
    const { event, ancestors } = report;
    const call = callObservationOf(report.one);
    if (call === undefined || event === undefined) return [];
    const at = ancestors.findIndex((span) => runs.has(keyOf(span)));
    return report.recordedCall(call, event, at === -1 ? ancestors.length : at);
  });
  const actions = new Map<string, MergedAction>();
  for (const action of mergedActions(calls))
    for (const layer of [action.primary, ...action.merged]) actions.set(spanKey(layer), action);
  return actions;
}

function outcomeOf({ transformed, span }: SpanReport, action: MergedAction | undefined): SpanOutcome {
  if (transformed.outcome !== "event" || action === undefined) return transformed;
  if (keyOf(span) === spanKey(action.primary)) return { ...transformed, event: action.event };
  return { outcome: "deduplicated", into: action.primary.spanId, dialect: transformed.dialect };
}

/** The nearest action around; what went into another one stands there under the other's id. */
function nameParent(event: ActionEvent | undefined, around: readonly string[], actionIds: ActionIds): void {
  if (event === undefined) return;
  const parent = around.map((key) => actionIds.get(key)).find((id) => id !== undefined && id !== event.id);
  if (parent !== undefined) event.parent_action_id = parent;
}

const innermostFirst = (spans: readonly SpanToMap[]): readonly SpanToMap[] =>
  [...spans].sort((one, other) => other.ancestors.length - one.ancestors.length);
