const UNITS = ["kB", "MB", "GB", "TB"] as const;

/** A size for people, in steps of 1,000: `812 B`, `1.9 kB`, `45 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${Math.round(bytes)} B`;
  let size = bytes;
  let unit: string = UNITS[0];
  for (const next of UNITS) {
    size /= 1_000;
    unit = next;
    if (size < 999.5) break;
  }
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/** `1 file`, `12,345 files`. The plural is the word and an s unless another is given. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`;
}

/** A number with its thousands apart: `12,345`. */
export function formatNumber(number: number): string {
  return number.toLocaleString("en-US");
}

/** A duration for people, at most seven characters wide: `0.4 ms`, `31 ms`, `1.31 s`, `2 min`. */
export function formatDuration(millis: number): string {
  if (millis > 0 && millis < 1) return `${Math.max(millis, 0.1).toFixed(1)} ms`;
  if (millis < 999.5) return `${Math.round(millis)} ms`;
  if (millis < 9_995) return `${(millis / 1_000).toFixed(2)} s`;
  if (millis < 99_950) return `${(millis / 1_000).toFixed(1)} s`;
  if (millis < 90 * 60_000) return `${Math.round(millis / 60_000)} min`;
  if (millis < 48 * 3_600_000) return `${Math.round(millis / 3_600_000)} h`;
  return `${Math.round(millis / 86_400_000)} d`;
}

/**
 * A text from somewhere else as one line that is safe to show: line breaks and runs of blanks become one blank, and
 * control characters, which could move the cursor or set the window's title, become visible signs.
 */
export function oneLine(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}
