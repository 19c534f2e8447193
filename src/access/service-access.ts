import type { Logger } from "pino";
import { ACCESS_SCOPES, type AccessScope } from "../config/access-scope.js";
import type { ApiSettings } from "../config/api-settings.js";
import { type HttpSettings, isLoopback } from "../config/http-settings.js";
import type { OtlpSettings } from "../config/otlp-settings.js";
import type { PostgresSettings } from "../config/postgres-settings.js";
import type { Secret } from "../config/secret.js";
import { validAccessTokens } from "../store/access-tokens.js";
import { createPool } from "../store/pool.js";
import { findRunShare } from "../store/run-shares.js";
import { type Access, createAccess, tokenOf } from "./authorize.js";
import { KnownShares } from "./known-shares.js";
import { KnownTokens } from "./known-tokens.js";
import { ProxyUsers } from "./proxy-users.js";

export interface ServiceAccessOptions {
  readonly http: HttpSettings;
  readonly api: Pick<
    ApiSettings,
    "token" | "statementTimeoutMillis" | "proxyUserHeader" | "proxyAddresses" | "proxyWriters"
  >;
  readonly otlp: Pick<OtlpSettings, "token">;
  readonly postgres: PostgresSettings;
  readonly log: Logger;
}

/** Who may do what at the HTTP server of a service. */
export interface ServiceAccess extends Access {
  /** The token that was made because there is none; `undefined` where there is one, or Postgres does not respond. */
  madeToken(): Promise<Secret | undefined>;
  /** Never rejects. */
  stop(): Promise<void>;
}

/**
 * On loopback, reading and sending are free, each unless its token is set: programs of this machine can read the files of the database
 * too. Everything else needs a token. Where there is none at all, one is made that holds until the process ends.
 */
export function createServiceAccess({ http, api, otlp, postgres, log }: ServiceAccessOptions): ServiceAccess {
  const pool = createPool({
    ...postgres,
    maxConnections: 1,
    statementTimeoutMillis: api.statementTimeoutMillis,
    applicationName: `${postgres.applicationName}-access`,
  });
  let made: Secret | undefined;
  const tokens = new KnownTokens({
    given: [
      ...(api.token ? [tokenOf(api.token, ACCESS_SCOPES)] : []),
      ...(otlp.token ? [tokenOf(otlp.token, ["ingest"])] : []),
    ],
    load: () => validAccessTokens(pool),
    onMade(secret) {
      made = secret;
      // On loopback only who asks for it needs it.
      log[isLoopback(http.host) ? "info" : "warn"](
        { token: secret.reveal() },
        "there is no token: this one, which is not shown again, holds until the process ends. Make one that lasts: agent-actions token create NAME",
      );
    },
  });
  const shares = new KnownShares((digest) => findRunShare(pool, digest));
  const free = new Set<AccessScope>();
  if (isLoopback(http.host) && api.token === undefined) free.add("read");
  if (isLoopback(http.host) && otlp.token === undefined) free.add("ingest");
  return {
    ...createAccess({
      find: (digest) => tokens.find(digest),
      findShare: (digest) => shares.find(digest),
      free,
      proxyUsers: proxyUsersOf(api),
    }),
    async madeToken() {
      await tokens.refresh();
      return made;
    },
    stop: () => pool.end().catch(() => undefined),
  };
}

function proxyUsersOf({
  proxyUserHeader: header,
  proxyAddresses: addresses,
  proxyWriters: writers = [],
}: ServiceAccessOptions["api"]): ProxyUsers | undefined {
  return header === undefined || addresses === undefined
    ? undefined
    : new ProxyUsers({ header, addresses, writers });
}
