import { Draft, readerOf } from "./draft.js";
import type { FieldTable } from "./field.js";
import type { JsonObject } from "./json.js";
import { MAX_NAME_BYTES } from "./limits.js";
import { fromEpochMillis } from "./timestamp.js";
import type { EventOrigin, InvalidEvent } from "./validate-event.js";

export const PRODUCER_STATUSES = ["alive", "ended"] as const;
/** `ended`: the producer has sent all that it will ever send; actions of it that are still running have no end. */
export type ProducerStatus = (typeof PRODUCER_STATUSES)[number];

/** How often a producer sends a heartbeat unless it says otherwise. */
export const HEARTBEAT_INTERVAL_MILLIS = 10_000;

/** Longest producer epoch in UTF-16 units, in the header and in a heartbeat: a longer one names no producer. */
export const MAX_EPOCH_CHARS = 256;

/**
 * A sign of life of one producer: topic `agent-producer-heartbeats`, table `agent_producers`, key `producer_epoch`. Only the newest
 * of an epoch matters, in Kafka's order.
 *
 * - It has no header `producer-sequence`: a heartbeat that is lost is no record that is missing. It never waits in a queue or on
 *   disk, because an old one would be a false sign of life.
 * - The first one is sent before the first event with `status: "running"`, then one every `interval_ms` while something is open, one
 *   when nothing is open any more, and one with `status: "ended"` at the end.
 * - `last_sequence` = acknowledged + `unacknowledged` + `given_up`, at `sent_at`.
 */
export interface ProducerHeartbeat {
  /** What the producer's records have in their header `producer-epoch`. At most {@link MAX_EPOCH_CHARS} characters. */
  producer_epoch: string;
  /** Namespace of the sender, as the option `sender` names it. */
  sender?: string;
  /** `service.name` of the OpenTelemetry resource. */
  service_name?: string;
  /** `service.version` of the resource. */
  service_version?: string;
  /** `host.name` of the OpenTelemetry conventions. */
  host_name?: string;
  /** `process.pid` of the OpenTelemetry conventions. */
  process_pid?: number;
  /** When the producer began: ISO 8601 or epoch milliseconds. */
  started_at?: string | number;
  /** When this was sent, by the producer's clock. Absent: the record's time. */
  sent_at?: string | number;
  /** Milliseconds to the next heartbeat. @default HEARTBEAT_INTERVAL_MILLIS */
  interval_ms?: number;
  /** Actions and runs that were published as running and not completed yet. @default 0 */
  open_actions?: number;
  /** Highest `producer-sequence` that was given so far; 0 for none. */
  last_sequence?: number;
  /** Records with a number that Kafka has not acknowledged and that have not been given up. @default 0 */
  unacknowledged?: number;
  /** Records with a number that were given up: their numbers never come, and the producer has counted why. @default 0 */
  given_up?: number;
  /** What the producer has counted, such as `{"acked": 5, "dropped": {"queue_full": 2}}`. */
  counters?: JsonObject;
  /** @default "alive" */
  status?: ProducerStatus;
  /** Package name and version of its sender. */
  producer?: string;
  /** Version of this contract; absent means 1. */
  schema_version?: number;
}

const COUNT = { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const DAY_MILLIS = 86_400_000;

export const PRODUCER_HEARTBEAT_FIELDS = {
  producer_epoch: {
    type: "text",
    content: false,
    required: true,
    description: `The header producer-epoch of the producer's records; ${MAX_EPOCH_CHARS} characters at most.`,
  },
  sender: {
    type: "text",
    content: false,
    lenient: true,
    maxBytes: MAX_NAME_BYTES,
    description: "Namespace of the sender, as its option names it.",
  },
  service_name: {
    type: "text",
    content: false,
    lenient: true,
    description: "service.name of the OpenTelemetry resource.",
  },
  service_version: {
    type: "text",
    content: false,
    lenient: true,
    description: "service.version of the resource.",
  },
  host_name: {
    type: "text",
    content: false,
    lenient: true,
    description: "host.name of the OpenTelemetry conventions.",
  },
  process_pid: {
    ...COUNT,
    lenient: true,
    description: "process.pid of the OpenTelemetry conventions.",
  },
  started_at: { type: "timestamp", lenient: true, description: "When the producer began." },
  sent_at: {
    type: "timestamp",
    lenient: true,
    description: "When this was sent, by the producer's clock. Absent: the record's time.",
  },
  interval_ms: {
    type: "integer",
    minimum: 1,
    maximum: DAY_MILLIS,
    description: `Milliseconds to the next heartbeat. Default ${HEARTBEAT_INTERVAL_MILLIS}.`,
  },
  open_actions: {
    ...COUNT,
    description: "Actions and runs that were published as running and not completed yet. Default 0.",
  },
  last_sequence: { ...COUNT, description: "Highest producer-sequence that was given so far; 0 for none." },
  unacknowledged: {
    ...COUNT,
    description: "Records with a number that are neither acknowledged nor given up. Default 0.",
  },
  given_up: {
    ...COUNT,
    description: "Records with a number that were given up: their numbers never come. Default 0.",
  },
  counters: {
    type: "object",
    content: false,
    lenient: true,
    description: "What the producer has counted: numbers, also in objects.",
  },
  status: {
    type: "choice",
    of: PRODUCER_STATUSES,
    description: "Default alive; ended: nothing more will be sent.",
  },
  producer: {
    type: "text",
    content: false,
    lenient: true,
    description: "Package name and version of its sender.",
  },
  schema_version: { type: "integer", minimum: 1, description: "Version of this contract; absent means 1." },
} as const satisfies FieldTable<ProducerHeartbeat>;

/** A heartbeat that PostgreSQL takes, with its defaults filled in. */
export interface ValidProducerHeartbeat {
  readonly valid: true;
  readonly kind: "producer_heartbeat";
  readonly event: ProducerHeartbeat &
    Required<Pick<ProducerHeartbeat, "sent_at" | "interval_ms" | "open_actions" | "status">>;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly repairs: readonly string[];
  readonly verbatim: boolean;
}

const READER = readerOf(PRODUCER_HEARTBEAT_FIELDS);

/** From any JSON value to a heartbeat, or to the reasons why it is none; repairs what is repaired in events. Never throws. */
export function validateProducerHeartbeat(
  value: unknown,
  { timestampMillis }: Pick<EventOrigin, "timestampMillis">,
): ValidProducerHeartbeat | InvalidEvent {
  const { event, extra, repairs, verbatim, reasons } = Draft.of(READER, value);
  const epoch = event.producer_epoch;
  if (typeof epoch === "string" && epoch.length > MAX_EPOCH_CHARS)
    reasons.push(`producer_epoch is longer than ${MAX_EPOCH_CHARS} characters`);
  if (reasons.length > 0) return { valid: false, reasons };
  event.sent_at ??= fromEpochMillis(timestampMillis)?.iso ?? "1970-01-01T00:00:00.000Z";
  event.interval_ms ??= HEARTBEAT_INTERVAL_MILLIS;
  event.open_actions ??= 0;
  event.status ??= "alive";
  return {
    valid: true,
    kind: "producer_heartbeat",
    event: event as unknown as ValidProducerHeartbeat["event"],
    extra,
    repairs,
    verbatim,
  };
}
