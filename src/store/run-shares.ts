/** Links by which one run can be read without a token. Like a token a link is 256 random bits, of which the table keeps the SHA-256. */
import type pg from "pg";
import { runQuery } from "./queries/run-query.js";

/** What a share allows. */
export interface RunShare {
  readonly id: string;
  readonly correlation_id: string;
  /** `null` for all. */
  readonly projects: readonly string[] | null;
}

/** What the secret of every share begins with: so it is told from a token. */
export const SHARE_PREFIX = "aas_";

/** The share with this digest, unless it has expired or was revoked. Throws `StoreError`. */
export async function findRunShare(pool: pg.Pool, digest: Buffer): Promise<RunShare | undefined> {
  const rows = await runQuery<RunShare>(
    pool,
    `select id, correlation_id, projects from agent_action_shares
     where secret_sha256 = $1 and revoked_at is null and expires_at > now()`,
    [digest],
  );
  return rows[0];
}
