/** What is in a shift: versions of the agent before and after, and whether parts have shifted, or only how often each part is called. */
import type pg from "pg";

/** What shifts: medians of durations, their 95th percentiles alone, or the odds of failing. */
export type Metric = "duration" | "p95" | "errors";

interface Shift {
  readonly agent: string;
  readonly tool: string;
  readonly metric: Metric;
  readonly since: Date;
  /** So far back before the change. */
  readonly days: number;
}

/** Calls of one version of the agent, before the change and since. */
export interface VersionCounts {
  /** `null`: none is recorded. */
  readonly version: string | null;
  readonly calls_before: number;
  readonly calls_after: number;
  readonly failed_before: number;
  readonly failed_after: number;
  readonly median_ms_before: number | null;
  readonly median_ms_after: number | null;
  /** ISO 8601: its first hour. */
  readonly first_at: string;
}

const HOUR_MILLIS = 3_600_000;
/** Where a change begins is known to some hours. */
const ABOUT_MILLIS = 6 * HOUR_MILLIS;

/** Versions that began about when the change did. */
export const newVersionsOf = (versions: readonly VersionCounts[], since: number): readonly string[] => {
  const isNew = ({ first_at }: VersionCounts): boolean => Date.parse(first_at) >= since - ABOUT_MILLIS;
  // Of an agent all of whose versions are new, none is the reason.
  if (versions.every(isNew)) return [];
  return versions
    .filter((each) => each.calls_after > 0 && isNew(each))
    .flatMap(({ version }) => version ?? []);
};

/** The busiest since the change first. */
export async function countsByVersion(
  client: pg.ClientBase,
  { agent, tool, since, days }: Shift,
): Promise<readonly VersionCounts[]> {
  const { rows } = await client.query<VersionCounts>(VERSIONS, [agent, tool, since, days]);
  return rows;
}

/** The shift within the parts that there were before and after: combinations of project, environment and version. `undefined`: there are none. */
export async function shiftWithin(
  client: pg.ClientBase,
  { agent, tool, metric, since, days }: Shift,
): Promise<number | undefined> {
  const { rows } = await client.query<{ within: number | null }>(WITHIN[metric], [agent, tool, since, days]);
  return rows[0]?.within ?? undefined;
}

const OF_TOOL = `
  from agent_action_statistics
  where resolution = 'hour' and grouped_by = 'combination' and action_type = 'tool_call' and agent_name = $1 and action_name = $2
    and bucket_start > $3::timestamptz - $4 * interval '1 day'`;

/** The mean of the percentiles of hours on the log scale, by their calls. */
const logMean = (percentile: number): string =>
  `(sum(duration_count * ln(greatest(percentiles_ms[${percentile}], 1))) / nullif(sum(duration_count) filter (where percentiles_ms[${percentile}] is not null), 0))::float8`;

const VERSIONS = `
  with parts as (
    select agent_version as version, bucket_start >= $3 as is_after, sum(actions)::float8 as calls, sum(failed)::float8 as failed,
      round(exp(${logMean(1)})::numeric, 1)::float8 as median, min(bucket_start) as first_at
    ${OF_TOOL}
    group by 1, 2
  )
  select version, coalesce(sum(calls) filter (where not is_after), 0) as calls_before, coalesce(sum(calls) filter (where is_after), 0) as calls_after,
    coalesce(sum(failed) filter (where not is_after), 0) as failed_before, coalesce(sum(failed) filter (where is_after), 0) as failed_after,
    max(median) filter (where not is_after) as median_ms_before, max(median) filter (where is_after) as median_ms_after,
    to_char(min(first_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as first_at
  from parts group by version order by calls_after desc, calls_before desc, version limit 100`;

/** By the calls after the change. */
const within = (figure: string): string => `
  with parts as (
    select project_name, environment, agent_version, bucket_start >= $3 as is_after, sum(actions)::float8 as calls, ${figure} as figure
    ${OF_TOOL}
    group by 1, 2, 3, 4
  )
  select sum(late.calls * (late.figure - early.figure)) / nullif(sum(late.calls), 0) as within
  from parts as late join parts as early on late.is_after and not early.is_after
    and (late.project_name, late.environment, late.agent_version) is not distinct from (early.project_name, early.environment, early.agent_version)`;

const WITHIN: Readonly<Record<Shift["metric"], string>> = {
  duration: within(logMean(1)),
  p95: within(logMean(2)),
  errors: within("ln((sum(failed) + 0.5) / (sum(actions - failed) + 0.5))::float8"),
};
