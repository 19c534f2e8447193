/**
 * Whether a series that shifted is where it has not been before, by how it wanders by itself: its earlier stretches of the same length are what the
 * stretch since the shift is compared with. A test of two levels that takes both for constant finds a shift in whatever moves from day to day.
 */
import { studentTail } from "./distributions.js";

/** Lengths of stretches, in figures: a longer one differs less from others where figures are not alike for long, and there are fewer of them. */
const LENGTHS = [24, 48, 72] as const;
/** Of a young series. */
const SHORTEST = 12;
/** With fewer earlier stretches, how they differ is not known. */
const MIN_STRETCHES = 6;
/** The place of a shift is known to some figures: so many before it belong to neither side. */
const ABOUT = 12;

/**
 * Probability that the mean of a stretch is as high as that since the shift, where levels of stretches are drawn by chance: Student's t for one more stretch, with
 * fewer degrees of freedom where neighbours are alike. 1 where an earlier stretch of that length was as high, or too little is known.
 *
 * @param figures in the order of time
 * @param at index of the first one after the shift
 */
export function likelihoodOfLevel(figures: readonly number[], at: number): number {
  const end = figures.length;
  if (at <= 0 || at >= end) return 1;
  const after = end - at;
  const before = at - Math.min(ABOUT, after);
  const sums = new Float64Array(end + 1);
  for (let index = 0; index < end; index++)
    sums[index + 1] = (sums[index] as number) + (figures[index] as number);
  const mean = (from: number, to: number): number =>
    ((sums[to] as number) - (sums[from] as number)) / (to - from);
  const level = mean(at, end);
  const shortest = Math.min(after, LENGTHS[0], Math.max(SHORTEST, Math.floor(before / MIN_STRETCHES)));
  for (let from = 0; from + shortest <= before; from++) if (mean(from, from + shortest) >= level) return 1;
  const lengths = [shortest, ...LENGTHS.slice(1).filter((length) => length <= after)];
  const tested = lengths.flatMap((length) => {
    const means: number[] = [];
    for (let to = before; to >= length; to -= length) means.push(mean(to - length, to));
    return means.length < MIN_STRETCHES ? [] : [likelihoodOf(level, means)];
  });
  return tested.length === 0 ? 1 : Math.min(1, tested.length * Math.min(...tested));
}

function likelihoodOf(level: number, means: readonly number[]): number {
  const count = means.length;
  const middle = means.reduce((sum, each) => sum + each, 0) / count;
  let [squares, products] = [0, 0];
  for (const [index, each] of means.entries()) {
    squares += (each - middle) ** 2;
    if (index > 0) products += (each - middle) * ((means[index - 1] as number) - middle);
  }
  if (squares === 0) return level > middle ? 0 : 1;
  // What a chain of the first order knows of its variance and of its mean (Bartlett, 1946).
  const alike = Math.min(0.95, Math.max(0, products / squares));
  const freedom = Math.max(1, ((count - 1) * (1 - alike ** 2)) / (1 + alike ** 2));
  const stretches = Math.max(1, (count * (1 - alike)) / (1 + alike));
  const deviation = Math.sqrt((squares / (count - 1)) * (1 + 1 / stretches));
  return studentTail((level - middle) / deviation, freedom);
}
