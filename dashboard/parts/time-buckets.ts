import { here } from "../location.js";

/** A row of `/stats` that is grouped by a unit of time. */
export interface TimeBucket {
  readonly minute?: string;
  readonly hour?: string;
  readonly day?: string;
}

type Unit = "minute" | "hour" | "day";

/** Buckets of a chart of the time range that is chosen: minutes of an hour, hours of a week, else days. */
export function bucketUnit(): Unit {
  const range = here.value.parameters.get("last") ?? "24h";
  if (range === "15m" || range === "1h") return "minute";
  return range === "24h" || range === "7d" ? "hour" : "day";
}

export const UNIT_MILLIS: Readonly<Record<Unit, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Unix milliseconds at which the bucket of a row begins. */
export const bucketStart = ({ minute, hour, day }: TimeBucket): number =>
  Date.parse(minute ?? hour ?? day ?? "");
