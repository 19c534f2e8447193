/** The time of a run without the stretches in which nothing began or ended. */

export interface IdleTime {
  /** Milliseconds that the run takes when idle stretches are shortened. */
  readonly duration: number;
  /** Milliseconds that all of it took. */
  readonly wholeDuration: number;
  /** From the time of the run to that of playing it back; both in milliseconds from the start of the run. */
  toPlayed(time: number): number;
  /** The way back. */
  toRun(played: number): number;
}

/**
 * @param moments when something begins or ends, in milliseconds from the start of the run, in any order
 * @param maxIdle longest time between two of them, in milliseconds; `Infinity` leaves all as it is
 */
export function shortenIdle(moments: Iterable<number>, maxIdle: number): IdleTime {
  const times = Float64Array.from(new Set([0, ...moments])).sort();
  const played = new Float64Array(times.length);
  for (let at = 1; at < times.length; at++) {
    const gap = (times[at] as number) - (times[at - 1] as number);
    played[at] = (played[at - 1] as number) + Math.min(gap, maxIdle);
  }
  return {
    duration: played.at(-1) ?? 0,
    wholeDuration: times.at(-1) ?? 0,
    toPlayed: (time) => interpolated(times, played, time),
    toRun: (time) => interpolated(played, times, time),
  };
}

/** The value that belongs to `at`, between the two known places around it; beyond the ends, that of the end. */
function interpolated(from: Float64Array, to: Float64Array, at: number): number {
  let low = 0;
  let high = from.length - 1;
  if (!(at > (from[0] as number))) return to[0] as number;
  if (at >= (from[high] as number)) return to[high] as number;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((from[middle] as number) <= at) low = middle;
    else high = middle;
  }
  const [left, right] = [from[low] as number, from[high] as number];
  const share = right === left ? 0 : (at - left) / (right - left);
  return (to[low] as number) + share * ((to[high] as number) - (to[low] as number));
}
