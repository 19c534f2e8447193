import type { Logger } from "pino";
import type { EvidenceSettings } from "../config/evidence-settings.js";
import type { PostgresSettings } from "../config/postgres-settings.js";
import { describeError } from "../internal/describe-error.js";
import type { MetricFamily } from "../internal/metric-family.js";
import { repeat } from "../internal/repeat.js";
import { settlesWithin } from "../internal/settles-within.js";
import { changeFeedDelay } from "../store/change-feed.js";
import { createPool } from "../store/pool.js";
import { EvidenceStats, evidenceFamilies } from "./evidence-stats.js";
import { type EvidenceTurn, ForeignEvidenceLog, runEvidenceTurn } from "./evidence-turn.js";
import type { SigningKey } from "./note.js";
import { type Produce, Witnesses } from "./witness.js";
import { checkWitnessFile, OtherEvidenceLog } from "./witness-file.js";

/** Keeps the evidence log, as long as it runs. */
export interface EvidenceKeeper {
  families(): readonly MetricFamily[];
  metrics(): ReturnType<EvidenceStats["snapshot"]>;
  /** Resolves when nothing is under way any more, or the time is up; what was under way is rolled back then, and done again later. */
  stop(deadlineMillis: number): Promise<void>;
}

export interface EvidenceKeeperOptions {
  readonly settings: EvidenceSettings;
  readonly key: SigningKey;
  readonly postgres: PostgresSettings;
  readonly log: Logger;
  /** Whether events are being written: then this takes less of Postgres. */
  readonly isWriting: () => boolean;
  readonly produce: Produce;
}

const ELSEWHERE_PAUSE_MILLIS = 5_000;
/** A turn reads some thousands of rows. */
const STATEMENT_MILLIS = 120_000;
/** Beside a consumer that writes, at most half of the time, so that the log keeps up with it. */
const PAUSES_PER_WORK = { writing: 1, idle: 0.1 } as const;

/**
 * Starts in the background, on a connection of its own, and never throws: what fails is logged, counted and tried again. Whoever writes
 * waits for it nowhere.
 */
export function startEvidence(options: EvidenceKeeperOptions): EvidenceKeeper {
  const { settings, key, postgres, log, isWriting, produce } = options;
  const pool = createPool({
    ...postgres,
    maxConnections: 1,
    statementTimeoutMillis: Math.max(postgres.statementTimeoutMillis, STATEMENT_MILLIS),
    applicationName: `${postgres.applicationName}-evidence`,
  });
  const stopping = new AbortController();
  const stats = new EvidenceStats();
  const witnesses = new Witnesses({
    settings,
    produce,
    check: (file) => checkWitnessFile(file, pool, key.verifier),
    onFailure(witness, error, failures) {
      stats.witnessFailed();
      const report = { witness, reason: describeError(error).message, failures };
      if (failures === 1 && error instanceof OtherEvidenceLog)
        log.error(report, "the evidence log does not go on from the one that its witness knows");
      else if (failures === 1)
        log.warn(report, "a witness does not take checkpoints of the evidence log: it gets the next ones");
      else log.debug(report, "a witness does not take checkpoints of the evidence log, trying again");
    },
  });
  const running = repeat(keepOnce, {
    signal: stopping.signal,
    onRecovery: (failures) => log.info({ failures }, "the evidence log is kept again"),
    onFailure(error, failures) {
      stats.failed();
      const report = { error: describeError(error).message };
      if (failures > 1) log.debug(report, "the evidence log cannot be kept, trying again");
      else if (error instanceof ForeignEvidenceLog) log.error(report, "the evidence log is not kept");
      else log.warn(report, "the evidence log cannot be kept for now: what comes meanwhile is added later");
    },
  });

  /** Returns how long to pause. */
  async function keepOnce(): Promise<number> {
    const began = performance.now();
    const turn = await turnOnce();
    return pauseOf(turn, performance.now() - began);
  }

  async function turnOnce(): Promise<EvidenceTurn> {
    const began = performance.now();
    const turn = await runEvidenceTurn(pool, key, (since) => {
      witnesses.checkAgain();
      log.warn(
        { since },
        "a new evidence log begins: there is none in this database. If there was one, somebody has emptied it: agent-actions audit verify --checkpoint says so",
      );
    });
    stats.turned(turn, performance.now() - began);
    if (turn.lost)
      log.warn("the place of the evidence log in the change feed was lost: all rows are added once more");
    if (turn.checkpoint !== undefined) {
      await witnesses.give(key.verifier.name, turn.checkpoint);
      stats.witnessed = witnesses.handedOver;
    } else if (turn.active) stats.feedDelayMillis = await changeFeedDelay(pool);
    return turn;
  }

  function pauseOf(turn: EvidenceTurn, spentMillis: number): number {
    if (!turn.active) return Math.max(settings.intervalMillis, ELSEWHERE_PAUSE_MILLIS);
    if (turn.more) return spentMillis * PAUSES_PER_WORK[isWriting() ? "writing" : "idle"];
    return settings.intervalMillis;
  }

  // What was stored last is in the log too, where that takes no long time.
  async function lastTurns(deadlineMillis: number): Promise<void> {
    const end = performance.now() + deadlineMillis / 2;
    try {
      for (let more = true; more && performance.now() < end; ) ({ more } = await turnOnce());
    } catch (error) {
      log.debug(
        { error: describeError(error).message },
        "the last leaves of the evidence log are added later",
      );
    }
  }

  return {
    families: () => evidenceFamilies(stats.snapshot()),
    metrics: () => stats.snapshot(),
    async stop(deadlineMillis) {
      stopping.abort();
      const closed = running.then(() => lastTurns(deadlineMillis)).finally(() => pool.end());
      if (!(await settlesWithin(closed, deadlineMillis)))
        log.warn("a part of the evidence log was not written: it is added later");
    },
  };
}
