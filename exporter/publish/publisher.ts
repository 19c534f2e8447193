import { type EventKind, type EventOrigin, validateEvent } from "../../src/event/index.js";
import { describeError } from "../../src/internal/describe-error.js";
import type { ExporterStats } from "../deliver/delivery-counters.js";
import { openTransport } from "../deliver/open-transport.js";
import { Pipeline } from "../deliver/pipeline.js";
import { type ActionRecord, type SerializeLimits, serializeEvent } from "../deliver/serialize.js";
import type { ExporterOptions } from "../options.js";
import type { EventDefaults } from "../read/mapping/build-event.js";
import { createRedactor, type Redactor } from "../read/redaction/redactor.js";
import { resolveExporterOptions } from "../resolve-exporter-options.js";
import {
  decisionEvent,
  errorEvent,
  type PublishedDecision,
  type PublishedError,
  type PublishedSuccess,
  type PublishedToolCall,
  successEvent,
  toolCallEvent,
} from "./publish-arguments.js";
import { type PublishedEvent, publishedEvent } from "./published-event.js";

export interface PublishOptions {
  /** How long to wait for the acknowledgement. While Kafka is known to be away, half a second at most. @default 5_000 */
  readonly timeoutMillis?: number;
}

/**
 * Straight to Kafka, without spans. Every method resolves to `true` when Kafka has acknowledged the event and to `false` when it
 * has not, for a reason that `diag` reports; none rejects. An event that returned `false` because time ran out may
 * still arrive: publish it again with the same `id`, and it is one row.
 */
export interface ActionPublisher {
  publishActionEvent(event: PublishedEvent<"action">, options?: PublishOptions): Promise<boolean>;
  publishToolCall(call: PublishedToolCall, options?: PublishOptions): Promise<boolean>;
  publishDecision(decision: PublishedDecision, options?: PublishOptions): Promise<boolean>;
  publishError(error: PublishedError, options?: PublishOptions): Promise<boolean>;
  publishSuccess(success: PublishedSuccess, options?: PublishOptions): Promise<boolean>;
  publishRoutingDecision(
    event: PublishedEvent<"routing_decision">,
    options?: PublishOptions,
  ): Promise<boolean>;
  publishTransformation(event: PublishedEvent<"transformation">, options?: PublishOptions): Promise<boolean>;
  publishRouterPerformance(
    event: PublishedEvent<"router_performance">,
    options?: PublishOptions,
  ): Promise<boolean>;
  publishDetectionFailure(
    event: PublishedEvent<"detection_failure">,
    options?: PublishOptions,
  ): Promise<boolean>;
  /** A label, note or outcome of a run or an action; name one of them, or it is of the run of the active trace. */
  publishLabel(event: PublishedEvent<"label">, options?: PublishOptions): Promise<boolean>;
  publishExecution(event: PublishedEvent<"execution">, options?: PublishOptions): Promise<boolean>;
  /** Where everything is that was published so far. */
  stats(): ExporterStats;
  /** Delivers what it can within `shutdownTimeoutMillis`, and disconnects. Never rejects. */
  close(): Promise<void>;
}

/**
 * A publisher with a connection of its own, made with the first event. Close it, or it is flushed when the process ends.
 *
 * @throws ConfigError when a value in `options` cannot be used; it lists all of them
 */
export function createActionPublisher(options: ExporterOptions = {}): ActionPublisher {
  const outlet = new Outlet(options);
  return {
    publishActionEvent: (event, how) => outlet.publish("action", () => event, how),
    publishToolCall: (call, how) => outlet.publish("action", () => toolCallEvent(call), how),
    publishDecision: (decision, how) => outlet.publish("action", () => decisionEvent(decision), how),
    publishError: (error, how) => outlet.publish("action", () => errorEvent(error), how),
    publishSuccess: (success, how) => outlet.publish("action", () => successEvent(success), how),
    publishRoutingDecision: (event, how) => outlet.publish("routing_decision", () => event, how),
    publishTransformation: (event, how) => outlet.publish("transformation", () => event, how),
    publishRouterPerformance: (event, how) => outlet.publish("router_performance", () => event, how),
    publishDetectionFailure: (event, how) => outlet.publish("detection_failure", () => event, how),
    publishLabel: (event, how) => outlet.publish("label", () => event, how),
    publishExecution: (event, how) => outlet.publish("execution", () => event, how),
    stats: () => outlet.pipeline.stats(),
    close: () => outlet.pipeline.shutdown(),
  };
}

const TIMEOUT_MILLIS = 5_000;

/** An agent that awaits one publish after the other would otherwise stand still for as long as Kafka is away. */
const TIMEOUT_WHILE_AWAY_MILLIS = 500;

/** The validator asks where a record stood; an event that has an id, a time and a run of its own does not depend on it. */
const NOWHERE: EventOrigin = { topic: "", partition: 0, offset: "0", timestampMillis: 0 };

class Outlet {
  readonly pipeline: Pipeline;
  readonly #defaults: EventDefaults;
  readonly #redact: Redactor;
  readonly #limits: SerializeLimits;

  constructor(options: ExporterOptions) {
    // A caller that awaits the acknowledgement would only wait longer for a larger batch.
    const resolved = { ...resolveExporterOptions(options), lingerMillis: options.lingerMillis ?? 0 };
    this.#defaults = options;
    this.#redact = createRedactor(options.redaction);
    this.#limits = { maxRecordBytes: resolved.maxRecordBytes, sender: resolved.sender };
    this.pipeline = new Pipeline(resolved, openTransport(resolved));
  }

  async publish(kind: EventKind, given: () => object, options: PublishOptions = {}): Promise<boolean> {
    let record: ActionRecord;
    try {
      const event = this.#redact(publishedEvent(kind, given(), this.#defaults));
      record = serializeEvent(kind, event, this.#limits);
      const reasons = reasonsAgainst(kind, record);
      if (reasons !== undefined) {
        this.pipeline.drop("invalid", `An event was not published, because ${reasons}.`);
        return false;
      }
    } catch (error) {
      const { message } = describeError(error);
      this.pipeline.drop("invalid", `An event was not published, because it cannot be read: ${message}.`);
      return false;
    }
    return this.#deliver(record, options.timeoutMillis ?? TIMEOUT_MILLIS);
  }

  // The timer keeps the process alive for as long as somebody may be waiting for the result.
  #deliver(record: ActionRecord, timeoutMillis: number): Promise<boolean> {
    const limit = this.pipeline.isAway(record.kind)
      ? Math.min(timeoutMillis, TIMEOUT_WHILE_AWAY_MILLIS)
      : timeoutMillis;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        if (item)
          this.pipeline.withdraw(
            item,
            "publish_deadline",
            `Kafka did not acknowledge an event within ${limit} ms.`,
          );
        resolve(false);
      }, limit);
      const item = this.pipeline.offer(record, (outcome) => {
        clearTimeout(timer);
        resolve(outcome.delivered);
      });
    });
  }
}

// Judged as the consumer will see it: as JSON.
function reasonsAgainst(kind: EventKind, { value }: ActionRecord): string | undefined {
  const validated = validateEvent(kind, JSON.parse(value.toString("utf8")), NOWHERE);
  return validated.valid ? undefined : validated.reasons.join("; ");
}
