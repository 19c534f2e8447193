/** Requests to the read API, which docs/schemas/openapi.json describes. */

/** What the API or the network says went wrong: the detail is a sentence that says what to do. */
export class RequestFailure extends Error {
  override readonly name = "RequestFailure";
  /** HTTP status; 0 where there was no response. */
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** Throws {@link RequestFailure}, and `AbortError` when it is aborted. */
export async function getJson<Body>(
  path: string,
  signal?: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<Body> {
  return (await send(path, { signal: signal ?? null, headers })).json() as Promise<Body>;
}

/** Sends a body as JSON. Throws {@link RequestFailure}. */
export async function sendJson(path: string, { headers, ...init }: RequestInit): Promise<Response> {
  return send(path, {
    ...init,
    headers: { ...headers, ...(init.body ? { "content-type": "application/json" } : {}) },
  });
}

/** Keeps the token in a cookie of the service. Throws {@link RequestFailure}. */
export async function signIn(token: string): Promise<void> {
  await send(apiPath("/session"), { method: "POST", headers: { authorization: `Bearer ${token}` } });
}

/** A response that is a success, or 304. Throws {@link RequestFailure}, and `AbortError`. */
export async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new RequestFailure(
      0,
      "It has ended, or the network is down. What starts it: agent-actions consume",
    );
  }
  if (response.ok || response.status === 304) return response;
  const problem = (await response.json().catch(() => undefined)) as { detail?: unknown } | undefined;
  const detail =
    typeof problem?.detail === "string" ? problem.detail : `The service responded with ${response.status}.`;
  throw new RequestFailure(response.status, detail);
}

/** A path with its query; parameters that are null, undefined or empty are left out. */
export function apiPath(
  path: string,
  parameters: Readonly<Record<string, string | number | null | undefined>> = {},
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== null && value !== undefined && value !== "") query.set(name, String(value));
  return query.size === 0 ? `/api/v1${path}` : `/api/v1${path}?${query}`;
}

/** A row of `/runs`. */
export interface RunRow {
  readonly correlation_id: string;
  readonly correlation_text: string | null;
  readonly title: string | null;
  readonly state: string;
  readonly started_at: string;
  readonly last_activity_at: string;
  readonly duration_ms: number;
  readonly actions: number;
  readonly tool_calls: number;
  readonly decisions: number;
  readonly failed_actions: number;
  readonly agents: readonly string[];
  readonly labels: readonly string[] | null;
  readonly session_id: string | null;
  readonly service_name: string | null;
  readonly environment: string | null;
  readonly user_id: string | null;
  readonly project_name: string | null;
}

/** A row of `/actions`; of one action alone it has columns more. */
export interface ActionRow {
  readonly id: string;
  readonly correlation_id: string;
  readonly agent_name: string;
  readonly action_type: string;
  readonly action_name: string;
  readonly state: string;
  readonly status: string | null;
  readonly failed: boolean;
  readonly started_at: string;
  readonly duration_ms: number | null;
  readonly error_type: string | null;
  readonly error_message: string | null;
  readonly session_id: string | null;
  readonly project_name: string | null;
  readonly approved_by: string | null;
  readonly action_details: unknown;
  readonly details_bytes?: number;
  readonly truncated?: readonly string[] | null;
  readonly [column: string]: unknown;
}

/** What an event `actions` of `/stream` tells. */
export interface StreamChanges<Row> {
  /** New ones, and those that have changed, as they stand now. */
  readonly actions: readonly Row[];
  /** Ids of those that were there, and do not fit any more. */
  readonly gone: readonly string[];
}
