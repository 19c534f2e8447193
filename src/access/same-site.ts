import { AccessRefusal } from "./refusal.js";

/**
 * Refuses what a web page of somebody else could make a browser send: requests of another origin, and those by a name that
 * is not the service's own (DNS rebinding). There is no CORS.
 *
 * @param hosts names by which the service may be called; `undefined` for any
 */
export function checkSameSite(headers: Headers, hosts: ReadonlySet<string> | undefined): void {
  const host = headers.get("host") ?? "";
  const name = hostName(host);
  if (hosts !== undefined && !hosts.has(name))
    throw new AccessRefusal(
      421,
      `The service is not called ${JSON.stringify(name)}: call it by localhost, or name it in AGENT_ACTIONS_API_ALLOWED_HOSTS.`,
    );
  const origin = headers.get("origin");
  // A page of the service itself has its host as origin; behind a proxy with TLS the scheme may differ.
  const isForeign = origin !== null && !(URL.canParse(origin) && new URL(origin).host === host.toLowerCase());
  if (isForeign || headers.get("sec-fetch-site") === "cross-site")
    throw new AccessRefusal(403, "Requests of web pages of other origins are not taken.");
}

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/** The names by which a service may be called; `undefined`, for any, where others reach it and nobody named it. */
export function allowedHosts(
  isLoopback: boolean,
  names: readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  if (!isLoopback && names === undefined) return undefined;
  return new Set([...LOOPBACK_NAMES, ...(names ?? []).map((name) => name.toLowerCase())]);
}

const hostName = (host: string): string => host.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
