/** Who may do what. One mechanism for everything that the HTTP server takes and returns. */

import type { AccessScope } from "../config/access-scope.js";
import type { Secret } from "../config/secret.js";
import { secretDigest } from "../store/access-tokens.js";
import { AccessRefusal } from "./refusal.js";

/** Who asks. */
export interface Caller {
  /** Name of the token; `undefined` for one of the environment, and for who needs none. */
  readonly name: string | undefined;
  /** Projects that it is for; `undefined` for all. */
  readonly projects: readonly string[] | undefined;
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
  authorize(headers: Headers, scope: AccessScope): Promise<Caller>;
}

export interface AccessOptions {
  /** Finds a token by its digest; `undefined`: there is none, or it is revoked. May throw {@link AccessRefusal}. */
  readonly find: (digest: Buffer) => Promise<KnownToken | undefined>;
  /** What may be done without a token. */
  readonly free: ReadonlySet<AccessScope>;
}

/** Who has no token. */
export const NOBODY: Caller = { name: undefined, projects: undefined, hasToken: false, scopes: [] };
const CHALLENGE = { "www-authenticate": "Bearer" };

export function createAccess({ find, free }: AccessOptions): Access {
  return {
    async authorize(headers, scope) {
      const given = bearerToken(headers.get("authorization"));
      if (given === undefined) {
        if (free.has(scope)) return { ...NOBODY, scopes: [...free] };
        throw new AccessRefusal(
          401,
          `This needs a token with the scope ${scope}, as the header authorization: Bearer TOKEN. Make one: agent-actions token create NAME --scopes ${scope}`,
          CHALLENGE,
        );
      }
      const token = await find(secretDigest(given));
      if (token === undefined)
        throw new AccessRefusal(401, "The token is not known, has expired or is revoked.", CHALLENGE);
      const { name, projects, eventsPerMinute, scopes } = token;
      if (!scopes.includes(scope))
        throw new AccessRefusal(403, `The token ${name ?? "of the environment"} has not the scope ${scope}.`);
      return { name, projects, eventsPerMinute, scopes, hasToken: true };
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
