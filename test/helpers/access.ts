import { type Access, createAccess, type KnownToken, tokenOf } from "../../src/access/authorize.js";
import type { AccessScope } from "../../src/config/access-scope.js";
import { Secret } from "../../src/config/secret.js";
import { secretDigest } from "../../src/store/access-tokens.js";

export type TestToken = Partial<Omit<KnownToken, "digest">> & { readonly scopes: readonly AccessScope[] };

/** Access by these tokens, under their texts. */
export function accessBy(tokens: Readonly<Record<string, TestToken>>, free: readonly AccessScope[]): Access {
  const known = Object.entries(tokens).map(([text, token]) => ({
    ...tokenOf(new Secret(text), []),
    ...token,
    digest: secretDigest(text),
  }));
  return createAccess({
    find: async (digest) => known.find((token) => token.digest.equals(digest)),
    free: new Set(free),
  });
}

/** As the service gives it on loopback: spans and events are free unless a token is set. */
export const intakeAccess = (token: Secret | undefined): Access =>
  token ? accessBy({ [token.reveal()]: { scopes: ["ingest"] } }, []) : accessBy({}, ["ingest"]);
