/** The counts of {@link ExporterStats} as a list of numbers, for memory that two threads share. */
import { attributionStats, DeliveryCounters, type ExporterStats } from "../deliver/delivery-counters.js";
import { NO_SPOOL } from "../deliver/no-spool.js";
import { NO_LARGE_RESULTS } from "../large-results/large-result-stats.js";

const nothing = new DeliveryCounters().snapshot();

/** What is said before anything has ended. */
export const NO_STATS: ExporterStats = Object.freeze({
  ...nothing,
  dialectErrors: 0,
  largeResults: NO_LARGE_RESULTS,
  spanAttributions: attributionStats(nothing),
  runningEvents: attributionStats(nothing),
  heartbeats: Object.freeze({ acked: 0, failed: 0 }),
  spool: NO_SPOOL,
});

/** All members are numbers, or objects of such. */
type Counts = { readonly [name: string]: number | Counts };

/** Where the numbers are, by the members of one object, so that two that were made in another order do not differ. */
const PLACES: readonly (readonly string[])[] = placesIn(NO_STATS as unknown as Counts, []);

export const numbersOf = (stats: ExporterStats): readonly number[] => {
  const numbers: number[] = [];
  for (const place of PLACES) {
    let at: number | Counts | undefined = stats as unknown as Counts;
    for (const name of place) at = typeof at === "object" ? at[name] : undefined;
    numbers.push(typeof at === "number" ? at : 0);
  }
  return numbers;
};

/** @param numbers in the order of {@link numbersOf} */
export function statsOf(numbers: readonly number[]): ExporterStats {
  let at = 0;
  const filled = (like: Counts): Counts =>
    Object.freeze(
      Object.fromEntries(
        Object.entries(like).map(([name, one]) => [
          name,
          typeof one === "number" ? (numbers[at++] ?? 0) : filled(one),
        ]),
      ),
    );
  return filled(NO_STATS as unknown as Counts) as unknown as ExporterStats;
}

export function sumOfStats(one: ExporterStats, other: ExporterStats): ExporterStats {
  const others = numbersOf(other);
  return statsOf(numbersOf(one).map((number, index) => number + (others[index] ?? 0)));
}

/** The counts when what is in memory is lost by a defect. */
export function withQueueLost({ held, buffered, inFlight, dropped, ...stats }: ExporterStats): ExporterStats {
  const internal_error = dropped.internal_error + held + buffered + inFlight;
  const none = { held: 0, buffered: 0, inFlight: 0, queuedBytes: 0 };
  return { ...stats, ...none, dropped: { ...dropped, internal_error } };
}

function placesIn(counts: Counts, around: readonly string[]): string[][] {
  return Object.entries(counts).flatMap(([name, one]) =>
    typeof one === "number" ? [[...around, name]] : placesIn(one, [...around, name]),
  );
}
