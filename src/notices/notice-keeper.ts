import type { Logger } from "pino";
import type { AlertSettings } from "../config/alert-rules.js";
import type { NoticeSettings } from "../config/notice-settings.js";
import type { PostgresSettings } from "../config/postgres-settings.js";
import type { MetricFamily } from "../internal/metric-family.js";
import { repeat } from "../internal/repeat.js";
import { settlesWithin } from "../internal/settles-within.js";
import { changeFeedDelay } from "../store/change-feed.js";
import { createPool } from "../store/pool.js";
import { storeFailure } from "../store/store-failure.js";
import { NoticeStats, noticeFamilies } from "./notice-stats.js";
import { NoticeReader } from "./notice-turn.js";
import { PeriodicRules } from "./periodic-turn.js";
import type { PipelineFacts } from "./rules/periodic-rule.js";
import { NoticeSender, type SendWays } from "./send/sender.js";

/** Looks for loops and the like in what is written, as long as it runs. */
export interface NoticeKeeper {
  families(): readonly MetricFamily[];
  metrics(): ReturnType<NoticeStats["snapshot"]>;
  /** Resolves when nothing is under way any more, or the time is up; what was under way is rolled back then, and done again later. */
  stop(deadlineMillis: number): Promise<void>;
}

export interface NoticeKeeperOptions {
  readonly settings: NoticeSettings;
  readonly postgres: PostgresSettings;
  readonly log: Logger;
  /** Whether events are being written: then this takes less of Postgres. */
  readonly isWriting: () => boolean;
  readonly alerts: AlertSettings;
  readonly ways: SendWays;
  /** What this process knows of its own pipeline. */
  readonly pipeline: () => PipelineFacts;
}

const ELSEWHERE_PAUSE_MILLIS = 5_000;
/** Beside a consumer that writes, a fifth of the time, and half of it otherwise. */
const PAUSES_PER_WORK = { writing: 4, idle: 1 } as const;
const MAX_PAUSE_MILLIS = 10_000;
/** What so few actions take of Postgres is little, however long it had to wait for a processor: a loop is noticed while it goes on. */
const FEW_ACTIONS = 200;
const MAX_PAUSE_AFTER_FEW_MILLIS = 1_000;

/** How long to pause after changes were looked at, in milliseconds. */
export function pauseAfter(
  { spentMillis, actions }: { readonly spentMillis: number; readonly actions: number },
  { intervalMillis, isWriting }: { readonly intervalMillis: number; readonly isWriting: boolean },
): number {
  const share = spentMillis * PAUSES_PER_WORK[isWriting ? "writing" : "idle"];
  const most = actions <= FEW_ACTIONS ? MAX_PAUSE_AFTER_FEW_MILLIS : MAX_PAUSE_MILLIS;
  return Math.max(intervalMillis, Math.min(share, most));
}

/**
 * Starts in the background, on a connection of its own, and never throws: what fails is logged, counted and tried again. Whoever writes
 * waits for it nowhere.
 */
export function startNotices({
  settings,
  postgres,
  log,
  isWriting,
  alerts,
  ways,
  pipeline,
}: NoticeKeeperOptions): NoticeKeeper {
  const pool = createPool({ ...postgres, maxConnections: 3 });
  const stopping = new AbortController();
  const sender = new NoticeSender(pool, {
    targets: alerts.targets,
    ways,
    onFailure(target, reason, failures) {
      stats.sendFailed();
      const report = { target, reason, failures };
      if (failures === 1) log.warn(report, "a target cannot be told of notices: it is told later");
      else log.debug(report, "a target cannot be told of notices, trying again later");
    },
  });
  const stats = new NoticeStats();
  const reader = new NoticeReader(pool, settings.maxBytes, alerts);
  const periodic = new PeriodicRules(pool, {
    rules: alerts.rules,
    pipeline,
    onFailure(rule, { message, sqlstate }) {
      stats.failed();
      log.error(
        { rule, error: message, sqlstate },
        "a rule of notices could not be asked: it is tried again later",
      );
    },
  });
  let asking: Promise<void> | undefined;
  /** A target that takes long holds up no other one. */
  const sendings = new Set<Promise<void>>();
  const running = repeat(lookOnce, {
    signal: stopping.signal,
    onRecovery: (failures) => log.info({ failures }, "notices are looked for again"),
    onFailure(error, failures) {
      stats.failed();
      const { message, sqlstate } = storeFailure(error);
      const report = { error: message, ...(sqlstate === undefined ? {} : { sqlstate }) };
      if (failures === 1)
        log.warn(report, "notices cannot be looked for now: what comes meanwhile is looked at later");
      else log.debug(report, "notices cannot be looked for, trying again");
    },
  });

  /** Returns how long to pause. */
  async function lookOnce(): Promise<number> {
    const began = performance.now();
    const turn = await reader.turn();
    const spent = performance.now() - began;
    stats.turned(turn, spent);
    stats.sequences = reader.sequences;
    stats.bytes = reader.bytes;
    if (turn.isLost)
      log.warn("the place in the change feed was lost: actions up to now are not looked at for notices");
    if (!turn.active) return Math.max(settings.intervalMillis, ELSEWHERE_PAUSE_MILLIS);
    askRules();
    send();
    if (turn.changes > 0)
      return pauseAfter(
        { spentMillis: spent, actions: turn.actions },
        { intervalMillis: settings.intervalMillis, isWriting: isWriting() },
      );
    stats.feedDelayMillis = await changeFeedDelay(pool);
    return settings.intervalMillis;
  }

  /** Beside the looking, which must not wait: a rule that reads weeks of hours, and a target that does not respond. */
  function askRules(): void {
    if (asking !== undefined) return;
    asking = beside(periodic.turn(reader.worker), "rules are asked later").finally(() => {
      asking = undefined;
    });
  }

  function send(): void {
    if (alerts.targets.length === 0) return;
    const telling = sender.turn(reader.worker).then((count) => {
      stats.delivered += count;
    });
    const sending = beside(telling, "targets are told of notices later").finally(() =>
      sendings.delete(sending),
    );
    sendings.add(sending);
  }

  async function beside(work: Promise<unknown>, otherwise: string): Promise<void> {
    try {
      await work;
    } catch (error) {
      stats.failed();
      log.debug({ error: storeFailure(error).message }, otherwise);
    }
  }

  // What was stored last is looked at too, and another process goes on at once.
  async function leave(): Promise<void> {
    try {
      await reader.turn();
      await reader.leave();
    } catch (error) {
      log.debug({ error: storeFailure(error).message }, "the last actions are looked at by the next process");
    }
  }

  return {
    families: () => noticeFamilies(stats.snapshot()),
    metrics: () => stats.snapshot(),
    async stop(deadlineMillis) {
      stopping.abort();
      const closed = running
        .then(leave)
        .then(() => Promise.all([asking, ...sendings]))
        .finally(() => pool.end());
      if (!(await settlesWithin(closed, deadlineMillis)))
        log.warn("looking for notices was not finished: it goes on from there later");
    },
  };
}
