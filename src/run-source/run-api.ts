import { isPlainObject } from "../event/json.js";
import { type RecordedAction, recordedAction } from "../recorded/recorded-action.js";

/** A run cannot be read from a service. The message says why. */
export class RunApiError extends Error {
  override readonly name = "RunApiError";
}

const PAGE = 1_000;
/** Actions whose details a list has cut are asked for one by one, so many at a time. */
const AT_ONCE = 8;

/**
 * The actions of a run, whole, from the HTTP API of a service.
 *
 * @param base address of the service
 * @param run correlation id, or what its producer called it
 * @param token sent to that address only: redirects are not followed
 * @throws RunApiError
 */
export async function* readRunFromApi(
  base: string,
  run: string,
  token: string | undefined,
): AsyncGenerator<RecordedAction> {
  const api = `${base.replace(/\/+$/, "")}/api/v1`;
  const get = (path: string, accept: string) => request(`${api}${path}`, accept, token);
  let cursor: string | null = null;
  let found = false;
  do {
    const query = new URLSearchParams({ run, limit: String(PAGE), ...(cursor !== null && { cursor }) });
    const response = await get(`/actions?${query}`, "application/x-ndjson");
    const rows = (await response.text())
      .split("\n")
      .filter((line) => line !== "")
      .map(rowOf);
    found ||= rows.length > 0;
    for (let from = 0; from < rows.length; from += AT_ONCE)
      yield* await Promise.all(
        rows.slice(from, from + AT_ONCE).map(async (row) => {
          const isCut = Array.isArray(row.truncated) && row.truncated.length > 0;
          if (!isCut) return actionOf(row);
          const whole = await get(`/actions/${encodeURIComponent(String(row.id))}`, "application/json");
          return actionOf(rowOf(await whole.text()));
        }),
      );
    const link = /^<([^>]*)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
    cursor = link === undefined ? null : new URL(link, base).searchParams.get("cursor");
  } while (cursor !== null);
  if (!found) throw new RunApiError(`${base} has no actions of a run ${JSON.stringify(run)}.`);
}

async function request(url: string, accept: string, token: string | undefined): Promise<Response> {
  const headers = { accept, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  let response: Response;
  try {
    response = await fetch(url, { headers, redirect: "manual" });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new RunApiError(`${new URL(url).origin} does not respond: ${(cause as Error).message}`);
  }
  if (response.ok) return response;
  const body = rowOf(await response.text());
  throw new RunApiError(
    `${new URL(url).origin} responds with the status ${response.status}: ${body.detail ?? "it is not the API of agent-actions"}`,
  );
}

function rowOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isPlainObject(value) ? value : {};
  } catch {
    return {};
  }
}

function actionOf(row: Readonly<Record<string, unknown>>): RecordedAction {
  const action = recordedAction(row);
  if (action === undefined) throw new RunApiError("A row of the API is no action.");
  return action;
}
