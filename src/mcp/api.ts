import { isPlainObject, type JsonObject } from "../event/json.js";
import { ToolRefusal } from "./arguments.js";

/** Asks the API. @param path below `/api/v1`, with its query string */
export type ApiAsk = (path: string, init?: RequestInit) => Promise<Response>;

/** A response that is one JSON object. Throws what the API says against the request as a `ToolRefusal`. */
export async function askObject(ask: ApiAsk, path: string, query: Query = {}): Promise<JsonObject> {
  const response = await askChecked(ask, `${path}${queryText(query)}`);
  return parsed(await response.text());
}

/** A response as it is. Throws what the API says against the request as a `ToolRefusal`. */
export async function askChecked(ask: ApiAsk, path: string, init?: RequestInit): Promise<Response> {
  const response = await ask(path, init);
  if (response.ok) return response;
  const body = parsed(await response.text());
  const detail = typeof body.detail === "string" ? body.detail : `The API responds with ${response.status}.`;
  const errors = Array.isArray(body.errors) ? body.errors.filter(isPlainObject) : [];
  const particulars = errors.map(({ parameter, detail: what }) => `${parameter} ${what}`);
  throw new ToolRefusal([detail, ...particulars].join(" "));
}

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export function queryText(query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) params.append(name, String(one));
  return params.size === 0 ? "" : `?${params}`;
}

/** The rows of a list. */
export const rowsOf = ({ data }: JsonObject): readonly JsonObject[] =>
  Array.isArray(data) ? (data.filter(isPlainObject) as JsonObject[]) : [];

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    // Parsed from JSON.
    return isPlainObject(value) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}
