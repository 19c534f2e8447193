import type pg from "pg";
import { CallKeyCleaner } from "./call-key-cleaner.js";
import { inTransaction } from "./on-connection.js";
import { classifyFailure, sqlstateOf } from "./sqlstate.js";

/**
 * Removes what nobody can need any more: span attributions and days of the change feed that are more than a week old, producers
 * that were not heard of for 30 days, notes of running actions that were taken back as long ago, call keys of actions that have no row any more, and entries of the access log that are more than 90 days old.
 */
export interface Housekeeper {
  /**
   * Does nothing more often than once an hour. Throws what Postgres throws, but for a right that was not granted and a lock that
   * was not to be had: then it is tried again later.
   */
  tidy(): Promise<void>;
}

const EVERY_MILLIS = 3_600_000;
/** In one go: a longer delete would hold up a write. What is left goes the next time, which then comes at once. */
const MAX_ROWS = 10_000;

export function createHousekeeper(pool: pg.Pool): Housekeeper {
  const tasks = [
    FORGET_ATTRIBUTIONS,
    FORGET_CHANGES,
    FORGET_PRODUCERS,
    FORGET_ACCESS,
    FORGET_SUPERSESSIONS,
  ].map((text) => ({
    work: async () => (await inTransaction(pool, (client) => client.query(text))).rowCount,
  }));
  const callKeys = new CallKeyCleaner(MAX_ROWS);
  const forgetCallKeys = async () => {
    const { looked, forgotten } = await callKeys.clean(pool);
    // Where keys are forgotten there are more of them behind; where none is, the rest has an hour.
    return forgotten === 0 ? 0 : looked;
  };
  const due = [...tasks, { work: forgetCallKeys }].map((task) => ({
    ...task,
    dueAt: Date.now() + EVERY_MILLIS,
  }));
  return {
    async tidy() {
      for (const task of due) {
        if (Date.now() < task.dueAt) continue;
        task.dueAt = Date.now() + EVERY_MILLIS;
        const rowCount = await run(task.work);
        if (rowCount === MAX_ROWS) task.dueAt = 0;
      }
    },
  };
}

async function run(work: () => Promise<number | null>): Promise<number | null> {
  try {
    return await work();
  } catch (error) {
    // 55P03 lock_not_available: somebody reads the feed.
    const canWait = ["setup", "contention"].includes(classifyFailure(error)) || sqlstateOf(error) === "55P03";
    if (!canWait) throw error;
    return null;
  }
}

/** An attribution comes minutes after the actions inside its span, days at the most where a consumer was down. */
const FORGET_ATTRIBUTIONS = `
  delete from agent_action_span_attributions where (trace_id, span_id) in (
    select trace_id, span_id from agent_action_span_attributions
    where received_at < now() - interval '7 days'
    order by received_at limit ${MAX_ROWS}
    for update skip locked
  )`;

const FORGET_ACCESS = `
  delete from agent_action_access_log where ctid = any(array(
    select ctid from agent_action_access_log where at < now() - interval '90 days' limit ${MAX_ROWS}))`;

/** An event that is read again after so long would bring a running row back. */
const FORGET_SUPERSESSIONS = `
  delete from agent_action_supersessions where (id, created_at) in (
    select id, created_at from agent_action_supersessions
    where superseded_at < now() - interval '30 days'
    order by superseded_at limit ${MAX_ROWS}
    for update skip locked
  )`;

const FORGET_CHANGES = "select forget_old_agent_action_changes()";

/** What was running of them has long been abandoned. */
const FORGET_PRODUCERS = `
  delete from agent_producers where producer_epoch in (
    select producer_epoch from agent_producers
    where updated_at < now() - interval '30 days'
    order by updated_at limit ${MAX_ROWS}
    for update skip locked
  )`;
