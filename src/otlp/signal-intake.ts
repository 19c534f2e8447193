/**
 * What becomes of one export request, whatever brought it: HTTP, gRPC.
 *
 * It is taken after Kafka has acknowledged every event: what is accepted is not lost, whatever happens to this process. What may pass is named
 * with the time after which to send the same request again; a repetition makes the same ids, and so no second row. What is wrong with single items
 * is reported as a partial success.
 */
import type { Logger } from "pino";
import type { Caller } from "../access/authorize.js";
import type { EventQuota } from "../access/event-quota.js";
import type { OtlpSettings } from "../config/otlp-settings.js";
import type { BodyEncoding } from "./http/media-type.js";
import type { OtlpStats, Rejection } from "./otlp-stats.js";
import { LOG_REQUEST, type RequestFormat, readRequest, TRACE_REQUEST } from "./read-request.js";
import type { DeliveryLimit } from "./record-delivery.js";
import type { Delivery, SpanDelivery } from "./span-delivery.js";

/** The signals of OpenTelemetry, by the ends of their paths. */
export const SIGNALS = ["traces", "logs", "metrics"] as const;
export type SignalName = (typeof SIGNALS)[number];

export type IntakeOutcome =
  /** Everything was taken, or everything but `rejected` items, which are not to be sent again. */
  { readonly taken: true; readonly rejected: number; readonly message: string } | IntakeRefusal;

export interface IntakeRefusal {
  readonly taken: false;
  readonly reason: Rejection;
  /** A sentence for whoever runs the sender. */
  readonly message: string;
  /** After so many seconds the same request may be taken. Absent: never. */
  readonly retrySeconds?: number;
}

/** Takes the requests of one signal. Never rejects, but for defects of ours. */
export type SignalIntake = (bytes: Buffer, encoding: BodyEncoding, caller: Caller) => Promise<IntakeOutcome>;

export interface IntakeOptions {
  readonly settings: Pick<OtlpSettings, "maxSpans" | "ackTimeoutMillis">;
  readonly quota: EventQuota;
  readonly delivery: Pick<SpanDelivery, "deliver" | "deliverLogs" | "isAway">;
  readonly stats: OtlpStats;
  readonly log: Logger;
}

/** While Kafka is known to be away, a request waits only so long: it is the attempt that finds out whether it is back. */
const AWAY_MILLIS = 500;
const MAX_REPORTED_PROBLEMS = 5;

const BUSY: IntakeRefusal = {
  taken: false,
  reason: "busy",
  message: "more comes than Kafka takes: send it again later",
  retrySeconds: 1,
};
const UNAVAILABLE: IntakeRefusal = {
  taken: false,
  reason: "unavailable",
  message: "Kafka did not acknowledge the events in time: send the request again",
  retrySeconds: 5,
};

export function createIntakes(options: IntakeOptions): Readonly<Record<SignalName, SignalIntake>> {
  const { delivery, stats } = options;
  const outage = new OutageLog(options.log);
  return {
    traces: (bytes, encoding, caller) =>
      take(options, outage, TRACE_REQUEST, bytes, encoding, caller, (spans, limit) =>
        delivery.deliver(spans, limit, caller.name),
      ),
    logs: (bytes, encoding, caller) =>
      take(options, outage, LOG_REQUEST, bytes, encoding, caller, (records, limit) =>
        delivery.deliverLogs(records, limit, caller.name),
      ),
    // Figures are no actions. They are taken, so that a program needs one address for all its signals.
    async metrics() {
      stats.tookMetrics();
      return { taken: true, rejected: 0, message: "" };
    },
  };
}

async function take<Item>(
  { settings, quota, delivery, stats }: IntakeOptions,
  outage: OutageLog,
  format: RequestFormat<Item>,
  bytes: Buffer,
  encoding: BodyEncoding,
  caller: Caller,
  deliver: (items: readonly Item[], limit: DeliveryLimit) => Promise<Delivery>,
): Promise<IntakeOutcome> {
  const { called, requestName } = format;
  const reading = await readRequest(format, bytes, encoding, settings.maxSpans);
  if (!reading.ok) {
    const reason = reading.tooLarge ? "too_large" : "malformed";
    stats.rejected(reason);
    return { taken: false, reason, message: `the body is not a usable ${requestName}: ${reading.problem}` };
  }
  const { items, problems } = reading;
  const retrySeconds = quota.take(caller, items.length);
  if (retrySeconds !== undefined) {
    stats.rejected("quota", items.length);
    const message = `the token has sent as many ${called} as it may in a minute: send these again later`;
    return { taken: false, reason: "quota", message, retrySeconds };
  }
  const waitMillis = delivery.isAway ? AWAY_MILLIS : settings.ackTimeoutMillis;
  let undelivered = items.length;
  let delivered: Delivery;
  try {
    delivered = await deliver(items, { waitMillis });
    if (delivered.status === "delivered") undelivered = Math.min(delivered.refused, items.length);
  } finally {
    quota.giveBack(caller, undelivered);
  }
  outage.report(delivered.status === "not_acknowledged");
  if (delivered.status !== "delivered") {
    const refusal = delivered.status === "no_room" ? BUSY : UNAVAILABLE;
    stats.rejected(refusal.reason);
    return refusal;
  }
  stats.delivered(format.signal, items.length, delivered);
  stats.rejected("unreadable", problems.length);
  const rejected = problems.length + delivered.invalid + delivered.refused;
  return { taken: true, rejected, message: partialMessage(problems, delivered) };
}

/** Logs once that Kafka is away, and once that it is back. */
class OutageLog {
  readonly #log: Logger;
  #isAway = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  report(isAway: boolean): void {
    if (isAway && !this.#isAway)
      this.#log.error("Kafka does not acknowledge events of OTLP requests: senders are asked to wait");
    if (!isAway && this.#isAway) this.#log.info("Kafka acknowledges events of OTLP requests again");
    this.#isAway = isAway;
  }
}

function partialMessage(
  problems: readonly string[],
  { invalid, refused }: { readonly invalid: number; readonly refused: number },
): string {
  const reported = problems.slice(0, MAX_REPORTED_PROBLEMS);
  if (problems.length > reported.length) reported.push(`and ${problems.length - reported.length} more`);
  if (invalid > 0) reported.push(`${invalid} spans of actions have an id that is all zeros`);
  if (refused > 0) reported.push(`Kafka refused ${refused} events`);
  return reported.join("; ");
}
