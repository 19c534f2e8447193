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
  if (mean <= 0) return 0;
  // However long the tail is: with many calls and much variation, it has millions of terms.
  if (Number.isFinite(size)) return incompleteBeta(mean / (size + mean), k, size);
  let largest = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let each = k; ; each++) {
    const log = each * Math.log(mean) - mean - lnGamma(each + 1);
    if (log > largest) {
      sum = sum * Math.exp(largest - log) + 1;
      largest = log;
    } else sum += Math.exp(log - largest);
    // Beyond the mean, every term is smaller than the one before.
    if (each > mean && log < largest - 40) return Math.min(1, sum * Math.exp(largest));
  }
}

/** The regularized incomplete beta function I_x(a, b) for 0 < x < 1, by its continued fraction: https://dlmf.nist.gov/8.17#v */
export function incompleteBeta(x: number, a: number, b: number): number {
  // The fraction converges fast on this side of the mean only; the other is what is left of 1.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - lnBeta(a, b)) / a;
  let [c, d] = [1, 1 / notZero(1 - ((a + b) * x) / (a + 1))];
  let fraction = d;
  for (let m = 1; m <= MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-12) break;
  }
  return Math.min(1, front * fraction);
}

/** Probability of at least `t` under Student's distribution with so many degrees of freedom. */
export function studentTail(t: number, freedom: number): number {
  if (t === 0) return 0.5;
  const both = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
  return t > 0 ? both / 2 : 1 - both / 2;
}

/** It needs some √max(a, b). */
const MAX_TERMS = 100_000;
const notZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);

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
  // Typed arrays are sorted by value, without a function for each pair.
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1
    ? (sorted[half] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}
