/** Numbers and times as they are shown. */

const counts = new Intl.NumberFormat("en");
const shortCounts = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "narrow" });

export const formatCount = (count: number): string => (count < 100_000 ? counts : shortCounts).format(count);

/** `340 ms`, `2.1 s`, `3 m`, `3 m 20 s`, `2 h 5 m`; a dash where it is not known. */
export function formatDuration(millis: number | null | undefined): string {
  if (millis === null || millis === undefined || millis < 0) return "–";
  if (millis < 1_000) return `${Math.round(millis)} ms`;
  if (millis < 60_000) return `${(millis / 1_000).toFixed(millis < 10_000 ? 2 : 1)} s`;
  const minutes = Math.floor(millis / 60_000);
  if (minutes < 60) return `${minutes} m${more(Math.floor((millis % 60_000) / 1_000), "s")}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h${more(minutes % 60, "m")}`;
  return `${Math.floor(hours / 24)} d${more(hours % 24, "h")}`;
}

const more = (count: number, unit: string): string => (count === 0 ? "" : ` ${count} ${unit}`);

/** `0`, `+1.5 s`: milliseconds after the start of a run, as ticks show them. */
export function formatOffset(millis: number, step = 1): string {
  if (millis === 0) return "0";
  if (millis < 1_000) return `${millis} ms`;
  if (millis < 60_000) return `${(millis / 1_000).toFixed(step < 100 ? 2 : step < 1_000 ? 1 : 0)} s`;
  return formatDuration(millis);
}

/** `2 min. ago`, against the clock of this machine. */
export function formatAge(iso: string, now: number = Date.now()): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1_000);
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(seconds, "second");
  if (size < 3_600) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return relative.format(Math.round(seconds / 3_600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}

const pad = (value: number, width = 2): string => String(value).padStart(width, "0");

/** `2026-01-31 12:00:00.250`, in the time zone of the browser. */
export function formatTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const date = `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
  return `${date} ${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}.${pad(time.getMilliseconds(), 3)}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
