/**
 * Actions that were sent before the spans around them had ended are completed here: agent, session, correlation id and the
 * action around them, from what is reported of those spans (span attributions).
 *
 * An action waits for one span: the nearest around it that nothing is known of (`unresolved_parent_span_id`). When that span's attribution is here,
 * attributions are walked upwards from it as far as they go. What is said nearest is taken, and the action waits for the next
 * unknown span, or for nothing when the trace's beginning is reached or nothing is missing.
 *
 * Order and repetition are indifferent, also with several instances, without a lock:
 *
 * - It runs after the transaction that wrote the rows has committed, so of an action and an attribution that two instances write at the
 *   same time, whoever looks last sees both. It looks again for what it has left waiting, for the same reason.
 * - It runs before the batch counts as written. Should the process end in between, the records are read again; they are duplicates
 *   then, and are completed all the same.
 * - A row is changed only while it still waits for the span that was looked up, so an older look never undoes a newer one.
 *
 * What a span said itself is never touched: only fields among the row's `inferred_fields`, and a parent where there is none. Neither are
 * `id` and `created_at`.
 */
import type pg from "pg";
import { arrayLiteral } from "./array-literal.js";
import { inTransaction } from "./on-connection.js";
import { runStatement } from "./run-statement.js";
import { classifyFailure } from "./sqlstate.js";
import type { StoredEvent } from "./stored-event.js";
import { CHANGE_FEED_INSERT, statement } from "./tables/table.js";
import { withoutContention } from "./without-contention.js";

export interface Completion {
  /** Actions that await nothing any more. */
  readonly completed: number;
  /** Traces in which Postgres refused the change, for what a rule of the user's own says. Their rows stay as they are. */
  readonly refused: number;
}

const NOTHING: Completion = { completed: 0, refused: 0 };

/** A span that something may wait for, and between which times such actions began. */
export interface Awaited {
  readonly traceId: string;
  readonly spanId: string;
  readonly from: string | undefined;
  readonly until: string | undefined;
}

/** Throws what Postgres throws, but for what it refuses of single traces. Costs nothing where nothing waits. */
export function completeActions(pool: pg.Pool, awaited: readonly Awaited[]): Promise<Completion> {
  return awaited.length === 0 ? Promise.resolve(NOTHING) : complete(pool, awaited);
}

/** The span that the action of an event waits for, or that the event tells of. */
export function awaitedOf(event: StoredEvent): Awaited | undefined {
  const traceId = event.text("trace_id");
  if (event.kind === "span_attribution") {
    const spanId = event.text("span_id");
    if (traceId === undefined || spanId === undefined) return undefined;
    return { traceId, spanId, from: event.text("started_at"), until: event.text("ended_at") };
  }
  const spanId = event.kind === "action" ? event.text("unresolved_parent_span_id") : undefined;
  if (traceId === undefined || spanId === undefined) return undefined;
  const at = event.text("created_at");
  return { traceId, spanId, from: at, until: at };
}

async function complete(pool: pg.Pool, awaited: readonly Awaited[]): Promise<Completion> {
  try {
    return { completed: await withoutContention(() => completeAll(pool, awaited)), refused: 0 };
  } catch (error) {
    if (classifyFailure(error) !== "data") throw error;
    const [one, other] = halvesByTrace(awaited);
    if (other.length === 0) return { completed: 0, refused: 1 };
    const first = await complete(pool, one);
    const second = await complete(pool, other);
    return { completed: first.completed + second.completed, refused: first.refused + second.refused };
  }
}

function halvesByTrace(awaited: readonly Awaited[]): [Awaited[], Awaited[]] {
  const traces = [...new Set(awaited.map(({ traceId }) => traceId))];
  const first = new Set(traces.slice(0, Math.ceil(traces.length / 2)));
  return [
    awaited.filter(({ traceId }) => first.has(traceId)),
    awaited.filter(({ traceId }) => !first.has(traceId)),
  ];
}

/** Looks at most so often: each time, every row comes {@link MAX_STEPS} spans further. */
const MAX_LOOKS = 64;

async function completeAll(pool: pg.Pool, awaited: readonly Awaited[]): Promise<number> {
  const [from, until] = timesOf(awaited);
  let completed = 0;
  let wanted: readonly SpanPlace[] = awaited;
  for (let looks = 0; looks < MAX_LOOKS && wanted.length > 0; looks++) {
    const distinct = [...new Map(wanted.map((span) => [`${span.traceId} ${span.spanId}`, span])).values()];
    const values = [
      arrayLiteral(distinct.map(({ traceId }) => traceId)),
      arrayLiteral(distinct.map(({ spanId }) => spanId)),
      from,
      until,
    ];
    const { rows } = await inTransaction(pool, (client) =>
      runStatement<{ completed: number; traceId: string; spanId: string | null }>(
        pool,
        client,
        COMPLETE,
        values,
      ),
    );
    completed += rows.reduce((sum, row) => sum + (row.spanId === null ? row.completed : 0), 0);
    wanted = rows.flatMap(({ traceId, spanId }) => (spanId === null ? [] : [{ traceId, spanId }]));
  }
  return completed;
}

interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
}

/** Clocks of two hosts differ, and a span of one may be inside a span of the other. */
const SKEW_MILLIS = 24 * 3_600_000;

// Between these times the rows began. Without them every week would be searched.
function timesOf(awaited: readonly Awaited[]): [string, string] {
  let [from, until] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const span of awaited) {
    from = Math.min(from, millisOf(span.from, Number.NEGATIVE_INFINITY));
    until = Math.max(until, millisOf(span.until, Number.POSITIVE_INFINITY));
  }
  return [isoOf(from - SKEW_MILLIS, "-infinity"), isoOf(until + SKEW_MILLIS, "infinity")];
}

const millisOf = (iso: string | undefined, otherwise: number): number => {
  const millis = iso === undefined ? Number.NaN : Date.parse(iso);
  return Number.isNaN(millis) ? otherwise : millis;
};

/** The years that `toISOString` writes as PostgreSQL reads them. */
const isoOf = (millis: number, otherwise: string): string =>
  millis > -62_135_596_800_000 && millis < 253_402_300_800_000 ? new Date(millis).toISOString() : otherwise;

/** How many spans one look goes up. A longer chain is gone up in several. */
const MAX_STEPS = 64;

const COMPLETE = statement(
  "complete_agent_actions",
  `
    with recursive walk as (
      select trace_id, span_id as awaited, unresolved_parent_span_id as next, agent_name, session_id, correlation_id,
        correlation_text, array[action_id] as action_ids, array[span_id] as seen
      from unnest($1::text[], $2::text[]) as wanted (trace_id, span_id) join agent_action_span_attributions using (trace_id, span_id)
      union all
      select walk.trace_id, walk.awaited, attribution.unresolved_parent_span_id,
        coalesce(walk.agent_name, attribution.agent_name),
        coalesce(walk.session_id, attribution.session_id),
        coalesce(walk.correlation_id, attribution.correlation_id),
        case when walk.correlation_id is null then attribution.correlation_text else walk.correlation_text end,
        walk.action_ids || attribution.action_id,
        walk.seen || attribution.span_id
      from walk join agent_action_span_attributions attribution on attribution.trace_id = walk.trace_id and attribution.span_id = walk.next
      where cardinality(walk.seen) < ${MAX_STEPS} and attribution.span_id <> all (walk.seen)
    ),
    reported as (
      select distinct on (trace_id, awaited) *
      from walk
      order by trace_id, awaited, cardinality(seen) desc
    ),
    changed as (
      update agent_actions action
      set (agent_name, action_name, session_id, correlation_id, correlation_text, parent_action_id, unresolved_parent_span_id, inferred_fields, field_origins) = (
        select
          case when 'agent_name' = any (action.inferred_fields) then coalesce(reported.agent_name, action.agent_name) else action.agent_name end,
          case when 'action_name' = any (action.inferred_fields) then coalesce(reported.agent_name, action.action_name) else action.action_name end,
          case when 'session_id' = any (action.inferred_fields) then coalesce(reported.session_id, action.session_id) else action.session_id end,
          case when 'correlation_id' = any (action.inferred_fields) then coalesce(reported.correlation_id, action.correlation_id) else action.correlation_id end,
          case when 'correlation_id' = any (action.inferred_fields) and reported.correlation_id is not null
            then reported.correlation_text else action.correlation_text end,
          parent.id,
          further.awaits,
          case when further.awaits is not null then open.fields end,
          -- Found out is said, no longer inferred.
          action.field_origins - array(select unnest(action.inferred_fields) except select unnest(open.fields))
        from
          (select array(
            select field from unnest(action.inferred_fields) as field
            where not (field in ('agent_name', 'action_name') and reported.agent_name is not null
              or field = 'session_id' and reported.session_id is not null
              or field = 'correlation_id' and reported.correlation_id is not null)
          )) as open (fields),
          (select coalesce(action.parent_action_id, (
            select id from unnest(reported.action_ids) with ordinality as around (id, place)
            where id <> action.id order by place limit 1
          ))) as parent (id),
          -- A circle has no beginning: nothing more is to be found in it.
          lateral (select case
            when reported.next = any (reported.seen) or cardinality(open.fields) = 0 and parent.id is not null then null
            else reported.next
          end) as further (awaits)
      )
      from reported
      where action.trace_id = reported.trace_id and action.unresolved_parent_span_id = reported.awaited
        and action.created_at between $3::timestamptz and $4::timestamptz
      returning action.id, action.created_at, action.agent_name, action.correlation_id, action.trace_id, action.unresolved_parent_span_id
    ),
    files as (
      update agent_file_operations file
      set agent_name = changed.agent_name, correlation_id = changed.correlation_id
      from changed
      where file.action_id = changed.id and file.created_at = changed.created_at
        and (file.agent_name, file.correlation_id) is distinct from (changed.agent_name, changed.correlation_id)
    ),
    feed as (
      ${CHANGE_FEED_INSERT} select 'action', array_agg(id), array_agg(created_at) from changed having count(*) > 0
    )
    select trace_id as "traceId", unresolved_parent_span_id as "spanId", count(*)::int as completed
    from changed group by trace_id, unresolved_parent_span_id`,
);
