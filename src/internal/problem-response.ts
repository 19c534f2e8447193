import { STATUS_CODES } from "node:http";

/** The media type of RFC 9457. */
export const PROBLEM_JSON = "application/problem+json";

export interface ProblemExtras {
  /** Further members. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error for a machine, as RFC 9457 has it; the title is the same for every problem of its status. */
export function problemResponse(
  status: number,
  detail: string,
  { members, headers }: ProblemExtras = {},
): Response {
  const body = { type: "about:blank", title: STATUS_CODES[status], status, detail, ...members };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "cache-control": "no-store", ...headers, "content-type": PROBLEM_JSON },
  });
}
