import type { Logger } from "pino";
import type { PostgresSettings } from "../config/postgres-settings.js";
import { type RetentionSettings, removesAnything } from "../config/retention-settings.js";
import { delay } from "../internal/delay.js";
import { describeError } from "../internal/describe-error.js";
import { type MetricFamily, metricsNamed } from "../internal/metric-family.js";
import { settlesWithin } from "../internal/settles-within.js";
import { createPool } from "../store/pool.js";
import { retain } from "./retain.js";

/** Does what `agent-actions retain` does, every few hours. */
export interface RetentionKeeper {
  families(): readonly MetricFamily[];
  metrics(): { readonly rounds: number; readonly failures: number; readonly rows_removed: number };
  /** Breaks off between two parts; the next round goes on there. */
  stop(deadlineMillis: number): Promise<void>;
}

export interface RetentionKeeperOptions {
  readonly settings: RetentionSettings;
  readonly postgres: PostgresSettings;
  readonly log: Logger;
}

/** A service that has just started has other things to do. */
const FIRST_PAUSE_MILLIS = 60_000;
const STATEMENT_MILLIS = 3_600_000;

const { counter } = metricsNamed("agent_actions_retention_");

/** `undefined` where nothing says for how long rows are kept. */
export function startRetention({
  settings,
  postgres,
  log,
}: RetentionKeeperOptions): RetentionKeeper | undefined {
  if (!removesAnything(settings)) return undefined;
  const pool = createPool({ ...postgres, maxConnections: 2, statementTimeoutMillis: STATEMENT_MILLIS });
  const stopping = new AbortController();
  const { signal } = stopping;
  const counts = { rounds: 0, failures: 0, rows_removed: 0 };
  const running = keepRetaining();

  async function keepRetaining(): Promise<void> {
    await delay(Math.min(settings.intervalMillis, FIRST_PAUSE_MILLIS), signal);
    while (!signal.aborted) {
      await round();
      await delay(settings.intervalMillis, signal);
    }
  }

  async function round(): Promise<void> {
    try {
      const retained = await retain(pool, settings, signal);
      if (retained === undefined) return;
      counts.rounds += 1;
      const rows = Object.values(retained.rows).reduce((sum, count) => sum + count, 0);
      counts.rows_removed += rows;
      if (rows > 0) log.info({ rows: retained.rows }, "rows were removed for their age");
    } catch (error) {
      if (signal.aborted) return;
      counts.failures += 1;
      log.error(
        { error: describeError(error).message },
        "rows could not be removed for their age, trying again later: agent-actions retain does the same by hand",
      );
    }
  }

  return {
    metrics: () => ({ ...counts }),
    families: () => [
      counter("rounds", "Times that old rows were looked for.", counts.rounds),
      counter("failures", "Times that this failed; it is tried again.", counts.failures),
      counter("rows_removed", "Rows that went for their age.", counts.rows_removed),
    ],
    async stop(deadlineMillis) {
      stopping.abort();
      await settlesWithin(running, deadlineMillis);
      await settlesWithin(pool.end(), deadlineMillis);
    },
  };
}
