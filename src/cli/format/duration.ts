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
