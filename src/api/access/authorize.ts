import { createHash, timingSafeEqual } from "node:crypto";
import { Problem } from "../problem.js";
import type { Caller, Scope } from "../route.js";

/** Decides who may do what. Throws a `Problem` for who may not. */
export interface Access {
  authorize(headers: Headers, scope: Scope): Promise<Caller>;
}

/** A token, as it is known to the service. */
export interface KnownToken extends Caller {
  readonly name: string | undefined;
  readonly scopes: readonly Scope[];
}

export interface AccessOptions {
  /** Finds a token by its text; `undefined`: there is none, or it is revoked. May throw a `Problem`. */
  readonly find: (token: string) => Promise<KnownToken | undefined>;
  /** What may be done without a token. */
  readonly free: ReadonlySet<Scope>;
}

const NOBODY: Caller = { name: undefined, projects: undefined };
const CHALLENGE = { "www-authenticate": 'Bearer realm="agent-actions"' };

export function createAccess({ find, free }: AccessOptions): Access {
  return {
    async authorize(headers, scope) {
      const given = bearerToken(headers.get("authorization"));
      if (given === undefined) {
        if (free.has(scope)) return NOBODY;
        throw new Problem(
          401,
          `This needs a token with the scope ${scope}, as the header authorization: Bearer TOKEN. Make one: agent-actions token create NAME --scopes ${scope}`,
          { headers: CHALLENGE },
        );
      }
      const token = await find(given);
      if (token === undefined)
        throw new Problem(401, "The token is not known, has expired or is revoked.", { headers: CHALLENGE });
      if (!token.scopes.includes(scope))
        throw new Problem(403, `The token ${token.name ?? ""} has not the scope ${scope}.`);
      return token;
    },
  };
}

/** The token of a header; `undefined` without one. */
export function bearerToken(authorization: string | null): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization?.trim() ?? "")?.[1];
}

/** Whether two secrets are the same. How long that takes does not depend on them. */
export const isSameSecret = (one: string, other: string): boolean =>
  timingSafeEqual(secretDigest(one), secretDigest(other));

/** Of equal length for all, which the comparison needs; a token of 256 random bits needs no slow hash. */
export const secretDigest = (text: string): Buffer => createHash("sha256").update(text).digest();
