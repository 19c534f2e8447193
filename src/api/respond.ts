import type { Page } from "./collection.js";
import { COMPUTED_SCHEMA } from "./collections/kept-statistics.js";
import { type Schema, timeColumn } from "./query/column.js";

// Other people's actions are kept by no cache, but by one that asks each time.
const NO_STORE = { "cache-control": "no-store" };

export function jsonResponse(text: string, status = 200): Response {
  return new Response(text, { status, headers: { ...NO_STORE, "content-type": "application/json" } });
}

/** A page as JSON, or its rows as NDJSON; `next` is a link in either. */
export function pageResponse(page: Page, url: URL, headers: Headers): Response {
  const { rows, next, truncated, searchedSince, range } = page;
  const extra: Record<string, string> = { ...NO_STORE, vary: "accept" };
  if (next !== undefined) extra.link = `<${linkTo(url, next)}>; rel="next"`;
  if (truncated !== undefined) extra["agent-actions-truncated"] = truncated;
  if (searchedSince !== undefined) extra["agent-actions-searched-since"] = searchedSince;
  const made = computedOf(page);
  if (made !== undefined && !made.complete) extra["agent-actions-complete"] = "false";
  if (wantsLines(headers)) {
    const lines = rows.map((row) => `${row}\n`).join("");
    return new Response(lines, { headers: { ...extra, "content-type": "application/x-ndjson" } });
  }
  const rest = JSON.stringify({
    next: next ?? null,
    truncated: truncated ?? null,
    since: range.since ?? null,
    until: range.until ?? null,
    ...(searchedSince !== undefined && { searched_since: searchedSince }),
    ...made,
  });
  const body = `{"data":[${rows.join()}],${rest.slice(1)}`;
  return new Response(body, { headers: { ...extra, "content-type": "application/json" } });
}

/** Where figures come from, and whether all is in them. */
function computedOf({ computed }: Page) {
  if (computed === undefined) return undefined;
  return computed === "rows"
    ? { computed_from: "rows", complete: true, computed_until: null }
    : { computed_from: "statistics", complete: computed.complete, computed_until: computed.computedUntil };
}

function linkTo(url: URL, cursor: string): string {
  const link = new URL(url);
  link.searchParams.set("cursor", cursor);
  return `${link.pathname}${link.search}`;
}

const wantsLines = (headers: Headers): boolean =>
  (headers.get("accept") ?? "").toLowerCase().includes("application/x-ndjson");

/** 304 where the client has this version, else `undefined`. */
export function notModified(headers: Headers, etag: string): Response | undefined {
  const known = headers.get("if-none-match")?.split(",") ?? [];
  const matches = known.some((tag) => tag.trim() === "*" || tag.trim() === etag);
  return matches ? new Response(null, { status: 304, headers: { etag } }) : undefined;
}

/** Weak: the same rows, perhaps in another encoding. */
export const etagOf = (version: string): string => `W/"${version}"`;

export function withEtag(response: Response, etag: string): Response {
  response.headers.set("etag", etag);
  response.headers.set("cache-control", "private, no-cache");
  return response;
}

/** The schema of a page of such rows. */
export const pageSchema = (row: Schema, { isComputed = false, isSearched = false } = {}): Schema => ({
  type: "object",
  required: [
    ...["data", "next", "truncated", "since", "until"],
    ...(isComputed ? Object.keys(COMPUTED_SCHEMA) : []),
  ],
  properties: {
    data: { type: "array", items: row },
    next: {
      type: ["string", "null"],
      description: "The parameter cursor of the next page; null at the end.",
    },
    truncated: {
      type: ["string", "null"],
      enum: ["bytes", "time", null],
      description:
        "Why there are fewer rows than limit, although there are more: the bytes of a response, or the time of a search. next goes on in either case.",
    },
    since: timeColumn("", "Begin of the range that was read; null for no bound.").schema,
    until: timeColumn("", "End of the range that was read; null for no bound.").schema,
    ...(isSearched && {
      searched_since: timeColumn("", "Where truncated is time: what began before then was not looked at.")
        .schema,
    }),
    ...(isComputed && COMPUTED_SCHEMA),
  },
});
