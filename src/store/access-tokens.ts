/** The table of tokens. A token is 256 random bits; what is stored is its SHA-256, which needs no salt and no slow hash then. */
import { createHash, randomBytes } from "node:crypto";
import type pg from "pg";
import type { AccessScope } from "../config/access-scope.js";
import { accountName } from "./audit.js";
import { runQuery } from "./queries/run-query.js";

/** What a name may be; the table has the same check. */
export const TOKEN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

export interface NewAccessToken {
  readonly name: string;
  readonly scopes: readonly AccessScope[];
  /** @default all */
  readonly projects?: readonly string[] | undefined;
  /** @default no limit */
  readonly eventsPerMinute?: number | undefined;
  /** @default never */
  readonly expiresAt?: Date | undefined;
}

export interface AccessTokenRow {
  readonly name: string;
  readonly scopes: readonly AccessScope[];
  readonly projects: readonly string[] | null;
  readonly events_per_minute: number | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}

/** A token as the service checks it. */
export interface ValidAccessToken extends AccessTokenRow {
  readonly token_sha256: Buffer;
}

/** Of equal length for all, which a comparison in constant time needs. */
export const secretDigest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** The audit log's entry, in the statement that does it. */
const auditOf = (action: string, from: string, details: string, actor: string): string =>
  `noted as (insert into agent_audit_log (action, subject, details, actor) select '${action}', name, ${details}, ${actor} from ${from})`;

/** A new token. What it begins with lets scanners of secrets find it. */
export const newSecret = (prefix = "aat_"): string => `${prefix}${randomBytes(32).toString("base64url")}`;

/**
 * Makes a token and returns it, which is the only time that it can be seen. `undefined`: there is a token of that name, and it is not
 * revoked. Throws `StoreError`.
 *
 * @param replace one of that name allows nothing any more
 */
export async function createAccessToken(
  pool: pg.Pool,
  { name, scopes, projects, eventsPerMinute, expiresAt }: NewAccessToken,
  replace = false,
): Promise<string | undefined> {
  const secret = newSecret();
  const rows = await runQuery(
    pool,
    `with made as (
       insert into agent_action_tokens as token (name, token_sha256, scopes, projects, events_per_minute, expires_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (name) do update
         set token_sha256 = excluded.token_sha256, scopes = excluded.scopes, projects = excluded.projects,
           events_per_minute = excluded.events_per_minute, expires_at = excluded.expires_at, created_at = now(), revoked_at = null
         where token.revoked_at is not null or $7
       returning name, scopes, projects, expires_at
     ), ${auditOf("token create", "made", "jsonb_build_object('scopes', scopes, 'projects', projects, 'expires_at', expires_at)", "$8")}
     select name from made`,
    [name, secretDigest(secret), scopes, projects, eventsPerMinute, expiresAt, replace, accountName()],
  );
  return rows.length === 0 ? undefined : secret;
}

/** Returns whether there was such a token that was not revoked. Throws `StoreError`. */
export async function revokeAccessToken(pool: pg.Pool, name: string): Promise<boolean> {
  const rows = await runQuery(
    pool,
    `with gone as (
       update agent_action_tokens set revoked_at = now() where name = $1 and revoked_at is null returning name
     ), ${auditOf("token revoke", "gone", "null::jsonb", "$2")}
     select name from gone`,
    [name, accountName()],
  );
  return rows.length > 0;
}

const COLUMNS = "name, scopes, projects, events_per_minute, created_at, expires_at, revoked_at";

/** All tokens, also such that allow nothing any more, by name. Throws `StoreError`. */
export function listAccessTokens(pool: pg.Pool): Promise<AccessTokenRow[]> {
  return runQuery(pool, `select ${COLUMNS} from agent_action_tokens order by name`);
}

/** The tokens that allow something. Throws `StoreError`. */
export function validAccessTokens(pool: pg.Pool): Promise<ValidAccessToken[]> {
  return runQuery(
    pool,
    `select ${COLUMNS}, token_sha256 from agent_action_tokens
     where revoked_at is null and coalesce(expires_at > now(), true)`,
  );
}
