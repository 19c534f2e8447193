/** Tests and effect sizes for few values of unknown distribution, as durations and failures of tools are. */

export interface TestResult {
  /** Probability of a difference at least as large, if there were none; two-sided. */
  readonly p: number;
  /** From -1 to 1: how much larger the second group is. 0: no difference. */
  readonly effect: number;
}

/**
 * The Mann-Whitney U test (normal approximation with the correction for ties and for continuity), with Cliff's delta as the effect size: the share of pairs in which the
 * second value is larger, less that of those in which it is smaller. From 3 values on either side; below, the approximation says nothing.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): TestResult | undefined {
  const [n, m] = [a.length, b.length];
  if (Math.min(n, m) < 3) return undefined;
  const all = [...a.map((value) => [value, 0] as const), ...b.map((value) => [value, 1] as const)].sort(
    (one, other) => one[0] - other[0],
  );
  let rankSumB = 0;
  let tieTerm = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.[0] === all[from]?.[0]) to++;
    const size = to - from;
    const rank = (from + 1 + to) / 2;
    for (let at = from; at < to; at++) if (all[at]?.[1] === 1) rankSumB += rank;
    tieTerm += size ** 3 - size;
    from = to;
  }
  const u = rankSumB - (m * (m + 1)) / 2;
  const effect = (2 * u) / (n * m) - 1;
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - tieTerm / (total * (total - 1)));
  if (variance <= 0) return { p: 1, effect: 0 };
  const z = Math.max(Math.abs(u - (n * m) / 2) - 0.5, 0) / Math.sqrt(variance);
  return { p: Math.min(2 * upperTail(z), 1), effect };
}

/**
 * Fisher's exact test of two shares, with their difference as the effect size.
 *
 * @param hitsA how many of `totalA` have the property
 */
export function fisherExact(hitsA: number, totalA: number, hitsB: number, totalB: number): TestResult {
  if (totalA === 0 || totalB === 0) return { p: 1, effect: 0 };
  const hits = hitsA + hitsB;
  const total = totalA + totalB;
  const logOf = (inB: number): number =>
    logChoose(totalB, inB) + logChoose(totalA, hits - inB) - logChoose(total, hits);
  const observed = logOf(hitsB);
  let p = 0;
  for (let inB = Math.max(0, hits - totalA); inB <= Math.min(hits, totalB); inB++) {
    const probability = logOf(inB);
    // Rounding must not leave out tables that are as likely as the observed one.
    if (probability <= observed + 1e-7) p += Math.exp(probability);
  }
  return { p: Math.min(p, 1), effect: hitsB / totalB - hitsA / totalA };
}

/** p-values of several tests together, so that the share of false ones among those called different stays below the threshold (Benjamini and Hochberg). */
export function adjusted(ps: readonly number[]): number[] {
  const order = ps.map((p, index) => ({ p, index })).sort((one, other) => other.p - one.p);
  const result = new Array<number>(ps.length).fill(1);
  let least = 1;
  order.forEach(({ p, index }, at) => {
    least = Math.min(least, (p * ps.length) / (ps.length - at));
    result[index] = least;
  });
  return result;
}

/** The middle value; `undefined` of none. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** Probability that a standard normal value is above z >= 0; error below 1.2e-7 (Numerical Recipes, erfc by a Chebyshev fit). */
function upperTail(z: number): number {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ];
  const polynomial = coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  return (t * Math.exp(-x * x + polynomial)) / 2;
}

const logFactorials: number[] = [0];

function logFactorial(n: number): number {
  for (let at = logFactorials.length; at <= n; at++)
    logFactorials.push((logFactorials[at - 1] as number) + Math.log(at));
  return logFactorials[n] as number;
}

const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);
