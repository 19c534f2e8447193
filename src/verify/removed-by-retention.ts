import type pg from "pg";
import { runQuery } from "../store/queries/run-query.js";

/** Up to when retention has removed rows, by what it noted in the audit log whenever it removed some. */
export interface RemovedByRetention {
  /** Whether the row of an event may be gone for its age. @param createdAt Unix milliseconds */
  includes(createdAt: number, project: unknown): boolean;
}

interface Noted {
  readonly project: string | null;
  /** Unix milliseconds. */
  readonly until: number;
}

const NOTED = `
  select null as project, (extract(epoch from max((details #>> '{removed_before,rows}')::timestamptz)) * 1000)::float8 as until
  from agent_audit_log where action = 'retain' and details #> '{removed_before,rows}' is not null
  having count(*) > 0
  union all
  select key, (extract(epoch from max(value::timestamptz)) * 1000)::float8
  from agent_audit_log, jsonb_each_text(details #> '{removed_before,projects}')
  where action = 'retain' group by key`;

/** Throws `StoreError`. */
export async function removedByRetention(pool: pg.Pool): Promise<RemovedByRetention> {
  const noted = await runQuery<Noted>(pool, NOTED);
  const ofAll = noted.find(({ project }) => project === null)?.until ?? Number.NEGATIVE_INFINITY;
  const ofProjects = new Map(
    noted.flatMap(({ project, until }) => (project === null ? [] : [[project, until]])),
  );
  return {
    includes: (createdAt, project) =>
      createdAt < ofAll ||
      (typeof project === "string" && createdAt < (ofProjects.get(project) ?? Number.NEGATIVE_INFINITY)),
  };
}
