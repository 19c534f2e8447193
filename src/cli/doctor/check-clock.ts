import type { KafkaAdmin } from "../../kafka/admin.js";
import { formatCount, formatDuration } from "../format/values.js";
import { type Finding, fail, ok, warn } from "./findings.js";

/** Below this, clocks count as one: a round trip and NTP explain it. */
export const SKEW_TO_WARN_AT_MILLIS = 2_000;
/** From here on, rows land in the wrong part of "the last hour". */
export const SKEW_TO_FAIL_AT_MILLIS = 300_000;

const REMEDY = "let NTP set the clocks of all machines";

export interface ClockReading {
  /** What the other clock said. */
  readonly theirs: Date;
  /** When it was asked and when its response was there, by the clock of this machine. */
  readonly asked: Date;
  readonly responded: Date;
}

/** Compares the clock of Postgres with that of this machine, as NTP does: with the middle of the round trip. */
export function checkPostgresClock({ theirs, asked, responded }: ClockReading): Finding {
  const trip = responded.getTime() - asked.getTime();
  const skew = theirs.getTime() - (asked.getTime() + trip / 2);
  const apart = Math.max(0, Math.abs(skew) - trip / 2);
  if (apart < SKEW_TO_WARN_AT_MILLIS) {
    return ok(
      "clock",
      "postgres",
      `Postgres and this machine agree (${formatDuration(Math.abs(skew))} apart)`,
    );
  }
  const message = `the clock of Postgres is ${formatDuration(Math.abs(skew))} ${skew > 0 ? "ahead of" : "behind"} this machine's`;
  return apart < SKEW_TO_FAIL_AT_MILLIS
    ? warn("clock", "postgres", message, REMEDY)
    : fail("clock", "postgres", message, REMEDY);
}

/** Looks for records that the clocks of agents or brokers stamped with a time that has not come yet. */
export async function checkRecordClock(
  admin: KafkaAdmin,
  topics: readonly string[],
  now: Date,
): Promise<Finding> {
  const limit = new Date(now.getTime() + SKEW_TO_WARN_AT_MILLIS);
  const early = await Promise.all(
    topics.map(async (topic) => ({ topic, count: await admin.recordsStampedAfter(topic, limit) })),
  );
  const found = early.filter(({ count }) => count > 0);
  if (found.length === 0)
    return ok("clock", "records", "no record in Kafka is stamped ahead of this machine's clock");
  const counts = found.map(({ topic, count }) => `${topic} ${formatCount(count, "record")}`);
  return warn(
    "clock",
    "records",
    `stamped more than ${formatDuration(SKEW_TO_WARN_AT_MILLIS)} ahead of this machine's clock: ${counts.join(", ")}`,
    `${REMEDY}; the agents' most of all`,
  );
}
