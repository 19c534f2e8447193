import { expect, test } from "vitest";
import { createAccess } from "../../src/access/authorize.js";
import { createApi } from "../../src/api/api.js";
import { createApiDatabase, type Database } from "../../src/api/database.js";
import { ActionStream } from "../../src/api/stream/action-stream.js";
import { resolveApiSettings } from "../../src/config/api-settings.js";
import { EnvReader } from "../../src/config/env-reader.js";
import { StoreError } from "../../src/errors.js";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { startOwnPostgres } from "../helpers/stack.js";
import { poolOn, settingsOf, storable } from "./store-fixture.js";
import { createChurn } from "./stream-churn.js";
import { StreamReader } from "./stream-reader.js";

// What is below the horizon of the feed depends on every transaction of the server.
const url = await startOwnPostgres();
await migrate(settingsOf(url));
const pool = poolOn(url);
const writer = createBatchWriter(pool);

interface Api {
  (path: string, headers?: Record<string, string>): Promise<Response>;
  readonly endStreams: () => Promise<void>;
}

function startApi(env: NodeJS.ProcessEnv = {}): Api {
  const api = createApi({
    settings: resolveApiSettings({}, new EnvReader(env)),
    host: "127.0.0.1",
    database: createApiDatabase(pool),
    access: createAccess({ find: async () => undefined, free: new Set(["read"]) }),
    onDefect: (error) => {
      throw error;
    },
  });
  const ask = (path: string, headers: Record<string, string> = {}) =>
    api(new Request(`http://localhost/api/v1${path}`, { headers: { host: "localhost", ...headers } }));
  return Object.assign(ask, { endStreams: () => api.endStreams() });
}

let numbers = 0;
const action = (fields: { readonly status?: string; readonly [field: string]: unknown } = {}) => ({
  id: `01900000-0000-7000-8000-${String(numbers++).padStart(12, "0")}`,
  agent_name: `agent-${numbers % 3}`,
  action_type: "tool_call",
  action_name: "Read",
  status: undefined as string | undefined,
  timestamp: new Date(Date.UTC(2026, 10, 1) + numbers).toISOString(),
  ...fields,
});
const write = (events: readonly object[]) => writer.write(events.map((event) => storable("action", event)));

test("a reader gets what is written after it came, and changes as they happen", async () => {
  const api = startApi();
  await write([action()]);
  const reader = await StreamReader.open((headers) => api("/stream?agent=me", headers));
  const first = action({ agent_name: "me", status: "running" });
  await write([first, action({ agent_name: "somebody else" })]);
  await reader.until(() => reader.seen.size === 1);
  expect([...reader.seen.values()]).toEqual(["running running"]);
  await write([{ ...first, status: "ok", duration_ms: 5 }]);
  await reader.until(() => [...reader.seen.values()].includes("ended ok"));
  await reader.close();
  await api.endStreams();
});

test("a row that does not fit any more leaves a list that is filtered", async () => {
  const api = startApi();
  const reader = await StreamReader.open((headers) => api("/stream?state=running", headers));
  const running = action({ status: "running" });
  await write([running]);
  await reader.until(() => reader.seen.has(running.id));
  await write([{ ...running, status: "ok" }]);
  await reader.until(() => !reader.seen.has(running.id));
  await api.endStreams();
});

test("readers that are cut off at any moment resume without a gap and without a repeat", async () => {
  const api = startApi();
  const readers = await Promise.all(
    Array.from({ length: 12 }, () => StreamReader.open((headers) => api("/stream", headers))),
  );
  let isWriting = true;
  const cutting = readers.map(async (reader) => {
    while (isWriting) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      await reader.reconnect();
    }
  });
  const churn = createChurn(pool);
  for (let batch = 0; batch < 40; batch++) await churn.write(25);
  isWriting = false;
  await Promise.all(cutting);
  const expected = await churn.table();
  expect(expected.size).toBeLessThan(churn.actions);
  for (const reader of readers) {
    await reader.until(() => reader.seen.size === expected.size && reader.isAt(expected));
    expect(reader.reconnections).toBeGreaterThan(5);
    expect(reader.reloads).toBe(0);
    // Whatever was read is told at most as often as it was written.
    expect(reader.told).toBeLessThanOrEqual(churn.written);
  }
  await api.endStreams();
});

/** A stream without a service around it. */
function startStream(options: { readonly patienceMillis?: number; readonly database?: Database } = {}) {
  const { database = createApiDatabase(pool), ...rest } = options;
  const stream = new ActionStream(database, {
    maxReaders: 2,
    onDefect: (error) => {
      throw error;
    },
    ...rest,
  });
  const filter = { key: "all", condition: () => "true" };
  const connect = async () => new Response(stream.subscribe(filter, "actions", undefined));
  return { connect, stop: () => stream.stop() };
}

async function writeMegabytes(): Promise<number> {
  const batches = Array.from({ length: 6 }, () =>
    Array.from({ length: 400 }, () => action({ action_details: { tool_result: "x".repeat(1_900) } })),
  );
  for (const batch of batches) await write(batch);
  return batches.flat().length;
}

test("a reader that does not read gets one mark in the place of what it missed, and nothing grows", async () => {
  const { connect, stop } = startStream({ patienceMillis: 0 });
  const reader = await StreamReader.open(connect);
  reader.pause();
  await writeMegabytes();
  const other = await StreamReader.open(connect);
  await write([action({ agent_name: "last" })]);
  await other.until(() => other.seen.size === 1);
  reader.resume();
  await reader.until(() => reader.reloads === 1);
  expect(reader.missed).toBeGreaterThan(0);
  await write([action()]);
  const known = reader.seen.size;
  await reader.until(() => reader.seen.size > known);
  await stop();
});

test("a reader that was held up takes what it missed at its own speed, and misses nothing", async () => {
  const { connect, stop } = startStream({ patienceMillis: 600_000 });
  const reader = await StreamReader.open(connect);
  const other = await StreamReader.open(connect);
  reader.pause();
  const written = await writeMegabytes();
  await other.until(() => other.seen.size === written);
  expect(reader.seen.size).toBeLessThan(written);
  reader.resume();
  await reader.until(() => reader.seen.size === written);
  expect([reader.reloads, reader.told]).toEqual([0, written]);
  await stop();
});

test("a place that is forgotten, or of another database, is told to read anew", async () => {
  const api = startApi();
  const elsewhere = "00000000-0000-4000-8000-000000000000:1:1:0";
  const reader = await StreamReader.open((headers) =>
    api("/stream", { ...headers, "last-event-id": elsewhere }),
  );
  await reader.until(() => reader.reloads === 1);
  await write([action()]);
  await reader.until(() => reader.seen.size === 1);
  const response = await api("/stream", { "last-event-id": "nonsense" });
  expect(response.status).toBe(400);
  await api.endStreams();
});

test("readers are told that Postgres is away and back, and miss nothing of what was written meanwhile", async () => {
  const database = createApiDatabase(pool);
  let isAway = false;
  const reading =
    <Arguments extends unknown[], Result>(read: (...values: Arguments) => Promise<Result>) =>
    (...values: Arguments): Promise<Result> =>
      isAway
        ? Promise.reject(new StoreError("Postgres is not available", { retriable: true }))
        : read(...values);
  const { connect, stop } = startStream({
    database: {
      ...database,
      latestChangeCursor: reading(database.latestChangeCursor),
      readChanges: reading(database.readChanges),
    },
  });
  const reader = await StreamReader.open(connect);
  isAway = true;
  await reader.until(() => reader.outages.length === 1);
  const event = action({ status: "ok" });
  await write([event]);
  isAway = false;
  await reader.until(() => reader.outages.length === 2 && reader.seen.has(event.id));
  expect(reader.outages).toEqual(["away", "back"]);
  expect(reader.told).toBe(1);
  await stop();
});

test("one stream too many is 503, and ending them frees their places", async () => {
  const api = startApi({ AGENT_ACTIONS_API_MAX_STREAMS: "1" });
  const reader = await StreamReader.open((headers) => api("/stream", headers));
  expect((await api("/stream")).status).toBe(503);
  await reader.close();
  const again = await StreamReader.open((headers) => api("/stream", headers));
  await api.endStreams();
  await again.ended();
});
