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
