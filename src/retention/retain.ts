/**
 * Removes what is older than it has to be kept. Statistics are brought up to date and frozen first, so that they outlive the rows. What a hold
 * names stays. Everything can be broken off and run again.
 */
import type pg from "pg";
import { projectDays, type RetentionSettings } from "../config/retention-settings.js";
import { pruneEvidence } from "../evidence/prune.js";
import { auditWith } from "../store/audit.js";
import { inTransaction } from "../store/on-connection.js";
import { runQuery } from "../store/queries/run-query.js";
import { storeFailure } from "../store/store-failure.js";
import type { ArchivePlace } from "./archive.js";
import { ACTIONS, type KeepRules, OTHER_TABLES, removable } from "./kept-rows.js";
import { removeContents } from "./remove-contents.js";
import { FILES, removeFiles } from "./remove-files.js";
import { removeLargeResults } from "./remove-large-results.js";
import { archiveBefore, type RemovedWeek, removeRows, removeWeek, weeksBefore } from "./remove-weeks.js";

export interface Retained {
  readonly weeks: readonly RemovedWeek[];
  /** Rows that went, by table; those of weeks among them. */
  readonly rows: Readonly<Record<string, number>>;
  /** Rows whose contents went, by table. */
  readonly contents: Readonly<Record<string, number>>;
  /** Files of large contents that went because no row uses them. */
  readonly largeResults: number;
}

const DAY_MILLIS = 86_400_000;

/** One round at a time over all processes: by a lock of the session, so not through a pooler in transaction mode. */
const LOCK = "select pg_try_advisory_lock('agent_retention_state'::regclass::oid::integer, 0) as locked";
const UNLOCK = "select pg_advisory_unlock('agent_retention_state'::regclass::oid::integer, 0)";

/** `undefined`: another process is at it. Throws `StoreError`, what the file system throws, and the signal's reason. */
export async function retain(
  pool: pg.Pool,
  settings: RetentionSettings,
  signal: AbortSignal,
): Promise<Retained | undefined> {
  const client = await pool.connect().catch((error: unknown) => {
    throw storeFailure(error);
  });
  try {
    const [row] = (await client.query<{ locked: boolean }>(LOCK)).rows;
    if (row?.locked !== true) return undefined;
    try {
      return await retainLocked(pool, settings, signal);
    } finally {
      await client.query(UNLOCK).catch(() => undefined);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw isOfPostgres(error) ? storeFailure(error) : error;
  } finally {
    client.release();
  }
}

const isOfPostgres = (error: unknown): boolean =>
  typeof (error as { severity?: unknown }).severity === "string";

async function retainLocked(
  pool: pg.Pool,
  settings: RetentionSettings,
  signal: AbortSignal,
): Promise<Retained> {
  const {
    days,
    failedDays,
    contentsDays,
    evidenceDays,
    archive: directory,
    archiveFormat: format,
  } = settings;
  const archive: ArchivePlace | undefined = directory === undefined ? undefined : { directory, format };
  const now = Date.now();
  const before = (age: number): Date => new Date(now - age * DAY_MILLIS);
  const rules: KeepRules = { failedSince: failedDays === undefined ? undefined : before(failedDays) };
  const rows: Record<string, number> = {};
  const count = (table: string, more: number) => {
    rows[table] = (rows[table] ?? 0) + more;
  };
  const projects = projectDays(settings);
  const ages = [...(days === undefined ? [] : [days]), ...projects.map((project) => project.days)];
  if (ages.length > 0)
    await runQuery(pool, "select freeze_agent_statistics($1)", [before(Math.min(...ages)).toISOString()]);
  const weeks: RemovedWeek[] = [];
  // Whoever looks for a row that is gone is told by this why.
  const removedBefore: { rows?: string; projects?: Readonly<Record<string, string>> } = {
    ...(days !== undefined && { rows: weekOf(before(days)).toISOString() }),
    ...(projects.length > 0 && {
      projects: Object.fromEntries(
        projects.map(({ project, days: age }) => [project, before(age).toISOString()]),
      ),
    }),
  };
  if (days !== undefined) {
    const cutoff = before(days);
    for (const week of await weeksBefore(pool, cutoff)) {
      const removed = await removeWeek(pool, week, { ...rules, archive, signal });
      weeks.push(removed);
      count(ACTIONS, removed.rows);
    }
    const files = await removeFiles(pool, weekOf(cutoff), archive, signal);
    if (files > 0) count(FILES, files);
    // Only whole weeks go, so that other tables end where actions do.
    const until = weekOf(cutoff);
    const remove = async (table: string, kind: string): Promise<void> => {
      if (archive !== undefined && !(await archiveBefore(pool, archive, table, until, signal))) return;
      const condition = `target.created_at < $1 and ${removable(kind, rules)}`;
      count(kind, await removeRows(pool, table, condition, [until], signal));
    };
    await remove("agent_actions_default", ACTIONS);
    for (const { table } of OTHER_TABLES) await remove(table, table);
  }
  for (const { project, days: projectAge } of projects)
    for (const { table, columns } of [
      { table: ACTIONS, columns: { project: "project_name" } },
      ...OTHER_TABLES,
    ]) {
      if (columns.project === undefined) continue;
      const condition = `target.created_at < $1 and target.${columns.project} = $2 and ${removable(table, rules)}`;
      count(table, await removeRows(pool, table, condition, [before(projectAge), project], signal));
    }
  const contents = contentsDays === undefined ? {} : await removeContents(pool, before(contentsDays), signal);
  const leaves = evidenceDays === undefined ? 0 : await pruneEvidence(pool, before(evidenceDays), signal);
  if (leaves > 0) count("agent_evidence_leaves", leaves);
  let largeResults = 0;
  let failure: unknown;
  try {
    largeResults = await removeLargeResults(pool, settings.largeResults, signal);
  } catch (error) {
    // What went before it is in the audit log all the same.
    failure = error;
  }
  await inTransaction(pool, async (client) => {
    await client.query("update agent_retention_state set retained_at = now()");
    if ([...Object.values(rows), ...Object.values(contents), largeResults].some((number) => number > 0))
      await auditWith(client, {
        action: "retain",
        details: {
          rows,
          contents,
          weeks: weeks.map(({ week }) => week),
          large_results: largeResults,
          removed_before: removedBefore,
        },
      });
  });
  if (failure !== undefined) throw failure;
  return { weeks, rows, contents, largeResults };
}

/** Beginning of the week of a time: Monday, UTC. */
function weekOf(time: Date): Date {
  const day = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()));
  return new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * DAY_MILLIS);
}
