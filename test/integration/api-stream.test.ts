import { expect, test } from "vitest";
import { type Access, createAccess } from "../../src/access/authorize.js";
import { createApi } from "../../src/api/api.js";
import { createApiDatabase, type Database } from "../../src/api/database.js";
import { ActionStream } from "../../src/api/stream/action-stream.js";
import { resolveApiSettings } from "../../src/config/api-settings.js";
import { EnvReader } from "../../src/config/env-reader.js";
import { StoreError } from "../../src/errors.js";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { accessBy } from "../helpers/access.js";
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

const EVERYBODY = createAccess({ find: async () => undefined, free: new Set(["read"]) });

function startApi(env: NodeJS.ProcessEnv = {}, access: Access = EVERYBODY): Api {
  const api = createApi({
    settings: resolveApiSettings({}, new EnvReader(env)),
    host: "127.0.0.1",
    database: createApiDatabase(pool),
    access,
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

test("what goes is told to who may have seen it: by the projects of a token, by project and by run", async () => {
  const run = "5e1f0000-0000-4000-8000-000000000001";
  const access = accessBy(
    Object.fromEntries(
      ["shop", "bank"].map((project) => [project, { scopes: ["read"], projects: [project] }]),
    ),
    ["read"],
  );
  const api = startApi({}, access);
  const old = action({ project_name: "bank", status: "running" });
  await write([old]);
  const open = (path: string, token?: string) =>
    StreamReader.open((headers) =>
      api(path, token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` }),
    );
  const [shop, bank, all, ofShop, ofRun, running] = await Promise.all([
    open("/stream", "shop"),
    open("/stream", "bank"),
    open("/stream"),
    open("/stream?project=shop"),
    open(`/stream?run=${run}&state=running`),
    open("/stream?state=running", "bank"),
  ]);
  const inShop = action({ project_name: "shop", status: "running" });
  const inBank = action({ project_name: "bank", status: "running", correlation_id: run });
  await write([inShop, inBank]);
  await all.until(() => all.seen.size === 2);
  await write([{ ...inShop, status: "superseded" }]);
  await all.until(() => !all.seen.has(inShop.id));
  await write([{ ...inBank, status: "ok" }]);
  await running.until(() => !running.seen.has(inBank.id));
  const last = ["shop", "bank"].map((project) =>
    action({ project_name: project, correlation_id: run, status: "running" }),
  );
  await write(last);
  const readers = { shop, bank, all, ofShop, ofRun, running };
  for (const reader of Object.values(readers))
    await reader.until(() => last.some(({ id }) => reader.seen.has(id)));
  expect(Object.entries(readers).map(([name, { gone, reloads }]) => [name, gone, reloads])).toEqual([
    ["shop", 1, 0],
    ["bank", 0, 0],
    ["all", 1, 0],
    ["ofShop", 1, 0],
    ["ofRun", 1, 0],
    ["running", 1, 0],
  ]);
  // Nobody who listens has read this one: who sees a part only is not told which went, but that something may have.
  await write([{ ...old, status: "superseded" }]);
  for (const reader of [shop, bank, ofShop, ofRun, running]) await reader.until(() => reader.reloads === 1);
  await all.until(() => all.gone === 2);
  expect([all.reloads, shop.gone, bank.gone]).toEqual([0, 1, 0]);
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
  const filter = { key: "all", reach: [], condition: () => "true" };
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
