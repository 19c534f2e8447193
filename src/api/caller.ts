/** Who asks: by a header, a cookie, a proxy, or the link to one run. */
import type { Access, Caller } from "../access/authorize.js";
import { AccessRefusal } from "../access/refusal.js";
import type { AccessScope } from "../config/access-scope.js";
import { Problem } from "./problem.js";
import type { Route } from "./route.js";
import { runId } from "./routes/run-id.js";
import { withCookieShare, withCookieToken } from "./session-cookie.js";

/**
 * The link to a run counts only where nothing else lets its holder in: whoever may see everything sees it beside a link too.
 *
 * @throws AccessRefusal
 */
export async function callerOf(
  access: Access,
  headers: Headers,
  scope: AccessScope,
  peer: string | undefined,
): Promise<Caller> {
  try {
    return await access.authorize(withCookieToken(headers), scope, peer);
  } catch (error) {
    const shared = withCookieShare(headers);
    if (shared === undefined || !(error instanceof AccessRefusal) || error.status !== 401) throw error;
    return access.authorize(shared, scope, peer);
  }
}

/** The holder of a link to one run may ask for that run, and for lists that are narrowed to it. Throws a `Problem` for everything else. */
export function checkShared(
  { isShared, path }: Route,
  parameters: Readonly<Record<string, string>>,
  run: string,
): void {
  if (isShared !== true) throw new Problem(403, "This link shows one run, and nothing else.");
  if (path.includes("{run}") && runId(parameters) !== run)
    throw new Problem(404, "This link shows another run.");
}

/** Whether a failure to find out who asks is none of their right: a Postgres that is away takes nothing from anybody. */
export const isNoRefusal = (error: unknown): boolean =>
  !(error instanceof AccessRefusal) || (error.status !== 401 && error.status !== 403);
