/**
 * A browser cannot send a header with every request that it makes, as for a stream. So it may have its token in a cookie that no script
 * reads and no other site sends. Cookies count for the API only, every request of which is checked for its origin.
 */

const NAME = "agent_actions_token";
const MAX_AGE_SECONDS = 30 * 86_400;

/** The headers with the token of the cookie as `authorization`, unless there is one. */
export function withCookieToken(headers: Headers): Headers {
  if (headers.has("authorization")) return headers;
  const token = cookieToken(headers);
  if (token === undefined) return headers;
  const combined = new Headers(headers);
  combined.set("authorization", `Bearer ${token}`);
  return combined;
}

function cookieToken(headers: Headers): string | undefined {
  const pairs = headers.get("cookie")?.split(";") ?? [];
  const value = pairs.map((pair) => pair.trim()).find((pair) => pair.startsWith(`${NAME}=`));
  // What a token may have in it; a cookie of somebody else with this name is none.
  return /^[\w.~+/-]+=*$/.exec(value?.slice(NAME.length + 1) ?? "")?.[0];
}

/** `Set-Cookie` for the token of these headers; without one, it removes the cookie. */
export function sessionCookie(headers: Headers, token: string | undefined): string {
  // TLS ends at a proxy: the service itself has none.
  const secure = headers.get("x-forwarded-proto") === "https" ? "; Secure" : "";
  const age = token === undefined ? 0 : MAX_AGE_SECONDS;
  return `${NAME}=${token ?? ""}; Path=/api; HttpOnly; SameSite=Strict; Max-Age=${age}${secure}`;
}
