import type { ApiConnection } from "../../api/in-process.js";
import type { JsonObject } from "../../event/json.js";
import { isPlainObject } from "../../event/json.js";
import { refusal } from "./refusal.js";

/** Some rows of a list, each as the text of a JSON object: numbers keep all their digits. */
export interface RowPage {
  readonly rows: readonly string[];
  /** There are more behind the last of these. */
  readonly hasMore: boolean;
  /** False: statistics that it comes from are still being computed. */
  readonly isComplete: boolean;
  /** Of a search that goes on with the next page: what began before then was not looked at yet. */
  readonly searchedSince: string | undefined;
}

/** What commands ask by. Whatever is behind it, the same requests have the same responses. */
export class ApiClient {
  readonly #connection: ApiConnection;

  constructor(connection: ApiConnection) {
    this.#connection = connection;
  }

  /** The rows of a list page by page, at most `limit` together. */
  async *pages(
    path: string,
    query: URLSearchParams,
    limit: number,
    pageRows = MAX_PAGE,
  ): AsyncGenerator<RowPage> {
    let cursor: string | null = null;
    let left = limit;
    do {
      const params = new URLSearchParams(query);
      params.set("limit", String(Math.min(left, pageRows)));
      if (cursor !== null) params.set("cursor", cursor);
      const response = await this.#checked(`${path}?${params}`, { headers: { accept: NDJSON } });
      const rows = (await response.text()).split("\n").filter((line) => line !== "");
      cursor = nextCursor(response.headers);
      left -= rows.length;
      const isComplete = response.headers.get("agent-actions-complete") !== "false";
      const searchedSince = response.headers.get("agent-actions-searched-since") ?? undefined;
      yield { rows, hasMore: cursor !== null, isComplete, searchedSince };
    } while (cursor !== null && left > 0);
  }

  /** The text of a JSON response. */
  async text(path: string, init?: RequestInit): Promise<string> {
    return (await this.#checked(path, init)).text();
  }

  /** A JSON response that is an object. */
  async object(path: string, init?: RequestInit): Promise<JsonObject> {
    const value: unknown = JSON.parse(await this.text(path, init));
    if (!isPlainObject(value)) throw new Error(`The response to ${path} is no object.`);
    // Parsed from JSON.
    return value as JsonObject;
  }

  /** Never rejects. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  async #checked(path: string, init?: RequestInit): Promise<Response> {
    const response = await this.#connection.send(path, init);
    if (response.ok) return response;
    throw refusal(response.status, await response.text(), this.#connection.target);
  }
}

const MAX_PAGE = 1_000;
const NDJSON = "application/x-ndjson";

/** The parameter `cursor` of the link to the next page; null on the last one. */
function nextCursor(headers: Headers): string | null {
  const link = /^<([^>]*)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
  return link === undefined ? null : new URL(link, "http://localhost").searchParams.get("cursor");
}
