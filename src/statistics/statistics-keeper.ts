import type { Logger } from "pino";
import type { PostgresSettings } from "../config/postgres-settings.js";
import type { StatisticsSettings } from "../config/statistics-settings.js";
import type { MetricFamily } from "../internal/metric-family.js";
import { repeat } from "../internal/repeat.js";
import { settlesWithin } from "../internal/settles-within.js";
import { changeFeedDelay } from "../store/change-feed.js";
import { createPool } from "../store/pool.js";
import { storeFailure } from "../store/store-failure.js";
import { Pacing, pauseMillis } from "./pacing.js";
import { StatisticsStats, statisticsFamilies } from "./statistics-stats.js";
import { runTurn, type Turn } from "./statistics-turn.js";

/** Keeps the statistics and the summaries of runs up to date, as long as it runs. */
export interface StatisticsKeeper {
  families(): readonly MetricFamily[];
  metrics(): ReturnType<StatisticsStats["snapshot"]>;
  /** Resolves when nothing is under way any more, or the time is up; what was under way is rolled back then, and done again later. */
  stop(deadlineMillis: number): Promise<void>;
}

export interface StatisticsKeeperOptions {
  readonly settings: StatisticsSettings;
  readonly postgres: PostgresSettings;
  readonly log: Logger;
  /** Whether events are being written: then the statistics take less of Postgres. */
  readonly isWriting: () => boolean;
}

const MAX_TURN_MILLIS = 500;
const MAX_LAST_MILLIS = 1_500;
/** How long one bucket may take: an hour of millions of rows is read whole. */
const STATEMENT_MILLIS = 600_000;
const ELSEWHERE_PAUSE_MILLIS = 5_000;

/**
 * Starts in the background, on a connection of its own, and never throws: what fails is logged, counted and tried again. Whoever writes
 * waits for it nowhere.
 */
export function startStatistics({
  settings,
  postgres,
  log,
  isWriting,
}: StatisticsKeeperOptions): StatisticsKeeper {
  const pool = createPool(
    {
      ...postgres,
      maxConnections: 1,
      statementTimeoutMillis: Math.max(postgres.statementTimeoutMillis, STATEMENT_MILLIS),
    },
    // Planning anew what keeps them takes longer than a look that finds little.
    { keepsIdle: true },
  );
  const stopping = new AbortController();
  const stats = new StatisticsStats();
  const pacing = new Pacing();
  const running = repeat(keepOnce, {
    signal: stopping.signal,
    onRecovery: (failures) => log.info({ failures }, "statistics are kept again"),
    onFailure(error, failures) {
      stats.failed();
      const { message, sqlstate } = storeFailure(error);
      const report = { error: message, ...(sqlstate === undefined ? {} : { sqlstate }) };
      if (failures === 1)
        log.warn(report, "statistics cannot be kept for now: they are brought up to date later");
      else log.debug(report, "statistics cannot be kept, trying again");
    },
  });

  /** Returns how long to pause. */
  async function keepOnce(): Promise<number> {
    const began = performance.now();
    const turn = await turnOnce(pacing, MAX_TURN_MILLIS, stopping.signal);
    const spent = performance.now() - began;
    stats.turned(turn, spent);
    return turn.active
      ? pauseMillis(spent, settings.intervalMillis, isWriting())
      : Math.max(settings.intervalMillis, ELSEWHERE_PAUSE_MILLIS);
  }

  async function turnOnce(pacing: Pacing, maxMillis: number, signal: AbortSignal): Promise<Turn> {
    const turn = await runTurn(pool, {
      pacing,
      maxMillis,
      signal,
      onFailure({ resolution, start }, { message, sqlstate }) {
        stats.failed();
        log.error({ resolution, start, error: message, sqlstate }, "statistics could not be computed");
      },
    });
    if (turn.rebuilt !== undefined)
      log.info({ reason: turn.rebuilt }, "statistics are computed from the rows, in the background");
    // What has just moved on is held up by nobody.
    if (turn.active) stats.feedDelayMillis = turn.changes > 0 ? 0 : await changeFeedDelay(pool);
    return turn;
  }

  // What was stored last is shown too, where that takes no long time.
  async function lastTurns(deadlineMillis: number): Promise<void> {
    const maxMillis = Math.min(deadlineMillis / 2, MAX_LAST_MILLIS);
    const signal = AbortSignal.timeout(maxMillis);
    try {
      // A minute marks its hour, and that its day: a turn each.
      for (let work = 1; work > 0 && !signal.aborted; ) {
        const { changes, buckets, runs } = await turnOnce(new Pacing(), maxMillis, signal);
        work = changes + buckets + runs;
      }
    } catch (error) {
      log.debug({ error: storeFailure(error).message }, "the last statistics are computed later");
    }
  }

  return {
    families: () => statisticsFamilies(stats.snapshot()),
    metrics: () => stats.snapshot(),
    async stop(deadlineMillis) {
      stopping.abort();
      const closed = running.then(() => lastTurns(deadlineMillis)).finally(() => pool.end());
      if (!(await settlesWithin(closed, deadlineMillis)))
        log.warn("a part of the statistics was not finished: it is computed again later");
    },
  };
}
