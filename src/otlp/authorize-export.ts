import type { Access, Caller } from "../access/authorize.js";
import { AccessRefusal } from "../access/refusal.js";
import { checkSameSite } from "../access/same-site.js";

/**
 * Who sends telemetry, or why that may not be.
 *
 * @param hosts names by which a page may call the service; `undefined` for any. A program may by any: a proxy gives its own
 */
export async function authorizeExport(
  access: Access,
  headers: Headers,
  hosts?: ReadonlySet<string>,
): Promise<Caller | AccessRefusal> {
  try {
    // Browsers alone write these, and always with a POST.
    if (headers.has("origin") || headers.has("sec-fetch-site")) checkSameSite(headers, hosts);
    const caller = await access.authorize(headers, "ingest");
    // Of what project a span is, its resource says, which is not read before.
    if (caller.projects === undefined) return caller;
    return new AccessRefusal(
      403,
      "a token for single projects cannot send spans and logs: send events to /v1/actions",
    );
  } catch (error) {
    if (error instanceof AccessRefusal) return error;
    throw error;
  }
}
