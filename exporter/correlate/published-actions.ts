import type { ActionEvent } from "../../src/event/index.js";
import type { EventOutcome } from "./mapped-span.js";

/** Where events about actions that have not ended go. It never throws. */
export interface RunningSink {
  /** Whether they may be sent yet; `false` before the process has said that it is alive, which it does now. */
  readyForRunning(event: EventOutcome): boolean;
  offerRunning(event: EventOutcome): void;
  openActions: number;
}

/** As many as spans are followed at a time: what is open beyond that is seen at its end. */
const MAX_PUBLISHED = 10_000;

/**
 * Which open spans were published as running. Each one's row gets an end: as the row of the call that it is part of, whose id is that of a
 * layer that was published; or it is taken back, where that is another layer, or the span became no action after all.
 */
export class PublishedActions {
  /** By span id; `undefined` for a run, whose start is an event of its own. */
  readonly #open = new Map<string, EventOutcome | undefined>();
  readonly #sink: RunningSink;

  constructor(sink: RunningSink) {
    this.#sink = sink;
  }

  get isFull(): boolean {
    return this.#open.size >= MAX_PUBLISHED;
  }

  /** Whether a row has the id of this span. */
  isRow(spanId: string): boolean {
    return this.#open.size > 0 && this.#open.get(spanId) !== undefined;
  }

  has(spanId: string): boolean {
    return this.#open.size > 0 && this.#open.has(spanId);
  }

  /** Sends the event; returns whether that may be done yet. */
  publish(spanId: string, running: EventOutcome): boolean {
    if (!this.#sink.readyForRunning(running)) return false;
    this.#sink.offerRunning(running);
    this.#add(spanId, briefly(running));
    return true;
  }

  /** A run is open, whose start somebody has published. @param started an event as its start would be */
  addRun(spanId: string, started: EventOutcome): boolean {
    if (!this.#sink.readyForRunning(started)) return false;
    this.#add(spanId, undefined);
    return true;
  }

  /** @param id of the row that has the span's end; `undefined` when none has */
  ended(spanId: string, id: string | undefined): void {
    if (!this.has(spanId)) return;
    const published = this.#open.get(spanId);
    this.#open.delete(spanId);
    this.#sink.openActions = this.#open.size;
    if (published === undefined || (published.event as ActionEvent).id === id) return;
    const event = {
      ...published.event,
      status: "superseded",
      ...(id !== undefined && { superseded_by: id }),
    };
    this.#sink.offerRunning({ ...published, event } as EventOutcome);
  }

  #add(spanId: string, published: EventOutcome | undefined): void {
    this.#open.set(spanId, published);
    this.#sink.openActions = this.#open.size;
  }
}

/** What is needed to take it back: the row, and what makes an event valid and keeps it on the row's partition. */
function briefly(running: EventOutcome): EventOutcome {
  const { event } = running;
  return {
    ...running,
    event: Object.fromEntries(KEPT.map((name) => [name, Reflect.get(event, name)])),
  } as EventOutcome;
}

const KEPT = [
  "id",
  "correlation_id",
  "trace_id",
  "span_id",
  "agent_name",
  "action_type",
  "action_name",
  "timestamp",
  "started_at",
  "producer",
  "schema_version",
];
