import type { ActionEvent, EventKind } from "../../src/event/index.js";
import { describeError } from "../../src/internal/describe-error.js";
import type { DeliveryOptions } from "./delivery-options.js";
import type { HeldRecord } from "./held-record.js";
import { type AgentLoop, LoopWatch, type OnLoop } from "./loop-watch.js";
import { openTransport } from "./open-transport.js";
import { Pipeline } from "./pipeline.js";
import type { Outcome } from "./send-queue.js";
import { type ActionRecord, type SerializeLimits, serializeEvent } from "./serialize.js";

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

  constructor(options: DeliveryOptions) {
    this.#limits = { maxRecordBytes: options.maxRecordBytes, sender: options.sender };
    const { onLoop } = options;
    this.#loops = onLoop && new LoopWatch((loop) => this.#tellLoop(onLoop, loop));
    this.pipeline = new Pipeline(options, openTransport(options));
  }

  /** Never throws. `settle` is called once, unless there is no event. */
  offer(span: SpanOutcome, settle?: (outcome: Outcome) => void): "taken" | "dropped" | "no_event" {
    try {
      if (span.outcome === "event") {
        const isTaken = this.pipeline.offer(this.serialize(span.kind, span.event), settle);
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

  /** Accepts an event that is not ready to be sent. Returns `undefined` where there is no room: it is dropped then. */
  hold({ kind, event }: EventOutcome): HeldRecord | undefined {
    return this.pipeline.hold(this.serialize(kind, event));
  }

  /** Sends the one event that became of those that were held. */
  release(outcome: EventOutcome, held: readonly HeldRecord[]): void {
    this.pipeline.release(this.serialize(outcome.kind, outcome.event), held);
    this.#watch(outcome);
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
    this.pipeline.dropHeld(held, describeLoss(error));
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
