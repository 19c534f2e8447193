import { createApi } from "../../src/api/api.js";
import { createApiDatabase } from "../../src/api/database.js";
import type { AccessScope } from "../../src/config/access-scope.js";
import { resolveApiSettings } from "../../src/config/api-settings.js";
import { EnvReader } from "../../src/config/env-reader.js";
import type { EventKind } from "../../src/event/index.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { accessBy, type TestToken } from "../helpers/access.js";
import { migratedPool, storable } from "./store-fixture.js";

export const pool = await migratedPool();
const writer = createBatchWriter(pool);

/** Writes events as the consumer does. */
export async function write(kind: EventKind, events: readonly object[]): Promise<void> {
  await writer.write(events.map((event) => storable(kind, event)));
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON; `undefined` where it is none. */
  readonly body: ReturnType<typeof JSON.parse>;
}

export interface AskOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly tokens?: Readonly<Record<string, TestToken>>;
  readonly free?: readonly AccessScope[];
}

/** Asks the API without a network. */
export function apiOn({ env = {}, tokens = {}, free = ["read"] }: AskOptions = {}) {
  const defects: unknown[] = [];
  const api = createApi({
    settings: resolveApiSettings({}, new EnvReader(env)),
    host: "127.0.0.1",
    database: createApiDatabase(pool),
    access: accessBy(tokens, free),
    onDefect: (error) => defects.push(error),
  });
  async function ask(path: string, init: RequestInit = {}): Promise<ApiResponse> {
    const headers = new Headers({ host: "localhost", ...(init.headers as Record<string, string>) });
    const response = await api(new Request(`http://localhost/api/v1${path}`, { ...init, headers }));
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") && !text.includes("}\n");
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== "" ? JSON.parse(text) : undefined,
    };
  }
  return { ask, defects };
}
