/** Tails of distributions, as far as the rules need them. */

/** ln Γ(x) for x > 0, by Lanczos' approximation (g = 7, 9 terms), within 1e-14 of the value. */
export function lnGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
  const shifted = x - 1;
  const base = shifted + 7.5;
  let sum = LANCZOS[0] as number;
  for (let term = 1; term < LANCZOS.length; term++) sum += (LANCZOS[term] as number) / (shifted + term);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

const lnBeta = (a: number, b: number): number => lnGamma(a) + lnGamma(b) - lnGamma(a + b);

/**
 * Probability that of `n` at least `k` fail, when the share that fails is `p` on average and differs from hour to hour: the beta-binomial
 * distribution with the correlation `rho` within an hour; 0 for the binomial.
 */
export function atLeastFailed(k: number, n: number, p: number, rho: number): number {
  if (k <= 0) return 1;
  if (k > n) return 0;
  const logs: number[] = [];
  const total = rho > 1e-9 ? (1 - rho) / rho : 0;
  const [a, b] = [p * total, (1 - p) * total];
  for (let each = k; each <= n; each++) {
    const choices = lnGamma(n + 1) - lnGamma(each + 1) - lnGamma(n - each + 1);
    logs.push(
      total > 0
        ? choices + lnBeta(each + a, n - each + b) - lnBeta(a, b)
        : choices + each * Math.log(p) + (n - each) * Math.log1p(-p),
    );
    // The tail falls from its first term on where that is beyond the mean.
    if (each > k + 50 && (logs.at(-1) ?? 0) < (logs[0] ?? 0) - 40) break;
  }
  return Math.min(1, sumOfExp(logs));
}

/**
 * Probability of at least `k` events in an hour, when there are `mean` on average, with the variance `mean + mean² / size`: the negative binomial
 * distribution; Poisson's for an infinite size.
 */
export function atLeastCounted(k: number, mean: number, size: number): number {
  if (k <= 0) return 1;
  const logs: number[] = [];
  for (let each = k; ; each++) {
    logs.push(
      Number.isFinite(size)
        ? lnGamma(each + size) -
            lnGamma(each + 1) -
            lnGamma(size) +
            size * Math.log(size / (size + mean)) +
            each * Math.log(mean / (size + mean))
        : each * Math.log(mean) - mean - lnGamma(each + 1),
    );
    const last = logs.at(-1) ?? 0;
    if ((each > mean && last < (logs[0] ?? 0) - 40) || logs.length > 100_000) break;
  }
  return Math.min(1, sumOfExp(logs));
}

/** Probability of at least `z` under the standard normal distribution: W. J. Cody's erfc by its continued fraction beyond 3, its series below. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  if (z > 3) {
    let fraction = 0;
    for (let term = 60; term >= 1; term--) fraction = term / (z + fraction);
    return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI) / (z + fraction);
  }
  let term = z;
  let sum = z;
  for (let index = 1; index < 100; index++) {
    term *= (-z * z) / (2 * index);
    sum += term / (2 * index + 1);
  }
  return 0.5 - sum / Math.sqrt(2 * Math.PI);
}

function sumOfExp(logs: readonly number[]): number {
  const largest = logs.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  return logs.reduce((sum, each) => sum + Math.exp(each - largest), 0) * Math.exp(largest);
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1
    ? (sorted[half] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}
