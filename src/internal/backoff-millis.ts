export interface BackoffRange {
  readonly initialMillis: number;
  readonly maximumMillis: number;
}

/**
 * How long to wait after the `attempt`-th failure in a row (from 1): doubling up to the maximum, half of it by chance, so
 * that many clients of one server that was away do not come back in step.
 */
export function backoffMillis(attempt: number, { initialMillis, maximumMillis }: BackoffRange): number {
  const ceiling = Math.min(initialMillis * 2 ** Math.min(attempt - 1, 30), maximumMillis);
  return Math.round(ceiling * (0.5 + Math.random() / 2));
}
