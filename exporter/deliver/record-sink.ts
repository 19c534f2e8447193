import type { ActionEvent, EventKind } from "../../src/event/index.js";
import { describeError } from "../../src/internal/describe-error.js";
import { type ContentPlaces, isUnkept, type UnkeptEvent, unkept } from "../large-results/keep-contents.js";
import { LargeResultKeeper } from "../large-results/large-result-keeper.js";
import { largeTextsOf } from "../read/large-text.js";
import type { RedactionOptions } from "../read/redaction/redaction-options.js";
import type { ExporterStats } from "./delivery-counters.js";
import type { DeliveryOptions } from "./delivery-options.js";
import type { HeldRecord } from "./held-record.js";
import { type AgentLoop, LoopWatch, type OnLoop } from "./loop-watch.js";
import { openTransport } from "./open-transport.js";
import { Pipeline } from "./pipeline.js";
import { runDetached } from "./run-detached.js";
import type { Outcome } from "./send-queue.js";
import {
  type ActionRecord,
  type SerializeLimits,
  serializeEvent,
  serializeWithContents,
} from "./serialize.js";
import { takeLargeContents } from "./take-large-contents.js";

export interface EventOutcome {
  readonly outcome: "event";
  readonly kind: EventKind;
  readonly event: object;
}

/** What became of a span, as the stages before delivery say. */
export type SpanOutcome =
  | EventOutcome
  | { readonly outcome: "ignored" }
  | { readonly outcome: "deduplicated" }
  | { readonly outcome: "invalid"; readonly reason: string };

/** The way into a pipeline for what became of a span: serialise, offer, count. The same for span processor and exporter. */
export class RecordSink {
  readonly pipeline: Pipeline;
  readonly #limits: SerializeLimits;
  readonly #loops: LoopWatch | undefined;
  /** Absent where the agent's own thread redacts large contents. */
  readonly #keeper: LargeResultKeeper | undefined;
  readonly #places: ContentPlaces;
  #hasSaidFailure = false;

  /** @param redaction of what is kept whole */
  constructor(options: DeliveryOptions, redaction: Omit<RedactionOptions, "redact"> = {}) {
    this.#limits = { maxRecordBytes: options.maxRecordBytes, sender: options.sender };
    const { onLoop } = options;
    this.#loops = onLoop && new LoopWatch((loop) => this.#tellLoop(onLoop, loop));
    this.pipeline = new Pipeline(options, openTransport(options));
    const { largeResults, largeResultBytes, maxRecordBytes } = options;
    if (largeResults !== undefined) takeLargeContents(options.largeResultsMaxWaitingBytes);
    this.#places = { fileAbove: largeResults === undefined ? undefined : largeResultBytes, maxRecordBytes };
    if (options.redactionThread) {
      this.#keeper = new LargeResultKeeper({
        folder: largeResults,
        maxBytes: options.largeResultsMaxBytes,
        maxWaiting: options.largeResultsMaxWaitingBytes,
        redaction,
        onFailure: (why) => this.#keepingFailed(why),
      });
    }
    this.sendOnFlush(() => undefined);
  }

  /** Names what releases calls that are held for other spans, before every flush and before the end. It must not throw. */
  sendOnFlush(releaseHeld: () => void): void {
    this.pipeline.onFlush({
      release: releaseHeld,
      settled: (limitMillis) => this.#keeper?.settled(limitMillis),
      giveUp: () => this.#keeper?.giveUp(),
    });
  }

  /** @param dialectErrors how often a dialect threw before */
  stats(dialectErrors: number): ExporterStats {
    return this.pipeline.stats({ dialectErrors, ...(this.#keeper && { largeResults: this.#keeper.stats }) });
  }

  /** Never throws. `settle` is called once, unless there is no event. */
  offer(span: SpanOutcome, settle?: (outcome: Outcome) => void): "taken" | "dropped" | "no_event" {
    try {
      if (span.outcome === "event") {
        const isTaken = this.#offerEvent(span, settle);
        this.#watch(span);
        return isTaken ? "taken" : "dropped";
      }
      if (span.outcome === "deduplicated") this.pipeline.count("deduplicated");
      else if (span.outcome === "ignored") this.pipeline.count("ignored");
      else {
        this.pipeline.drop("invalid_span_id", `An event was dropped: ${span.reason}.`);
        settle?.({ delivered: false, reason: "invalid_span_id" });
        return "dropped";
      }
      return "no_event";
    } catch (error) {
      this.reportLoss(error);
      settle?.({ delivered: false, reason: "internal_error" });
      return "dropped";
    }
  }

  #offerEvent({ kind, event }: EventOutcome, settle: ((outcome: Outcome) => void) | undefined): boolean {
    const ready = this.#keeper === undefined ? event : unkept(event, this.#keeper, this.#places);
    if (!isUnkept(ready)) return this.pipeline.offer(this.serialize(kind, ready), settle) !== undefined;
    const held = this.pipeline.held.hold(this.serialize(kind, ready.event), ready.length, settle);
    if (held !== undefined) this.#keepThenRelease(kind, ready, [held], settle);
    return held !== undefined;
  }

  // The event follows its contents: who reads the row finds them.
  #keepThenRelease(
    kind: EventKind,
    { keep }: UnkeptEvent,
    held: readonly HeldRecord[],
    settle?: (outcome: Outcome) => void,
  ): void {
    runDetached(() =>
      keep((event, written) => {
        try {
          const record = serializeWithContents(kind, event, written, this.#limits);
          this.pipeline.held.release(record, held, settle);
        } catch (error) {
          this.dropHeld(held, error);
          settle?.({ delivered: false, reason: "internal_error" });
        }
      }),
    );
  }

  /** Accepts an event that is not ready to be sent. Returns `undefined` where there is no room: it is dropped then. */
  hold({ kind, event }: EventOutcome): HeldRecord | undefined {
    const texts = this.#keeper === undefined ? undefined : largeTextsOf(event);
    const length = [...(texts?.values() ?? [])].reduce((sum, { text }) => sum + text.length, 0);
    return this.pipeline.held.hold(this.serialize(kind, event), length);
  }

  /** Sends the one event that became of those that were held. */
  release(outcome: EventOutcome, held: readonly HeldRecord[]): void {
    const { kind, event } = outcome;
    const ready = this.#keeper === undefined ? event : unkept(event, this.#keeper, this.#places);
    if (isUnkept(ready)) this.#keepThenRelease(kind, ready, held);
    else this.pipeline.held.release(this.serialize(kind, ready), held);
    this.#watch(outcome);
  }

  #keepingFailed(why: string): void {
    if (this.#hasSaidFailure) return;
    this.#hasSaidFailure = true;
    this.pipeline.warn(
      this.#places.fileAbove === undefined
        ? `The thread that redacts large arguments and results failed: ${why}. The agent's own thread does it, and is held up meanwhile; this is logged once.`
        : `A large result could not be kept whole: ${why}. It is trimmed; this is logged once, the rest is counted.`,
    );
  }

  #watch({ kind, event }: EventOutcome): void {
    if (this.#loops === undefined || kind !== "action") return;
    try {
      // An event of this kind is an action.
      this.#loops.saw(event as ActionEvent);
    } catch (error) {
      this.#loopFailed(error);
    }
  }

  // A function that is async rejects instead, which would end the agent where nobody listens.
  #tellLoop(onLoop: OnLoop, loop: AgentLoop): void {
    const told: unknown = onLoop(loop);
    if (told instanceof Promise) told.catch((error: unknown) => this.#loopFailed(error));
  }

  #loopFailed(error: unknown): void {
    this.pipeline.warn(`onLoop failed, and nothing is lost by that: ${describeError(error).message}`);
  }

  /** Counts events that were held, and that nothing can become of. */
  dropHeld(held: readonly HeldRecord[], error: unknown): void {
    this.pipeline.held.drop(held, describeLoss(error));
  }

  /** Whether events about actions that have not ended may be sent: see `Heartbeats`. @param event whose agent's program it is */
  readyForRunning({ event }: EventOutcome): boolean {
    return this.pipeline.running.ready(event);
  }

  /** Sends an event about an action that has not ended. What becomes of it counts apart, and makes no difference to the agent. */
  offerRunning({ kind, event }: EventOutcome): void {
    this.pipeline.running.publish(this.serialize(kind, event));
  }

  /** How many actions and runs are open that were published as running. */
  set openActions(count: number) {
    this.pipeline.running.heartbeats.open = count;
  }

  serialize(kind: EventKind, event: object): ActionRecord {
    return serializeEvent(kind, event, this.#limits);
  }

  /** Counts a span of which nothing became for a reason that is our fault. */
  reportLoss(error: unknown): void {
    this.pipeline.drop("internal_error", describeLoss(error));
  }

  /** Runs what must not throw into the SDK, which would throw it into the agent. */
  guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.reportDefect(error);
    }
  }

  /** Says what nothing was lost by. */
  reportDefect(error: unknown): void {
    this.pipeline.warn(`A defect of otel-agent-actions: ${describeError(error).message}`);
  }
}

const describeLoss = (error: unknown): string =>
  `An event was dropped by a defect of otel-agent-actions: ${describeError(error).message}`;
