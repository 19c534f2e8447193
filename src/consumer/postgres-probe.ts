import type pg from "pg";
import { onConnection } from "../store/on-connection.js";
import { storeFailure } from "../store/store-failure.js";
import type { OutageWatch } from "./outage-watch.js";

export interface PostgresProbe {
  stop(): void;
}

export interface ProbeTimes {
  /** Pause between two questions. @default 2_000 */
  readonly intervalMillis?: number;
  /** How long a response is waited for; a server that hangs would keep a statement for much longer. @default 3_000 */
  readonly responseMillis?: number;
  /** After so long without a success while something is being written, it is asked nevertheless. @default 5_000 */
  readonly doubtMillis?: number;
}

export interface ProbedPools {
  /** The one that writes use. */
  readonly writes: pg.Pool;
  /** Another one, of a single connection: writes that hang may hold all those of the first. */
  readonly doubt: pg.Pool;
}

/**
 * Asks Postgres whether it could store something while nothing is being written: an idle consumer would not notice that it could
 * not store the next record. While something is being written, that is the better probe; but a server that hangs lets a statement wait for
 * longer than anybody should be left in doubt. Should it respond then, only the writes wait, for a lock perhaps, and it is not called failing.
 *
 * A server that is up and read-only could not: after a failover it is no longer the one to write to, and its connection is closed,
 * so that the next one finds the one that is.
 */
export function startPostgresProbe(
  pools: ProbedPools,
  watch: Pick<OutageWatch, "succeeded" | "failed" | "lastSuccess">,
  isWriting: () => boolean,
  { intervalMillis = 2_000, responseMillis = 3_000, doubtMillis = 5_000 }: ProbeTimes = {},
): PostgresProbe {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let failures = 0;

  async function ask(): Promise<void> {
    const lastSuccess = watch.lastSuccess;
    const inDoubt = isWriting() && performance.now() - (lastSuccess ?? 0) > doubtMillis;
    const pool = inDoubt ? pools.doubt : isWriting() ? undefined : pools.writes;
    try {
      if (pool) await onConnection(pool, (client) => expectWritable(client, responseMillis));
      if (!stopped && !isWriting()) watch.succeeded();
      failures = 0;
    } catch (error) {
      failures += 1;
      // A write that has come to an end meanwhile knows better.
      if (!stopped && (inDoubt ? watch.lastSuccess === lastSuccess : !isWriting()))
        watch.failed(storeFailure(error), failures);
    }
    if (!stopped) timer = setTimeout(ask, intervalMillis);
  }

  void ask();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function expectWritable(client: pg.PoolClient, responseMillis: number): Promise<void> {
  const question: pg.QueryConfig & { query_timeout: number } = {
    text: "select current_setting('transaction_read_only') as read_only",
    query_timeout: responseMillis,
  };
  const { rows } = await client.query<{ read_only: string }>(question);
  if (rows[0]?.read_only === "on")
    throw Object.assign(new Error("the server is read-only"), { code: READ_ONLY_SQL_TRANSACTION });
}

const READ_ONLY_SQL_TRANSACTION = "25006";
