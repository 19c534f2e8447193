/** The API and the dashboard on a database with a few runs, without Kafka: what arrives in the tables is all that they know. */
import { pathToFileURL } from "node:url";
import pino, { type Logger } from "pino";
import type { Page } from "playwright-core";
import { afterAll } from "vitest";
import type { Access } from "../../src/access/authorize.js";
import { createServiceAccess } from "../../src/access/service-access.js";
import { createApiService } from "../../src/api/api-service.js";
import { type ApiSettings, resolveApiSettings } from "../../src/config/api-settings.js";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveHttpSettings } from "../../src/config/http-settings.js";
import type { PostgresSettings } from "../../src/config/postgres-settings.js";
import { createDashboard } from "../../src/dashboard/dashboard-files.js";
import type { EventKind } from "../../src/event/index.js";
import { startHttpServer } from "../../src/http/server.js";
import type { Notice } from "../../src/notices/notice.js";
import { storeNotices } from "../../src/notices/store-notices.js";
import { migrate } from "../../src/store/migrate.js";
import { inTransaction } from "../../src/store/on-connection.js";
import { createPool } from "../../src/store/pool.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { accessBy } from "../helpers/access.js";
import { startOwnPostgres } from "../helpers/stack.js";
import { settingsOf, storable } from "./store-fixture.js";

export interface DashboardService {
  readonly url: string;
  /** The same rows, for whoever has {@link TOKEN}. */
  readonly protectedUrl: string;
  /** Writes events as the consumer does. */
  write(kind: EventKind, events: readonly object[]): Promise<void>;
  /** Stores notices as the rules do. */
  notice(...notices: readonly Notice[]): Promise<void>;
}

const PROBES = {
  health: () => ({ status: "healthy" as const, consumer: "running", problems: [] }),
  readiness: () => ({ ready: true, problems: [] }),
  metrics: () => ({}),
  families: () => [],
};

/** Resolves when rows, or why there are none, are on the page. */
export const shown = async (page: Page): Promise<void> => {
  await page.waitForSelector("table.data tbody tr, .tree-row, .empty, .compare-form");
};
export const rowNames = (page: Page) => page.locator(".tree-row .action-name").allTextContents();

/**
 * Texts with direction marks that share a box with other text, which the marks would then reorder: a box whose layout is not inline is
 * where the effect of a mark ends (CSS Writing Modes 2.4). `seen` are those that share it with nothing.
 */
export const directionMarks = (page: Page) =>
  page.evaluate(`(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const seen = [], mixed = [];
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (!/[\\u202A-\\u202E\\u2066-\\u2069]/.test(text.data) || !text.parentElement.checkVisibility()) continue;
      let box = text.parentElement;
      while (/^(inline|contents)$/.test(getComputedStyle(box).display)) box = box.parentElement;
      (box.textContent === text.data ? seen : mixed).push(box.outerHTML.slice(0, 200));
    }
    return { seen: seen.length, mixed };
  })()`) as Promise<{ readonly seen: number; readonly mixed: readonly string[] }>;

export const TOKEN = "a-token-of-the-test-0123456789";

export const WRITE_TOKEN = "a-token-that-may-write-0123456789";

/** Needs `npm run build`, which makes the dashboard's files. */
export async function startDashboard(): Promise<DashboardService> {
  // Live rows come by the change feed, which stands still while any transaction of the server is open.
  const postgres = settingsOf(await startOwnPostgres());
  await migrate(postgres);
  const pool = createPool(postgres);
  afterAll(() => pool.end());
  const writer = createBatchWriter(pool);
  const [url, protectedUrl] = await Promise.all([
    serve(postgres, accessBy({}, ["read"])),
    serve(
      postgres,
      accessBy(
        { [TOKEN]: { scopes: ["read"] }, [WRITE_TOKEN]: { name: "writer", scopes: ["read", "write"] } },
        [],
      ),
    ),
  ]);
  return {
    url,
    protectedUrl,
    write: async (kind, events) => {
      await writer.write(events.map((event) => storable(kind, event)));
    },
    notice: async (...notices) => {
      await inTransaction(pool, (client) => storeNotices(client, notices));
    },
  };
}

/** Returns the address of a service that ends with the file. */
async function serve(postgres: PostgresSettings, access: Access): Promise<string> {
  const env = new EnvReader({});
  return serveWith(postgres, resolveApiSettings({}, env), access, pino({ level: "silent" }));
}

/** A service whose tokens, links and users are those of its settings and its database; it ends with the file. */
export function serveBy(postgres: PostgresSettings, env: NodeJS.ProcessEnv, log: Logger): Promise<string> {
  const reader = new EnvReader(env);
  const settings = resolveApiSettings({}, reader);
  const http = resolveHttpSettings({ port: 0 }, reader);
  const access = createServiceAccess({ http, api: settings, otlp: { token: undefined }, postgres, log });
  afterAll(() => access.stop());
  return serveWith(postgres, settings, access, log);
}

async function serveWith(
  postgres: PostgresSettings,
  settings: ApiSettings,
  access: Access,
  log: Logger,
): Promise<string> {
  const http = resolveHttpSettings({ port: 0 }, new EnvReader({}));
  const api = createApiService({ settings, http, postgres, access, log });
  const files = pathToFileURL(`${process.cwd()}/dist/dashboard/`);
  const server = await startHttpServer(http, PROBES, { api: api.api, dashboard: createDashboard(files) });
  afterAll(async () => {
    await api.endStreams();
    await server.stop(500);
    await api.stop();
  });
  return server.url;
}
