/** Far above what two clocks of one machine differ by, and below what is measured. */
const MOST_DRIFT_MILLIS = 3;

/**
 * Milliseconds since the epoch with their fractions, by the clock of the machine, which all processes of it share with PostgreSQL.
 * What counts within a process runs on from its start, so {@link expectOneClock} has to be called at the end.
 */
export const nowMillis = (): number => performance.timeOrigin + performance.now();

/** Throws when the machine's clock was set while this process ran: then times of two processes cannot be compared. */
export function expectOneClock(): void {
  const drift = Date.now() - nowMillis();
  if (Math.abs(drift) > MOST_DRIFT_MILLIS)
    throw new Error(
      `The machine's clock was set by ${drift.toFixed(1)} ms during the measurement. Repeat it.`,
    );
}
