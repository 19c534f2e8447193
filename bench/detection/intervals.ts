/** Exact intervals of counts and of shares. */
import { incompleteBeta } from "../../src/analysis/series/distributions.js";

/** Where a falling function is zero, by bisection. */
function root(of: (x: number) => number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let step = 0; step < 100; step++) {
    const middle = (from + to) / 2;
    if (of(middle) > 0) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/** Probability of at most `k` events of a Poisson distribution. */
function atMost(k: number, mean: number): number {
  let [term, sum] = [Math.exp(-mean), Math.exp(-mean)];
  for (let each = 1; each <= k; each++) {
    term *= mean / each;
    sum += term;
  }
  return sum;
}

/** Of the mean of a Poisson distribution, 95 %, from one count: Garwood, 1936. */
export function garwood(count: number): readonly [number, number] {
  const most = count * 3 + 20;
  const low = count === 0 ? 0 : root((mean) => atMost(count - 1, mean) - 0.975, 0, most);
  return [low, root((mean) => atMost(count, mean) - 0.025, 0, most)];
}

/** Of a share, 95 %: Clopper and Pearson, 1934. */
export function clopperPearson(count: number, of: number): readonly [number, number] {
  const low = count === 0 ? 0 : root((p) => 0.025 - incompleteBeta(p, count, of - count + 1), 0, 1);
  const high = count === of ? 1 : root((p) => incompleteBeta(1 - p, of - count, count + 1) - 0.025, 0, 1);
  return [low, high];
}
