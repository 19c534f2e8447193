import { isPlainObject } from "../event/json.js";
import { type RecordedAction, recordedAction } from "../recorded/recorded-action.js";
import { type RowSource, wholeRows } from "./whole-rows.js";

/** A run cannot be read from a service. The message says why. */
export class RunApiError extends Error {
  override readonly name = "RunApiError";
  /** Of the response; absent where there was none. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

const PAGE = 1_000;

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
  let found = false;
  const ask = (path: string, init: RequestInit) => request(`${api}${path}`, init, token);
  for await (const action of readRunBy(ask, run, { large: true })) {
    found = true;
    yield action;
  }
  if (!found) throw new RunApiError(`${base} has no actions of a run ${JSON.stringify(run)}.`);
}

/**
 * The actions of a run, whole; none for a run that is not known.
 *
 * @param ask asks the API for a path below `/api/v1`; responses other than 2xx are its to refuse
 * @param large whether contents that are too large for a row are read too
 * @throws RunApiError, and what `ask` rejects with
 */
export async function* readRunBy(
  ask: Ask,
  run: string,
  { large = false }: { readonly large?: boolean } = {},
): AsyncGenerator<RecordedAction> {
  const source = sourceOf(ask);
  for await (const row of wholeRows(new URLSearchParams({ run }), source, { large })) {
    if (row === undefined)
      throw new RunApiError("An action of the run went away while it was read: read it again.");
    yield actionOf(rowOf(row));
  }
}

type Ask = (path: string, init: RequestInit) => Promise<Response>;

function sourceOf(ask: Ask): RowSource {
  const get = (path: string, accept: string) => ask(path, { headers: { accept } });
  return {
    async *pages(query) {
      let cursor: string | null = null;
      do {
        const page = new URLSearchParams(query);
        page.set("limit", String(PAGE));
        if (cursor !== null) page.set("cursor", cursor);
        const response = await get(`/actions?${page}`, "application/x-ndjson");
        yield (await response.text()).split("\n").filter((line) => line !== "");
        const link = /^<([^>]*)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
        cursor = link === undefined ? null : new URL(link, "http://localhost").searchParams.get("cursor");
      } while (cursor !== null);
    },
    async text(path) {
      try {
        return await (await get(path, "application/json")).text();
      } catch (error) {
        if (error instanceof RunApiError && error.status === 404) return undefined;
        throw error;
      }
    },
  };
}

async function request(url: string, init: RequestInit, token: string | undefined): Promise<Response> {
  const headers = new Headers(init.headers);
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
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
    response.status,
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
