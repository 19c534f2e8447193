import type pg from "pg";
import { accountName } from "../audit.js";
import { runQuery } from "../queries/run-query.js";
import type { ErasureField, ErasureSubject } from "./erasure-fields.js";

/** What a name may be; the table has the same check. */
export const HOLD_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

export interface Hold {
  readonly name: string;
  readonly field: ErasureField;
  readonly value: string;
  readonly reason: string | null;
  readonly held_at: Date;
  /** ISO 8601, or `infinity`. */
  readonly until: string;
  readonly held_by: string;
}

const NOTED = (action: string, actor: string): string =>
  `noted as (insert into agent_audit_log (action, subject, details, actor)
     select '${action}', name, jsonb_build_object('field', field, 'until', until), ${actor} from done)`;

/** Returns whether it was made: there may be one of that name that has not ended. Throws `StoreError`. */
export async function addHold(
  pool: pg.Pool,
  name: string,
  { field, value }: ErasureSubject,
  { until, reason }: { readonly until: Date | undefined; readonly reason: string | undefined },
): Promise<boolean> {
  const rows = await runQuery(
    pool,
    `with done as (
       insert into agent_holds as hold (name, field, value, until, reason) values ($1, $2, $3, coalesce($4::timestamptz, 'infinity'), $5)
       on conflict (name) do update set field = excluded.field, value = excluded.value, until = excluded.until, reason = excluded.reason,
         held_at = now(), held_by = session_user
       where hold.until <= now()
       returning name, field, until
     ), ${NOTED("hold", "$6")}
     select name from done`,
    [name, field, value, until?.toISOString() ?? null, reason ?? null, accountName() ?? null],
  );
  return rows.length > 0;
}

/** Returns whether there was one of that name that had not ended. Throws `StoreError`. */
export async function releaseHold(pool: pg.Pool, name: string): Promise<boolean> {
  const rows = await runQuery(
    pool,
    `with done as (
       update agent_holds set until = now() where name = $1 and until > now() returning name, field, until
     ), ${NOTED("release", "$2")}
     select name from done`,
    [name, accountName() ?? null],
  );
  return rows.length > 0;
}

/** Also those that have ended. Throws `StoreError`. */
export const listHolds = (pool: pg.Pool): Promise<Hold[]> =>
  runQuery(
    pool,
    "select name, field, value, reason, held_at, until::text as until, held_by from agent_holds order by until desc, name",
  );
