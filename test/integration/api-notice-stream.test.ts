import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { createApi } from "../../src/api/api.js";
import { createApiDatabase } from "../../src/api/database.js";
import { resolveApiSettings } from "../../src/config/api-settings.js";
import { EnvReader } from "../../src/config/env-reader.js";
import type { Notice } from "../../src/notices/notice.js";
import { storeNotices } from "../../src/notices/store-notices.js";
import { migrate } from "../../src/store/migrate.js";
import { inTransaction } from "../../src/store/on-connection.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { accessBy } from "../helpers/access.js";
import { startOwnPostgres } from "../helpers/stack.js";
import { poolOn, settingsOf, storable } from "./store-fixture.js";

// What is told depends on every open transaction of the server.
const url = await startOwnPostgres();
await migrate(settingsOf(url));
const pool = poolOn(url);

const api = createApi({
  settings: resolveApiSettings({}, new EnvReader({ AGENT_ACTIONS_API_MAX_STREAMS: "3" })),
  host: "127.0.0.1",
  database: createApiDatabase(pool),
  access: accessBy(
    {
      all: { name: "all", scopes: ["read"] },
      shop: { name: "shop", scopes: ["read"], projects: ["shop"] },
      sender: { name: "sender", scopes: ["ingest"] },
    },
    [],
  ),
  onDefect: (error) => {
    throw error;
  },
});
afterAll(() => api.endStreams());

const RUN = "01900000-0000-7000-8000-0000000000aa";
const notice = (subjectKey: string, more: Partial<Notice> = {}): Notice => ({
  rule: "silence",
  kind: "agent",
  severity: "warning",
  subjectKey,
  beginning: "1",
  title: `${subjectKey} is silent`,
  agentName: subjectKey,
  correlationId: undefined,
  actionIds: [],
  evidence: {},
  query: undefined,
  beganAt: Date.now() - 60_000,
  lastSeenAt: Date.now(),
  closed: undefined,
  ...more,
});
const store = (...notices: readonly Notice[]) =>
  inTransaction(pool, (client) => storeNotices(client, notices));

/** Reads events until it is cut off, and goes on behind the last one. */
class Reader {
  /** Title and state, or the name of an event that is no notice. */
  readonly told: string[] = [];
  lastEventId = "";
  readonly #query: string;
  readonly #token: string;
  #body: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(query = "", token = "all") {
    this.#query = query;
    this.#token = token;
  }

  async connect(): Promise<this> {
    const response = await ask(this.#query, this.#token, this.lastEventId);
    if (response.status !== 200 || response.body === null) throw new Error(await response.text());
    this.#body = response.body.getReader();
    this.#reading = this.#read(this.#body);
    await this.until(() => this.lastEventId !== "");
    return this;
  }

  async #read(body: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { done, value } = await body.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        this.lastEventId = /^id: (.*)$/m.exec(event)?.[1] ?? this.lastEventId;
        const name = /^event: (.*)$/m.exec(event)?.[1];
        const { title, state } = JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? "{}");
        if (name === "notice") this.told.push(`${title} ${state}`);
        else if (name !== undefined && name !== "ready") this.told.push(name);
      }
    }
  }

  async cut(): Promise<void> {
    await this.#body?.cancel();
    await this.#reading;
  }

  /** Waits for what the stream is to tell; the test's own time limit ends it. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await sleep(10);
  }
}

const ask = (query: string, token: string, lastEventId = "") =>
  api(
    new Request(`http://localhost/api/v1/notices/stream${query}`, {
      headers: { host: "localhost", authorization: `Bearer ${token}`, "last-event-id": lastEventId },
    }),
  );

test("a notice is told when it is made and when its state changes, and not when its figures grow", async () => {
  await store(notice("earlier"));
  const reader = await new Reader().connect();
  await store(notice("one"));
  await reader.until(() => reader.told.length === 1);
  await store(notice("one", { evidence: { calls: 7 } }));
  await store(notice("one", { closed: "over" }));
  await reader.until(() => reader.told.length === 2);
  await store(notice("two"));
  await reader.until(() => reader.told.length === 3);
  expect(reader.told).toEqual(["one is silent open", "one is silent closed", "two is silent open"]);
  await reader.cut();
});

test("a reader that is cut off goes on without a gap and without a repeat, whatever the order of commits", async () => {
  const reader = await new Reader("?rule=silence").connect();
  const slow = await pool.connect();
  await slow.query("begin");
  await storeNotices(slow, [notice("slow")]);
  const expected = ["slow is silent open"];
  for (let number = 0; number < 120; number++) {
    await store(notice(`agent ${number}`));
    expected.push(`agent ${number} is silent open`);
    if (number === 20) {
      // Nothing that committed since is told before what began earlier.
      expect(reader.told).toEqual([]);
      await slow.query("commit");
      slow.release();
    }
    if (number % 30 === 25) {
      await reader.until(() => reader.told.length > number / 2);
      await reader.cut();
      await reader.connect();
    }
  }
  await reader.until(() => reader.told.length >= expected.length);
  expect(reader.told).toEqual(expected);
  await reader.cut();
});

test("a reader for one project gets what is of it, and nobody reads without the right to", async () => {
  await createBatchWriter(pool).write([
    storable("action", {
      id: "01900000-0000-7000-9000-0000000000aa",
      correlation_id: RUN,
      agent_name: "coder",
      action_type: "tool_call",
      action_name: "Read",
      project_name: "shop",
      timestamp: new Date().toISOString(),
    }),
  ]);
  const shop = await new Reader("", "shop").connect();
  const site = await new Reader("?project=site").connect();
  const all = await new Reader().connect();
  await store(notice("nobody's"));
  const ofShop = { correlationId: RUN, actionIds: ["01900000-0000-7000-9000-0000000000aa"] };
  await store(notice("shop's", ofShop));
  await all.until(() => all.told.length === 2);
  await shop.until(() => shop.told.length === 1);
  expect(shop.told).toEqual(["shop's is silent open"]);
  expect(site.told).toEqual([]);
  expect((await ask("", "all")).status).toBe(503);
  for (const reader of [shop, site, all]) await reader.cut();
  expect((await ask("", "sender")).status).toBe(403);
  expect((await ask("", "nobody")).status).toBe(401);
});

test("a place of another database is told to read anew, and one that is none is refused", async () => {
  const reader = new Reader();
  reader.lastEventId = "00000000-0000-4000-8000-000000000000:1:00000000-0000-0000-0000-000000000000";
  await reader.connect();
  await reader.until(() => reader.told.length === 1);
  await store(notice("after"));
  await reader.until(() => reader.told.length === 2);
  expect(reader.told).toEqual(["reload", "after is silent open"]);
  await reader.cut();
  expect((await ask("", "all", "nonsense")).status).toBe(400);
});
