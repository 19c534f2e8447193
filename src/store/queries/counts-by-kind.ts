import type pg from "pg";
import { EVENT_KINDS, type EventKind } from "../../event/index.js";
import { INSERT_OF_KIND } from "../tables/insert-of-kind.js";
import { runQuery } from "./run-query.js";

/** Rows of each kind's table, and of `agent_file_operations`. */
export type CountsByKind = Readonly<Record<EventKind | "file_operation", number>>;

const TABLES = [
  ...EVENT_KINDS.map((kind) => [kind, INSERT_OF_KIND[kind].table] as const),
  ["file_operation", "agent_file_operations"] as const,
];

/** @param since only rows that began at this time or later; without it every row of every table is counted */
export async function countsByKind(pool: pg.Pool, since?: Date): Promise<CountsByKind> {
  const counts = TABLES.map(
    ([kind, table]) =>
      `select '${kind}' as kind, count(*)::float8 as rows from ${table}${since === undefined ? "" : " where created_at >= $1"}`,
  );
  const rows = await runQuery<{ kind: keyof CountsByKind; rows: number }>(
    pool,
    counts.join("\nunion all\n"),
    since === undefined ? [] : [since],
  );
  return Object.fromEntries(rows.map((row) => [row.kind, row.rows])) as CountsByKind;
}
