/**
 * Many readers of the stream of the HTTP API, each cut off a hundred times at random moments, while actions are written, end and are
 * taken back at a steady rate. What each reader has seen, applied in order, has to be the table; else the run fails.
 *
 *   npm run bench:stream [-- --readers 50 --rate 1000 --cuts 100]
 */

import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import pino from "pino";
import { createAccess } from "../../src/access/authorize.js";
import { createApiService } from "../../src/api/api-service.js";
import { resolveApiSettings } from "../../src/config/api-settings.js";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveHttpSettings } from "../../src/config/http-settings.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { startPostgres } from "../../src/devstack/postgres.js";
import { startHttpServer } from "../../src/http/server.js";
import { migrate } from "../../src/store/migrate.js";
import { createPool } from "../../src/store/pool.js";
import { createChurn } from "../../test/integration/stream-churn.js";
import { StreamReader } from "../../test/integration/stream-reader.js";

const { values } = parseArgs({
  options: {
    readers: { type: "string", default: "50" },
    rate: { type: "string", default: "1000" },
    cuts: { type: "string", default: "100" },
  },
});
const readerCount = Number(values.readers);
const rate = Number(values.rate);
const cuts = Number(values.cuts);
/** A batch so often: smaller ones cost a transaction each. */
const BATCH_MILLIS = 50;
const MOST_MILLIS_BETWEEN_CUTS = 600;

const server = await startPostgres();
const postgres = resolvePostgresSettings({ url: server.url }, new EnvReader({}));
await migrate(postgres);
const pool = createPool(postgres);
const http = resolveHttpSettings({ port: 0 }, new EnvReader({}));
const api = createApiService({
  settings: resolveApiSettings({}, new EnvReader({ AGENT_ACTIONS_API_MAX_REQUESTS: "1000" })),
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
const listening = await startHttpServer(http, probes, { api: api.api });

try {
  const readers = await Promise.all(
    Array.from({ length: readerCount }, () =>
      StreamReader.open((headers) => fetch(`${listening.url}/api/v1/stream`, { headers })),
    ),
  );
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  let isCut = false;
  const cutting = Promise.all(
    readers.map(async (reader) => {
      while (reader.reconnections < cuts) {
        await sleep(Math.random() * MOST_MILLIS_BETWEEN_CUTS);
        await reader.reconnect();
      }
    }),
  ).then(() => {
    isCut = true;
  });
  const churn = createChurn(pool);
  for (let due = began; !isCut; due += BATCH_MILLIS) {
    await churn.write(Math.round((rate * BATCH_MILLIS) / 1_000));
    await sleep(Math.max(0, due + BATCH_MILLIS - performance.now()));
  }
  await cutting;
  const writing = performance.now() - began;
  const table = await churn.table();
  const late = performance.now();
  for (const reader of readers)
    await reader.until(() => reader.seen.size === table.size && reader.isAt(table));
  const caughtUp = performance.now() - late;
  const cpu = process.cpuUsage(cpuBefore);
  const reloads = readers.reduce((sum, reader) => sum + reader.reloads, 0);
  if (reloads > 0) throw new Error(`${reloads} readers were told to read anew: they were too slow.`);
  const told = readers.reduce((sum, reader) => sum + reader.told, 0);
  process.stdout.write(
    `${[
      `load average at the end: ${loadavg()[0]?.toFixed(1)}`,
      `${churn.written} events of ${churn.actions} actions in ${(writing / 1_000).toFixed(1)} s: ${((churn.written / writing) * 1_000).toFixed(0)} a second`,
      `${readerCount} readers, each cut off ${cuts} times: all have seen the ${table.size} rows of the table, and none that is gone`,
      `told ${told} times: ${(told / readerCount / churn.written).toFixed(2)} times an event and reader; the last has caught up ${caughtUp.toFixed(0)} ms after the last write`,
      `processor time of writer, service and readers together: ${((cpu.user + cpu.system) / 1e6).toFixed(1)} s`,
    ].join("\n")}\n`,
  );
} finally {
  await api.endStreams();
  await listening.stop(500);
  await api.stop();
  await pool.end();
  await server.close();
}
