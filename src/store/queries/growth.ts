import type pg from "pg";
import { runQuery } from "./run-query.js";

export interface Growth {
  /** How many days were looked at; fewer than asked for where the rows are younger. */
  readonly days: number;
  /** All tables of this package with indexes and TOAST, all partitions together, in bytes. */
  readonly bytes: number;
  /** What one action takes in all of these tables together, indexes included, in bytes. 0 without rows. */
  readonly bytesPerAction: number;
  readonly bytesPerDay: number;
  /** Largest first; at most 100, the others together as `(other)`. */
  readonly projects: readonly ProjectGrowth[];
}

export interface ProjectGrowth {
  /** `undefined`: actions that name none. */
  readonly project: string | undefined;
  readonly actionsPerDay: number;
  readonly bytesPerDay: number;
}

interface Share {
  readonly project: string | null;
  readonly actions: number;
  readonly sampled: number;
  readonly bytes: number;
}

const MAX_PROJECTS = 100;
/** Pages of some 100,000 rows say what a row takes within a percent or two. */
const SAMPLED_ROWS = 100_000;

/**
 * How fast the tables have grown of late, by project.
 *
 * What one action takes is measured: the sizes of the weeks that the days fall in by the rows in them, shared out among projects by a sample of
 * their rows. Other tables (runs, files, statistics) are taken to grow with the actions, as they have until now. It counts the rows of those
 * days, which takes seconds where there are tens of millions.
 *
 * @throws StoreError
 */
export async function growth(pool: pg.Pool, days: number): Promise<Growth> {
  const [sizes] = await runQuery<{
    all: number;
    actions: number;
    recent: number;
    rows: number;
    days: number;
  }>(pool, SIZES, [days]);
  if (sizes === undefined || sizes.rows === 0 || sizes.days === 0)
    return { days: 0, bytes: sizes?.all ?? 0, bytesPerAction: 0, bytesPerDay: 0, projects: [] };
  const percent = Math.min(100, (100 * SAMPLED_ROWS) / sizes.rows);
  const shares = await runQuery<Share>(pool, SHARES, [days, percent]);
  const withOthers = sizes.all / sizes.actions;
  const bytesPerAction = (sizes.recent / sizes.rows) * withOthers;
  const sample = shares.reduce(
    (sum, { bytes, sampled }) => ({ bytes: sum.bytes + bytes, rows: sum.rows + sampled }),
    {
      bytes: 0,
      rows: 0,
    },
  );
  const mean = sample.rows === 0 ? 0 : sample.bytes / sample.rows;
  const projects = shares.map(({ project, actions, sampled, bytes }) => {
    // A project of which no row is in the sample is taken to have rows of the usual size.
    const relative = sampled === 0 || mean === 0 ? 1 : bytes / sampled / mean;
    const actionsPerDay = actions / sizes.days;
    return {
      project: project ?? undefined,
      actionsPerDay,
      bytesPerDay: actionsPerDay * bytesPerAction * relative,
    };
  });
  return {
    days: sizes.days,
    bytes: sizes.all,
    bytesPerAction,
    bytesPerDay: projects.reduce((sum, { bytesPerDay }) => sum + bytesPerDay, 0),
    projects: withoutTail(projects.toSorted((one, other) => other.bytesPerDay - one.bytesPerDay)),
  };
}

function withoutTail(projects: readonly ProjectGrowth[]): readonly ProjectGrowth[] {
  if (projects.length <= MAX_PROJECTS) return projects;
  const sum = { project: "(other)", actionsPerDay: 0, bytesPerDay: 0 };
  for (const { actionsPerDay, bytesPerDay } of projects.slice(MAX_PROJECTS)) {
    sum.actionsPerDay += actionsPerDay;
    sum.bytesPerDay += bytesPerDay;
  }
  return [...projects.slice(0, MAX_PROJECTS), sum];
}

/** In how many days `disk` bytes are full; `undefined` where that is never, 0 where it is already. */
export function daysUntilFull({ bytes, bytesPerDay }: Growth, disk: number): number | undefined {
  if (bytes >= disk) return 0;
  return bytesPerDay === 0 ? undefined : (disk - bytes) / bytesPerDay;
}

// Weeks are written once and then lie still, so the rows of a week and its size belong together.
const SIZES = `
  with ours as (
    select c.oid, coalesce(i.inhparent, c.oid) as root
    from pg_class c left join pg_inherits i on i.inhrelid = c.oid
    where c.relkind = 'r' and coalesce(i.inhparent, c.oid) in (
      select oid from pg_class where relkind in ('r', 'p') and relnamespace = (select relnamespace from pg_class where oid = 'agent_actions'::regclass)
        and (relname like 'agent\\_%' or relname = 'router_performance_metrics')
    )
  ),
  recent as (
    select tableoid as oid, count(*)::float8 as rows, min(created_at) as first
    from agent_actions
    where created_at >= date_trunc('week', now() - make_interval(days => $1), 'UTC') and created_at <= now()
    group by tableoid
  )
  select
    (select coalesce(sum(pg_total_relation_size(oid)), 0)::float8 from ours) as all,
    (select coalesce(sum(pg_total_relation_size(oid)), 0)::float8 from ours where root = 'agent_actions'::regclass) as actions,
    (select coalesce(sum(pg_total_relation_size(oid)), 0)::float8 from recent) as recent,
    (select coalesce(sum(rows), 0)::float8 from recent) as rows,
    (select coalesce(least($1, extract(epoch from now() - min(first)) / 86400), 0)::float8 from recent) as days`;

const SHARES = `
  with counted as (
    select project_name as project, count(*)::float8 as actions
    from agent_actions
    where created_at >= now() - make_interval(days => $1) and created_at <= now()
    group by 1
  ),
  sampled as (
    select project_name as project, count(*)::float8 as sampled,
      sum(greatest(pg_column_size(a.*), coalesce(pg_column_size(action_details), 0)))::float8 as bytes
    from agent_actions a tablesample system ($2)
    where created_at >= now() - make_interval(days => $1) and created_at <= now()
    group by 1
  )
  select counted.project, actions, coalesce(sampled, 0) as sampled, coalesce(bytes, 0) as bytes
  from counted left join sampled on sampled.project is not distinct from counted.project`;
