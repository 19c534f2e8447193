import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { parseAlerts } from "../../src/notices/alerts-file.js";
import type { Report } from "../../src/report/read-report.js";
import { startReports } from "../../src/report/report-keeper.js";
import { periodEnd, ReportSender } from "../../src/report/report-sender.js";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase, uniqueName } from "../helpers/stack.js";
import { poolOn, settingsOf, storable } from "./store-fixture.js";

const url = await createDatabase();
await migrate(settingsOf(url));
const pool = poolOn(url);
const HOUR = 3_600_000;

/** A server that keeps what it is sent, and responds with what it is told. */
async function hook() {
  const bodies: { text?: string; id?: string; report?: Report }[] = [];
  const keys: unknown[] = [];
  const state = { status: 200, before: async () => {} };
  const server = createServer(async (request, response) => {
    bodies.push((await json(request)) as (typeof bodies)[number]);
    keys.push(request.headers["idempotency-key"]);
    await state.before();
    response.writeHead(state.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies, keys, state };
}

function alertsTo(address: string, name: string, format = "json") {
  const { targets, report } = parseAlerts(
    `targets: [{ name: ${name}, webhook: "${address}", allowPrivate: true, format: ${format} }]
report: { every: 1h, targets: [${name}] }`,
    {},
  );
  if (report === undefined) throw new TypeError("It has a schedule.");
  return { targets, schedule: report };
}

const report = (since: string, until: string): Report => ({
  since,
  until,
  is_complete: true,
  runs: { total: 1, with_failures: 0, abandoned: 0, running: 0 },
  actions: { total: 1, failed: 0, tool_calls: 1 },
  errors: { total: 0, most_frequent: [] },
  new_errors: [],
  notices: { total: 0, by_kind: [], open: [] },
  loops: { total: 0, calls: 0, seconds: 0, tokens: 0 },
  slowest_tools: [],
  producers_with_gaps: [],
});

/** A process of its own. */
function senderTo(address: string, name: string) {
  const failures: string[] = [];
  const sender = new ReportSender(pool, {
    ...alertsTo(address, name),
    read: async (since, until) => report(since, until),
    onFailure: (target, reason) => failures.push(`${target}: ${reason}`),
  });
  return { sender, failures };
}

const ago = (name: string) =>
  pool.query(
    `update agent_notice_targets set since = since - interval '2 days', last_delivered_at = last_delivered_at - interval '2 days'
     where target = $1`,
    [`report:${name}`],
  );
const due = (name: string) =>
  pool.query("update agent_notice_targets set next_at = now() where target = $1", [`report:${name}`]);

test("a period is sent once, whoever of several processes is at it, and the next one is sent again", async () => {
  const server = await hook();
  const name = uniqueName("digest");
  const senders = Array.from({ length: 3 }, () => senderTo(server.url, name).sender);
  const now = Date.now();
  const turns = async () => Promise.all(senders.map((sender) => sender.turn(now)));
  // What ended before the target was known is not its matter.
  expect(await turns()).toEqual([0, 0, 0]);
  await ago(name);
  expect((await turns()).sort()).toEqual([0, 0, 1]);
  // A process that has just begun knows it from the row.
  expect(await senderTo(server.url, name).sender.turn(now)).toBe(0);
  expect(await turns()).toEqual([0, 0, 0]);
  await ago(name);
  expect((await turns()).sort()).toEqual([0, 0, 1]);
  const until = new Date(periodEnd({ everyMillis: HOUR, offsetMillis: 0, targets: [] }, now - 60_000));
  expect(server.bodies).toHaveLength(2);
  expect(server.bodies[0]).toMatchObject({
    id: `report:${name}:${until.toISOString()}`,
    report: { since: new Date(until.getTime() - HOUR).toISOString(), until: until.toISOString() },
  });
});

test("what is not acknowledged is sent again with the same id, by any process", async () => {
  const server = await hook();
  const name = uniqueName("digest");
  const { sender, failures } = senderTo(server.url, name);
  const now = Date.now();
  await sender.turn(now);
  await ago(name);
  server.state.status = 500;
  expect(await sender.turn(now)).toBe(0);
  expect(failures).toMatchObject([expect.stringContaining("500")]);
  expect(await sender.turn(now)).toBe(0);
  expect(server.bodies).toHaveLength(1);
  await due(name);
  server.state.status = 200;
  expect(await senderTo(server.url, name).sender.turn(now)).toBe(1);
  expect(await sender.turn(now)).toBe(0);
  expect(new Set(server.keys).size).toBe(1);
  const { rows } = await pool.query(
    "select failures, last_error, delivered::integer from agent_notice_targets where target = $1",
    [`report:${name}`],
  );
  expect(rows).toEqual([{ failures: 0, last_error: null, delivered: 1 }]);
});

test("what was acknowledged is not sent again where Postgres could not be told at once", async () => {
  const server = await hook();
  const name = uniqueName("digest");
  const { sender } = senderTo(server.url, name);
  const now = Date.now();
  await sender.turn(now);
  await ago(name);
  server.state.before = async () => {
    await pool.query("alter table agent_notice_targets rename to moved");
  };
  await expect(sender.turn(now)).rejects.toThrow("agent_notice_targets");
  await pool.query("alter table moved rename to agent_notice_targets");
  await due(name);
  expect(await sender.turn(now)).toBe(0);
  expect(server.bodies).toHaveLength(1);
});

test("the service's own digest says what the rows say, to Slack as text", async () => {
  const server = await hook();
  const name = uniqueName("digest");
  const { targets, schedule } = alertsTo(server.url, name, "slack");
  await createBatchWriter(pool).write(
    // Whatever the hour is by then, one of these is in the last one that is over.
    [0, 1, 2].map((hours) =>
      storable("action", {
        id: `01900000-0000-7000-9000-00000000000${hours}`,
        agent_name: "coder",
        action_type: "tool_call",
        action_name: "Read",
        status: "error",
        error_message: "<!channel> no such file",
        timestamp: new Date(Math.floor(Date.now() / HOUR) * HOUR - hours * HOUR).toISOString(),
      }),
    ),
  );
  await pool.query(
    "insert into agent_notice_targets (target, since) values ($1, now() - interval '2 days')",
    [`report:${name}`],
  );
  const keeper = startReports({
    schedule,
    targets,
    postgres: settingsOf(url),
    log: pino({ enabled: false }),
    intervalMillis: 50,
  });
  while (server.bodies.length === 0) await sleep(10);
  await keeper.stop(60_000);
  const [body] = server.bodies;
  expect(body?.text).toContain("*Actions* 1 · 1 tool calls · 1 failed");
  expect(body?.text).toContain("&lt;!channel&gt; no such file");
});
