import type pg from "pg";
import { storeFailure } from "../store/store-failure.js";
import type { OutageWatch } from "./outage-watch.js";

export interface PostgresProbe {
  stop(): void;
}

const INTERVAL_MILLIS = 2_000;

/**
 * Asks Postgres whether it is there while nothing is being written: an idle consumer would not notice that it could not
 * store the next record. While something is being written, that is the better probe.
 */
export function startPostgresProbe(
  pool: pg.Pool,
  watch: OutageWatch,
  isWriting: () => boolean,
): PostgresProbe {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let failures = 0;

  async function ask(): Promise<void> {
    try {
      if (!isWriting()) await pool.query("select 1");
      if (!stopped && !isWriting()) watch.succeeded();
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!stopped && !isWriting()) watch.failed(storeFailure(error), failures);
    }
    if (!stopped) timer = setTimeout(ask, INTERVAL_MILLIS);
  }

  void ask();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
