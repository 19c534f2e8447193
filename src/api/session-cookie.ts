/**
 * A browser cannot send a header with every request that it makes, as for a stream. So it may have its token in a cookie that no script
 * reads and no other site sends. Cookies count for the API only, every request of which is checked for its origin.
 *
 * The secret of a share has a cookie of its own, so that opening one takes nobody's token away; it counts where there is no token.
 */
import { SHARE_PREFIX } from "../store/run-shares.js";

const TOKEN_COOKIE = "agent_actions_token";
const SHARE_COOKIE = "agent_actions_share";
const MAX_AGE_SECONDS = 30 * 86_400;

/** The headers with the token of the cookie as `authorization`, unless there is one. */
export const withCookieToken = (headers: Headers): Headers => withCookie(headers, TOKEN_COOKIE) ?? headers;

/** The headers with the secret of the share's cookie as `authorization`; `undefined` where there is none, or a token. */
export const withCookieShare = (headers: Headers): Headers | undefined => withCookie(headers, SHARE_COOKIE);

function withCookie(headers: Headers, name: string): Headers | undefined {
  const secret = headers.has("authorization") ? undefined : cookieValue(headers, name);
  if (secret === undefined) return undefined;
  const combined = new Headers(headers);
  combined.set("authorization", `Bearer ${secret}`);
  return combined;
}

function cookieValue(headers: Headers, name: string): string | undefined {
  const pairs = headers.get("cookie")?.split(";") ?? [];
  const value = pairs.map((pair) => pair.trim()).find((pair) => pair.startsWith(`${name}=`));
  // What a token may have in it; a cookie of somebody else with this name is none.
  return /^[\w.~+/-]+=*$/.exec(value?.slice(name.length + 1) ?? "")?.[0];
}

/** `Set-Cookie` for a token, or the secret of a share. */
export function sessionCookie(headers: Headers, secret: string): string {
  const name = secret.startsWith(SHARE_PREFIX) ? SHARE_COOKIE : TOKEN_COOKIE;
  return cookie(headers, name, secret, MAX_AGE_SECONDS);
}

/** `Set-Cookie` that removes both. */
export const removedCookies = (headers: Headers): readonly string[] =>
  [TOKEN_COOKIE, SHARE_COOKIE].map((name) => cookie(headers, name, "", 0));

function cookie(headers: Headers, name: string, value: string, age: number): string {
  // TLS ends at a proxy: the service itself has none.
  const secure = headers.get("x-forwarded-proto") === "https" ? "; Secure" : "";
  return `${name}=${value}; Path=/api; HttpOnly; SameSite=Strict; Max-Age=${age}${secure}`;
}
