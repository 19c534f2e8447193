import type pg from "pg";
import { runQuery } from "./run-query.js";

/** How the tables stand, for `doctor`. */
export interface TableHealth {
  readonly tables: readonly {
    readonly name: string;
    /** PostgreSQL's estimate; 0 for a table that was never analysed. */
    readonly estimatedRows: number;
    /** With indexes and TOAST, all partitions together. */
    readonly bytes: number;
  }[];
  /** Start of the action that began last, of those that began before the database's present; `undefined` without any. */
  readonly lastActionAt: Date | undefined;
  /** Weeks that `agent_actions` has partitions for. */
  readonly weeks: number;
  /** The week of the database's present has its partition. */
  readonly hasThisWeek: boolean;
  /** Rows outside any week: dates outside any reason, and what came while a week could not be made. */
  readonly rowsOutsideWeeks: number;
  /** Time of the database. */
  readonly now: Date;
}

const TABLES = [
  "agent_actions",
  "agent_routing_decisions",
  "agent_transformation_events",
  "router_performance_metrics",
  "agent_detection_failures",
  "agent_execution_logs",
  "agent_file_operations",
];

/** Cheap whatever the size of the tables: only the default partition, which is all but empty, is counted. */
export async function tableHealth(pool: pg.Pool): Promise<TableHealth> {
  const tables = await runQuery<TableHealth["tables"][number]>(pool, SIZES, [TABLES]);
  const [actions] = await runQuery<
    Omit<TableHealth, "tables" | "lastActionAt"> & { lastActionAt: Date | null }
  >(pool, ACTIONS);
  if (actions === undefined) throw new TypeError("An aggregate has one row.");
  return { ...actions, tables, lastActionAt: actions.lastActionAt ?? undefined };
}

const SIZES = `
  select name, sums."estimatedRows", sums.bytes
  from unnest($1::text[]) with ordinality as tables (name, place),
  lateral (
    select coalesce(sum(greatest(reltuples, 0)), 0)::float8 as "estimatedRows",
      coalesce(sum(pg_total_relation_size(oid)), 0)::float8 as bytes
    from pg_class
    -- A table without partitions is no partition tree.
    where relkind = 'r' and oid in (
      select name::regclass union select relid from pg_partition_tree(name::regclass)
    )
  ) as sums
  order by place`;

const ACTIONS = `
  with weeks as (
    select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'agent_actions'::regclass and inhrelid <> 'agent_actions_default'::regclass
  )
  select
    now() as now,
    (select max(created_at) from agent_actions where created_at <= now()) as "lastActionAt",
    (select count(*)::int from weeks) as weeks,
    exists (
      select from weeks where name = to_char(date_trunc('week', now(), 'UTC') at time zone 'UTC', '"agent_actions_w"YYYYMMDD')
    ) as "hasThisWeek",
    (select count(*)::float8 from agent_actions_default) as "rowsOutsideWeeks"`;
