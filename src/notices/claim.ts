import type pg from "pg";

/** How far notices have come, for the one process that works on them. */
export interface Claim {
  readonly installation: string | null;
  readonly xactId: string;
  readonly position: string;
}

/** Another process takes over from one that was silent for so long. */
const SILENT_SECONDS = 15;

/** Until the end of the transaction, nobody else works on notices; `undefined`: somebody does. */
export async function claim(client: pg.ClientBase, worker: string): Promise<Claim | undefined> {
  const { rows } = await client.query<Claim & { free: boolean }>(CLAIM, [worker, SILENT_SECONDS]);
  return rows[0]?.free === true ? rows[0] : undefined;
}

// The lock is asked for only by who may have it. A transaction that has only read has no number, and holds up no reader of the feed.
const CLAIM = `
  select installation::text as installation, xact_id::text as "xactId", position::text as position,
    case when worker is null or worker = $1 or worked_at is null or worked_at < clock_timestamp() - $2 * interval '1 second'
      then pg_try_advisory_xact_lock('agent_notice_state'::regclass::oid::integer, 0) else false end as free
  from agent_notice_state`;

/** Whether it is this process that works on notices, without keeping it so: for what may happen twice. */
export async function isAtWork(client: pg.ClientBase, worker: string): Promise<boolean> {
  const { rows } = await client.query<{ own: boolean }>(
    "select worker is null or worker = $1 as own from agent_notice_state",
    [worker],
  );
  return rows[0]?.own === true;
}

/** Until the end of the transaction, nobody else asks the rules that look now and then. Apart from the feed, which must not wait for them. */
export async function lockRules(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ free: boolean }>(
    "select pg_try_advisory_xact_lock('agent_notice_state'::regclass::oid::integer, 1) as free",
  );
  return rows[0]?.free === true;
}
