/** When a row reached each place, milliseconds since the epoch by one clock. */
export interface RowTimes {
  /** The end of the action, when its event is made. */
  readonly ended: number;
  /** The producer heard of Kafka that it has the record. */
  readonly acknowledged: number;
  /** The consumer's client had decoded the response with the record. */
  readonly fetched: number;
  /** Its transaction had run its statements and began to commit, as PostgreSQL notes it. */
  readonly written: number;
  /** Another connection saw its row. */
  readonly visible: number;
}

export interface Spread {
  readonly p50Millis: number;
  readonly p95Millis: number;
  readonly p99Millis: number;
  readonly maxMillis: number;
}

/** From one place to the next, and the whole way. A broker may give a record out before its producer hears of it, so a stage can be below 0. */
export const STAGES = {
  "end to row": (row: RowTimes) => row.visible - row.ended,
  "end to Kafka": (row: RowTimes) => row.acknowledged - row.ended,
  "Kafka to fetched": (row: RowTimes) => row.fetched - row.acknowledged,
  "fetched to written": (row: RowTimes) => row.written - row.fetched,
  "written to visible": (row: RowTimes) => row.visible - row.written,
} as const;
export type Stage = keyof typeof STAGES;

/** Of a topic's partition, offsets from `first` to `last` came with one response. */
export interface Fetch {
  readonly partition: number;
  readonly first: number;
  readonly last: number;
  readonly at: number;
}

/** When the record at that place was fetched first: one that came again, after a rebalance, was there before. */
export function fetchedAt(
  fetches: readonly Fetch[],
): (partition: number, offset: number) => number | undefined {
  const times = new Map<string, number>();
  for (const { partition, first, last, at } of fetches)
    for (let offset = first; offset <= last; offset++) {
      const place = `${partition}/${offset}`;
      times.set(place, Math.min(at, times.get(place) ?? at));
    }
  return (partition, offset) => times.get(`${partition}/${offset}`);
}

/** @throws when there is no row */
export function spreadOfStage(rows: readonly RowTimes[], stage: Stage): Spread {
  if (rows.length === 0) throw new Error("There is no row to measure.");
  const sorted = rows.map(STAGES[stage]).sort((one, other) => one - other);
  const at = (share: number): number =>
    sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)]!;
  return { p50Millis: at(0.5), p95Millis: at(0.95), p99Millis: at(0.99), maxMillis: at(1) };
}
