import type { Access, Caller } from "../access/authorize.js";
import { AccessRefusal } from "../access/refusal.js";

/** Who sends telemetry, or why that may not be. */
export async function authorizeExport(access: Access, headers: Headers): Promise<Caller | AccessRefusal> {
  try {
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
