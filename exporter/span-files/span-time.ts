import type { HrTime } from "@opentelemetry/api";
import { textOf } from "./text-of.js";

const UNITS = { nanos: 1n, micros: 1_000n, millis: 1_000_000n } as const;
export type TimeUnit = keyof typeof UNITS;

/** A count since the epoch, in whole numbers or with a fraction, exact to the nanosecond where the text is. */
export function timeOfCount(value: unknown, unit: TimeUnit): HrTime | undefined {
  const [, whole = "", fraction = ""] = /^(\d+)(?:\.(\d+))?$/.exec(textOf(value)) ?? [];
  if (whole === "" || whole.length > 20) return undefined;
  const scale = UNITS[unit];
  const digits = scale.toString().length - 1;
  const nanos = BigInt(whole) * scale + BigInt(fraction.slice(0, digits).padEnd(digits, "0") || "0");
  return [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)];
}

const DATE_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9})\d*)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/i;

/** A date and time as texts have it, with up to nine digits of the second. Without a zone it is UTC. */
export function timeOfText(value: unknown): HrTime | undefined {
  if (typeof value !== "string") return undefined;
  const [, date, time, fraction = "", zone = "Z"] = DATE_TIME.exec(value.trim()) ?? [];
  if (date === undefined) return undefined;
  const millis = Date.parse(`${date}T${time}${/^UTC$/i.test(zone) ? "Z" : zone}`);
  return Number.isNaN(millis) ? undefined : [millis / 1_000, Number(fraction.padEnd(9, "0"))];
}

/** So many nanoseconds after a time. */
export function later(time: HrTime, nanos: number): HrTime {
  const sum =
    BigInt(time[0]) * 1_000_000_000n +
    BigInt(time[1]) +
    BigInt(Math.round(Math.min(Math.max(nanos, 0), Number.MAX_SAFE_INTEGER)));
  return [Number(sum / 1_000_000_000n), Number(sum % 1_000_000_000n)];
}
