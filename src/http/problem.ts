import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** The media type of RFC 9457. */
const PROBLEM_JSON = "application/problem+json";

/** An error for a machine, as RFC 9457 has it; the title is the same for every problem of its status. */
export function problem(
  context: Context,
  status: ContentfulStatusCode,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return context.body(JSON.stringify({ type: "about:blank", title, status, detail }), status, {
    ...headers,
    "content-type": PROBLEM_JSON,
  });
}
