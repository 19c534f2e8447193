/** Who may do what. One mechanism for everything that the HTTP server takes and returns. */

import type { AccessScope } from "../config/access-scope.js";
import type { Secret } from "../config/secret.js";
import { secretDigest } from "../store/access-tokens.js";
import { SHARE_PREFIX } from "../store/run-shares.js";
import type { ProxyUsers } from "./proxy-users.js";
import { AccessRefusal } from "./refusal.js";

/** Who asks. */
export interface Caller {
  /** Name of the token; `undefined` for one of the environment, and for who needs none. */
  readonly name: string | undefined;
  /** Projects that it is for; `undefined` for all. */
  readonly projects: readonly string[] | undefined;
  /** The only run that may be seen; `undefined` for all. */
  readonly run?: string | undefined;
  /** Events or spans that it may send a minute; `undefined` for no limit of its own. */
  readonly eventsPerMinute?: number | undefined;
  /** It had a token. */
  readonly hasToken: boolean;
  /** All that it may do. */
  readonly scopes: readonly AccessScope[];
}

/** A token, as it is known to the service. */
export interface KnownToken extends Omit<Caller, "hasToken"> {
  readonly digest: Buffer;
}

/** Decides who may do what. Throws {@link AccessRefusal} for who may not. */
export interface Access {
  /** @param peer address from which the request came; a proxy's users are known by it */
  authorize(headers: Headers, scope: AccessScope, peer?: string): Promise<Caller>;
}

export interface AccessOptions {
  /** Finds a token by its digest; `undefined`: there is none, or it is revoked. May throw {@link AccessRefusal}. */
  readonly find: (digest: Buffer) => Promise<KnownToken | undefined>;
  /** Finds the share of a run by the digest of its secret, likewise. @default there are none */
  readonly findShare?: (digest: Buffer) => Promise<KnownToken | undefined>;
  /** What may be done without a token. */
  readonly free: ReadonlySet<AccessScope>;
  /** @default a proxy's users are not known */
  readonly proxyUsers?: ProxyUsers | undefined;
}

/** Who has no token. */
export const NOBODY: Caller = { name: undefined, projects: undefined, hasToken: false, scopes: [] };
const CHALLENGE = { "www-authenticate": "Bearer" };

export function createAccess({ find, findShare, free, proxyUsers }: AccessOptions): Access {
  const allowed = (scopes: readonly AccessScope[], scope: AccessScope, who: string): void => {
    if (!scopes.includes(scope)) throw new AccessRefusal(403, `${who} has not the scope ${scope}.`);
  };
  return {
    async authorize(headers, scope, peer) {
      const given = bearerToken(headers.get("authorization"));
      if (given === undefined) {
        // What comes by a proxy is nobody on this machine, wherever the proxy runs.
        if (proxyUsers?.isProxy(peer)) {
          const { name, scopes } = proxyUsers.userOf(headers);
          allowed(scopes, scope, `The user ${name.slice(name.indexOf(":") + 1)}`);
          return { name, scopes, projects: undefined, hasToken: true };
        }
        if (free.has(scope)) return { ...NOBODY, scopes: [...free] };
        throw new AccessRefusal(
          401,
          `This needs a token with the scope ${scope}, as the header authorization: Bearer TOKEN. Make one: agent-actions token create NAME --scopes ${scope}`,
          CHALLENGE,
        );
      }
      const digest = secretDigest(given);
      const token = given.startsWith(SHARE_PREFIX) ? await findShare?.(digest) : await find(digest);
      if (token === undefined)
        throw new AccessRefusal(401, "The token is not known, has expired or is revoked.", CHALLENGE);
      const { name, projects, run, eventsPerMinute, scopes } = token;
      allowed(scopes, scope, `The token ${name ?? "of the environment"}`);
      return { name, projects, eventsPerMinute, scopes, hasToken: true, ...(run !== undefined && { run }) };
    },
  };
}

/** The token of a header; `undefined` without one. */
function bearerToken(authorization: string | null): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization?.trim() ?? "")?.[1];
}

/** A token that the environment gives. */
export const tokenOf = (secret: Secret, scopes: readonly AccessScope[]): KnownToken => ({
  name: undefined,
  projects: undefined,
  digest: secretDigest(secret.reveal()),
  scopes,
});
