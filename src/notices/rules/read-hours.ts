import type pg from "pg";
import type { Hour } from "../../analysis/series/anomalies.js";

/** The calls of a tool by an agent, hour by hour. */
export interface ToolSeries {
  readonly agent: string;
  readonly tool: string;
  /** In the order of time; hours without calls are left out. */
  readonly hours: readonly Hour[];
}

export const HOUR_MILLIS = 3_600_000;
/** Statistics of an hour are complete so long after its end. */
const SETTLED_MILLIS = 300_000;

/** Beginning of the last hour whose statistics are complete. */
export const lastCompleteHour = (now: number): number =>
  Math.floor((now - SETTLED_MILLIS) / HOUR_MILLIS) * HOUR_MILLIS - HOUR_MILLIS;

const MAX_SERIES = 2_000;
/** So many are read at a time: the event loop has other things to do. */
const CHUNK = 50;
/** Hours with fewer durations have no median. */
const MIN_DURATIONS = 10;
/** Hours with fewer durations have no 95th percentile: it would be nearly the longest. */
const MIN_DURATIONS_P95 = 60;

/** Reads the series that have at least so many calls in the hour, or from another one up to it, some at a time, the busiest first. */
export async function* toolSeries(
  client: pg.ClientBase,
  hour: number,
  {
    minCalls,
    days,
    activeFrom = hour,
  }: { readonly minCalls: number; readonly days: number; readonly activeFrom?: number },
): AsyncGenerator<ToolSeries> {
  const { rows: active } = await client.query<{ agent: string; tool: string }>(ACTIVE, [
    new Date(hour),
    minCalls,
    MAX_SERIES,
    new Date(activeFrom),
  ]);
  yield* hoursOf(client, active, hour, days);
}

/** Reads series up to an hour, so many days of each, some at a time. */
export async function* hoursOf(
  client: pg.ClientBase,
  tools: readonly Pick<ToolSeries, "agent" | "tool">[],
  hour: number,
  days: number,
): AsyncGenerator<ToolSeries> {
  for (let from = 0; from < tools.length; from += CHUNK)
    yield* await hoursOfSome(client, tools.slice(from, from + CHUNK), hour, days);
}

async function hoursOfSome(
  client: pg.ClientBase,
  tools: readonly Pick<ToolSeries, "agent" | "tool">[],
  hour: number,
  days: number,
): Promise<readonly ToolSeries[]> {
  const { rows } = await client.query<SeriesRow>(HOURS, [
    tools.map(({ agent }) => agent),
    tools.map(({ tool }) => tool),
    new Date(hour),
    days,
    MIN_DURATIONS,
    MIN_DURATIONS_P95,
  ]);
  return rows.map(({ agent, tool, ats, calls, failed, medians, p95s }) => ({
    agent,
    tool,
    hours: ats.map((at, index) => ({
      at,
      calls: calls[index] ?? 0,
      failed: failed[index] ?? 0,
      logMedian: medians[index] ?? undefined,
      logP95: p95s[index] ?? undefined,
    })),
  }));
}

interface SeriesRow {
  readonly agent: string;
  readonly tool: string;
  readonly ats: readonly number[];
  readonly calls: readonly number[];
  readonly failed: readonly number[];
  readonly medians: readonly (number | null)[];
  readonly p95s: readonly (number | null)[];
}

const OF_TOOLS = `resolution = 'hour' and grouped_by = 'combination' and action_type = 'tool_call' and agent_name <> '(other)' and action_name <> '(other)'`;

const ACTIVE = `
  select agent_name as agent, action_name as tool from agent_action_statistics
  where ${OF_TOOLS} and bucket_start between $4 and $1
  group by 1, 2 having sum(actions) >= $2 order by sum(actions) desc, 1, 2 limit $3`;

const logMean = (percentile: number, minDurations: string): string => `
      case when sum(duration_count) >= ${minDurations} then
        sum(duration_count * ln(greatest(percentiles_ms[${percentile}], 1)))::float8
          / nullif(sum(duration_count) filter (where percentiles_ms[${percentile}] is not null), 0)::float8
      end`;

// The median of an hour, and its 95th percentile: of its combinations the mean on the log scale, by their calls.
const HOURS = `
  with hours as (
    select agent_name as agent, action_name as tool, bucket_start as hour, sum(actions)::float8 as calls, sum(failed)::float8 as failed, ${logMean(1, "$5")} as median, ${logMean(2, "$6")} as p95
    from agent_action_statistics
    where ${OF_TOOLS} and bucket_start <= $3 and bucket_start > $3 - $4 * interval '1 day'
      and (agent_name, action_name) in (select * from unnest($1::text[], $2::text[]))
    group by 1, 2, 3
  )
  select agent, tool, array_agg(extract(epoch from hour)::float8 * 1000 order by hour) as ats, array_agg(calls order by hour) as calls,
    array_agg(failed order by hour) as failed, array_agg(median order by hour) as medians,
    array_agg(p95 order by hour) as p95s
  from hours group by 1, 2 order by 1, 2`;
