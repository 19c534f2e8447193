/**
 * Opens runs of a size and a shape that viewers hang on in a real browser: 50,000 and 337,351 actions, and 50,000 levels. Says how long the
 * first rows take, how much memory the page holds, how many rows are in the document, how long the longest task of the page's main thread
 * was (by the clock, so other programs lengthen it), and what opening the run cost this thread in processor time; and of the frames while it
 * scrolls and zooms, the script's processor time in 95 of 100. Above 150 MB or 60 rows it fails.
 *
 *   npm run build && npx tsx bench/dashboard/large-run.ts
 */
import { loadavg } from "node:os";
import { pathToFileURL } from "node:url";
import pino from "pino";
import { type CDPSession, chromium, type Page } from "playwright-core";
import { createAccess } from "../../src/access/authorize.js";
import { createApiService } from "../../src/api/api-service.js";
import { resolveApiSettings } from "../../src/config/api-settings.js";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveHttpSettings } from "../../src/config/http-settings.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { createDashboard } from "../../src/dashboard/dashboard-files.js";
import { startPostgres } from "../../src/devstack/postgres.js";
import { startHttpServer } from "../../src/http/server.js";
import { migrate } from "../../src/store/migrate.js";
import { createPool } from "../../src/store/pool.js";

const MAX_HEAP = 150_000_000;
const MAX_ROWS = 60;

const FRAMES = 60;

/** Milliseconds of the script's processor time of a frame that 95 of 100 stay below, while `move` is done before each. */
async function scriptOfFrames(
  page: Page,
  devtools: CDPSession,
  move: (frame: number) => string,
): Promise<number> {
  const script = async (): Promise<number> => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "ScriptDuration")?.value ?? Number.NaN) * 1_000;
  };
  const took: number[] = [];
  for (let frame = 0; frame < FRAMES; frame++) {
    const before = await script();
    await page.evaluate(
      `(${move(frame)}, new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))`,
    );
    took.push((await script()) - before);
  }
  return took.sort((one, other) => one - other)[Math.floor(FRAMES * 0.95)] ?? Number.NaN;
}

/** Forth and back over the whole run. */
const SCROLL = (frame: number) =>
  `document.querySelector(".tree-scroller").scrollTop = ${frame % 2} * 9e5 + ${frame} * 700`;
/** The keys that zoom to the action and show the whole run again. */
const ZOOM = (frame: number) =>
  `window.dispatchEvent(new KeyboardEvent("keydown", { key: "${frame % 2 === 0 ? "z" : "x"}", bubbles: true }))`;

const server = await startPostgres();
const env = new EnvReader({ AGENT_ACTIONS_API_STATEMENT_TIMEOUT_MS: "600000" });
const postgres = resolvePostgresSettings({ url: server.url }, env);
await migrate(postgres);
const pool = createPool({ ...postgres, statementTimeoutMillis: 600_000 });

/** @param parent SQL of the number of the action around action `n`; null for none */
const fill = (run: string, count: number, parent: string) =>
  pool.query(
    `insert into agent_actions (id, correlation_id, agent_name, action_type, action_name, status, state, duration_ms, created_at, parent_action_id)
     select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1, 'agent ' || n % 7, 'tool_call', 'tool ' || n % 40, 'ok', 'ended',
       3, now() - interval '6 hours' + n * interval '20 milliseconds', ('01900000-0000-7000-8000-' || lpad(to_hex(${parent}), 12, '0'))::uuid
     from generate_series(1, ${count}) as n`,
    [run],
  );

const RUNS = [
  {
    name: "50,000 actions",
    run: "66666666-6666-4666-8666-666666666666",
    count: 50_000,
    parent: "case when n % 20 > 0 then n - n % 20 end",
  },
  {
    name: "337,351 actions",
    run: "77777777-7777-4777-8777-777777777777",
    count: 337_351,
    parent: "case when n % 20 > 0 then n - n % 20 end",
  },
  {
    name: "50,000 levels",
    run: "88888888-8888-4888-8888-888888888888",
    count: 50_000,
    parent: "case when n > 1 then n - 1 end",
  },
];
for (const { run, count, parent } of RUNS) await fill(run, count, parent);

const http = resolveHttpSettings({ port: 0 }, env);
const api = createApiService({
  settings: resolveApiSettings({}, env),
  http,
  postgres,
  access: createAccess({ find: async () => undefined, free: new Set(["read"]) }),
  log: pino({ level: "warn" }),
});
const probes = {
  health: () => ({ status: "healthy" as const, consumer: "none", problems: [] }),
  readiness: () => ({ ready: true }),
  metrics: () => ({}),
  families: () => [],
};
const dashboard = createDashboard(pathToFileURL(`${process.cwd()}/dist/dashboard/`));
const listening = await startHttpServer(http, probes, { api: api.api, dashboard });
const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium-headless-shell";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
let failed = false;
try {
  for (const { name, run } of RUNS) {
    // Clicked in the list of runs, and again, when the service keeps the tree that it has read; then as a page that is not loaded yet.
    for (const round of ["by a click", "by a click again", "by its link"] as const) {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      const devtools = await page.context().newCDPSession(page);
      await page.addInitScript(
        "window.longest = 0; new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration); }).observe({ type: 'longtask', buffered: true });",
      );
      await page.goto(`${listening.url}/assets/icon.svg`);
      await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
      const url = `${listening.url}/runs/${run}`;
      const isClick = round !== "by its link";
      if (isClick) await page.goto(`${listening.url}/runs?last=all`);
      const link = page.locator(`a[data-row][href*="${run}"]`);
      if (isClick) await link.waitFor({ timeout: 300_000 });
      // Another version of the run, which the service has not read yet.
      else
        await pool.query(
          "update agent_actions set duration_ms = 4 where correlation_id = $1 and duration_ms = 3 and id = (select min(id::text)::uuid from agent_actions where correlation_id = $1)",
          [run],
        );
      const began = performance.now();
      await (isClick ? link.click() : page.goto(url));
      await page.locator(".tree-row").first().waitFor({ timeout: 300_000 });
      const opened = performance.now() - began;
      const { metrics } = await devtools.send("Performance.getMetrics");
      const processor = (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1_000;
      await page.locator(".tree-row").first().focus();
      await page.keyboard.press("End");
      await page.evaluate("document.querySelector('.tree-scroller').scrollTop = 300000");
      await page.locator(".tree-row").nth(5).waitFor();
      const rows = await page.locator(".tree-row").count();
      const clock = Number(await page.evaluate("window.longest"));
      const scrolled = await scriptOfFrames(page, devtools, SCROLL);
      const zoomed = await scriptOfFrames(page, devtools, ZOOM);
      await devtools.send("HeapProfiler.collectGarbage");
      const usage = await devtools.send("Runtime.getHeapUsage");
      // The columns of a run are typed arrays, whose bytes are beside the heap of objects.
      const { backingStorageSize = 0 } = usage as { backingStorageSize?: number };
      const usedSize = usage.usedSize + backingStorageSize;
      failed ||= usedSize > MAX_HEAP || rows > MAX_ROWS;
      process.stdout.write(
        `${name}, opened ${round}: first rows after ${(opened / 1_000).toFixed(1)} s, heap with its arrays ${(usedSize / 1e6).toFixed(1)} MB, ${rows} rows in the document, longest task ${clock.toFixed(0)} ms, processor time until then ${processor.toFixed(0)} ms, script of a frame p95 ${scrolled.toFixed(1)} ms scrolling and ${zoomed.toFixed(1)} ms zooming (load ${loadavg()[0]?.toFixed(1)})\n`,
      );
      await page.close();
    }
  }
} finally {
  await browser.close();
  await api.endStreams();
  await listening.stop(500);
  await api.stop();
  await pool.end();
  await server.close();
}
if (failed) process.exitCode = 1;
