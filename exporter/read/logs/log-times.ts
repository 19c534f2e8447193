import type { HrTime } from "@opentelemetry/api";

/** So many milliseconds before a time; not before the epoch. */
export function millisBefore([seconds, nanos]: HrTime, millis: number | undefined): HrTime {
  if (millis === undefined || !(millis > 0)) return [seconds, nanos];
  const whole = Math.floor(millis / 1_000);
  const rest = nanos - Math.round((millis - whole * 1_000) * 1e6);
  const [earlier, left] = rest < 0 ? [seconds - whole - 1, rest + 1e9] : [seconds - whole, rest];
  return earlier < 0 ? [0, 0] : [earlier, left];
}
