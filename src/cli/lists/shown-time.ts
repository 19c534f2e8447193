const two = (number: number): string => String(number).padStart(2, "0");

/**
 * A time of the API as a clock on the wall shows it: of today the time of day, of another day its date too. `--json` and `--csv` have
 * all of it, in UTC.
 */
export function shownTime(value: unknown, now = new Date()): string {
  if (typeof value !== "string") return "";
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return value;
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  const date = dateOf(time);
  return date === dateOf(now) ? `${clock}:${two(time.getSeconds())}` : `${date} ${clock}`;
}

const dateOf = (time: Date): string =>
  `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
