/** The table of what was removed or changed by hand; see docs/erasing.md. */
import { userInfo } from "node:os";
import type pg from "pg";
import { runQuery } from "./queries/run-query.js";

export interface AuditEntry {
  /** What was done: `erase`, `hold`, `release`, `redrive`, `drop`, `token create`, `token revoke`, `retain`, ... */
  readonly action: string;
  /** To what. Never a value that was erased. */
  readonly subject?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Who says to have done it. @default the account of the operating system */
  readonly actor?: string | undefined;
}

const INSERT = "insert into agent_audit_log (action, subject, details, actor) values ($1, $2, $3::jsonb, $4)";

const valuesOf = ({ action, subject, details, actor = accountName() }: AuditEntry): unknown[] => [
  action,
  subject ?? null,
  details === undefined ? null : JSON.stringify(details),
  actor ?? null,
];

/** In a transaction of its own. Throws `StoreError`. */
export async function audit(pool: pg.Pool, entry: AuditEntry): Promise<void> {
  await runQuery(pool, INSERT, valuesOf(entry));
}

/** In the transaction of the client, so that the act and its entry are there together, or neither. Throws what Postgres throws. */
export async function auditWith(client: pg.PoolClient, entry: AuditEntry): Promise<void> {
  await client.query(INSERT, valuesOf(entry));
}

/** The account of the operating system. It may have no name, as in a container with a random user id. */
export function accountName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
