/**
 * Marks what has no end because its producer is gone, and undoes it when the producer speaks again.
 *
 * Abandonment is merged into a row like an event that says nothing but `abandoned`: an end that comes later takes its place, and an
 * event that is read again does not. Each is one statement, whose rows of `agent_producers` are locked and skipped where another
 * instance has them, so several instances do it once.
 */
import type pg from "pg";
import { inTransaction } from "../on-connection.js";
import { MERGED_ACTION_COLUMNS } from "../tables/action-upsert.js";
import { CHANGE_FEED_INSERT } from "../tables/table.js";
import { withoutContention } from "../without-contention.js";

/** Times of the database, in seconds since 1970. */
export interface ReadState {
  /** Everything that stood in Kafka at this time has been read and stored. */
  readonly readUpTo: number;
  /** Since then Kafka has responded all the time, so silence since then is a producer's own. */
  readonly attentiveSince: number;
  /** How long a producer may be silent. Three of its intervals, where these are longer. */
  readonly graceMillis: number;
}

/** What was done. */
export interface Abandonment {
  /** Producers that were found silent or ended. */
  readonly producers: number;
  readonly actions: number;
  readonly executions: number;
}

/** Throws what Postgres throws. */
export const abandonActions = (pool: pg.Pool, state: ReadState): Promise<Abandonment> =>
  run(pool, ABANDON, [state.readUpTo, state.attentiveSince, state.graceMillis]);

/** Makes rows of producers that spoke again, by a heartbeat, running again. Throws what Postgres throws. */
export const restoreActions = (pool: pg.Pool): Promise<Abandonment> => run(pool, RESTORE, []);

async function run(pool: pg.Pool, text: string, values: readonly number[]): Promise<Abandonment> {
  const { rows } = await withoutContention(() =>
    inTransaction(pool, (client) => client.query<Abandonment>(text, [...values])),
  );
  return rows[0] ?? { producers: 0, actions: 0, executions: 0 };
}

/** In one go: a longer transaction would hold up the readers of the change feed. The next ones follow some seconds later. */
const MAX_PRODUCERS = 500;

const lockedProducers = (condition: string): string => `
  select producer_epoch, last_seen_at from agent_producers producer
  where judged_at is null and ${condition}
  order by producer_epoch limit ${MAX_PRODUCERS} for update skip locked`;

const FEEDS = `
  action_feed as (
    ${CHANGE_FEED_INSERT} select 'action', array_agg(id), array_agg(created_at) from actions having count(*) > 0
  ),
  execution_feed as (
    ${CHANGE_FEED_INSERT} select 'execution', array_agg(execution_id), array_agg(created_at) from executions having count(*) > 0
  )`;

const COUNTS = `
  select (select count(*) from producers)::int as producers, (select count(*) from actions)::int as actions,
    (select count(*) from executions)::int as executions`;

/** How many rows of the producer were changed. */
const CHANGED = `(
  (select count(*) from actions where actions.producer_epoch = producer.producer_epoch)
  + (select count(*) from executions where executions.producer_epoch = producer.producer_epoch))`;

// Numbers that are not gathered yet are signs of life too.
const SILENT = `
  heartbeat_at is not null
  and case when status = 'ended' then updated_at < to_timestamp($1::float8)
    else greatest(updated_at, to_timestamp($2::float8)) + greatest($3::float8, 3 * interval_ms) * interval '1 millisecond'
      <= to_timestamp($1::float8) end
  and not exists (select from agent_producer_sequences arrived where arrived.producer_epoch = producer.producer_epoch)`;

/** The row as an event that only says that the action is abandoned: at the row's own place in Kafka, and otherwise silent. */
const ABANDONED_EVENT = `
  jsonb_build_object(
    'state', 'abandoned', 'status', 'abandoned', 'kafka_topic', action.kafka_topic, 'kafka_partition', action.kafka_partition,
    'kafka_offset', action.kafka_offset, 'producer_epoch', action.producer_epoch, 'producer_sequence', action.producer_sequence,
    'debug_mode', action.debug_mode, 'unresolved_parent_span_id', action.unresolved_parent_span_id,
    'inferred_fields', action.inferred_fields, 'correlation_id', action.correlation_id, 'correlation_text', action.correlation_text)`;

// Records that a spool sends later, or that are read again, wake a producer that is gone without any sign that it lives: it stays gone.
const ABANDON = `
  with producers as (${lockedProducers(SILENT)}),
  actions as (
    update agent_actions action
    set merged_at = now(), last_seen_at = producers.last_seen_at, (${MERGED_ACTION_COLUMNS.join(", ")}) = (
      select ${MERGED_ACTION_COLUMNS.map((name) => `abandoned.${name}`).join(", ")}
      from jsonb_populate_record(null::agent_actions, merge_agent_action(to_jsonb(action), ${ABANDONED_EVENT})) as abandoned
    )
    from producers
    where action.producer_epoch = producers.producer_epoch and action.state = 'running'
    returning action.id, action.created_at, action.producer_epoch
  ),
  executions as (
    update agent_execution_logs log
    set status = 'abandoned', last_seen_at = producers.last_seen_at,
      said = said || jsonb_build_object('status', jsonb_build_array('0.5 ' || log.producer_epoch, 'abandoned'))
    from producers
    where log.producer_epoch = producers.producer_epoch and log.status = 'in_progress'
    returning log.execution_id, log.created_at, log.producer_epoch
  ),
  ${FEEDS},
  judged as (
    update agent_producers producer
    set judged_at = clock_timestamp(),
      status = case when status = 'ended' then 'ended' when open_actions > 0 or ${CHANGED} > 0 or abandoned_at is not null then 'gone' else 'idle' end,
      abandoned_rows = abandoned_rows + ${CHANGED},
      abandoned_at = case when ${CHANGED} > 0 then clock_timestamp() else abandoned_at end
    from producers
    where producer.producer_epoch = producers.producer_epoch
  )
  ${COUNTS}`;

// A row that nothing of was said since is what it was before: no field is from another event than its own.
const RESTORE = `
  with producers as (${lockedProducers("status = 'alive' and abandoned_at is not null")}),
  actions as (
    update agent_actions action
    set merged_at = now(), state = 'running', status = 'running', last_seen_at = null, field_origins = (
      select jsonb_object_agg(key, value) from jsonb_each_text(action.field_origins)
      where value <> concat('02 ', action.kafka_topic, '/', lpad(action.kafka_partition::text, 10, '0'), '/', lpad(action.kafka_offset::text, 19, '0'))
    )
    from producers
    where action.producer_epoch = producers.producer_epoch and action.state = 'abandoned' and action.last_seen_at is not null
    returning action.id, action.created_at, action.producer_epoch
  ),
  executions as (
    update agent_execution_logs log
    set status = 'in_progress', last_seen_at = null,
      said = said || jsonb_build_object('status', jsonb_build_array('0', 'in_progress'))
    from producers
    where log.producer_epoch = producers.producer_epoch and log.status = 'abandoned' and log.last_seen_at is not null
    returning log.execution_id, log.created_at, log.producer_epoch
  ),
  ${FEEDS},
  restored as (
    update agent_producers producer
    set abandoned_at = null, abandoned_rows = abandoned_rows - ${CHANGED}
    from producers
    where producer.producer_epoch = producers.producer_epoch
  )
  ${COUNTS}`;
