import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../src/config/kafka-settings.js";
import { parseAlerts } from "../../src/notices/alerts-file.js";
import type { Notice } from "../../src/notices/notice.js";
import { createKafkaWay } from "../../src/notices/send/kafka-way.js";
import { NoticeSender } from "../../src/notices/send/sender.js";
import { storeNotices } from "../../src/notices/store-notices.js";
import { inTransaction } from "../../src/store/on-connection.js";
import { readTopic } from "../helpers/kafka-records.js";
import { makeTopics, testClient } from "../helpers/kafka-topics.js";
import { kafkaBootstrap, uniqueName } from "../helpers/stack.js";
import { migratedPool } from "./store-fixture.js";

const pool = await migratedPool();
const worker = randomUUID();

const notice = (subjectKey: string, more: Partial<Notice> = {}): Notice => ({
  rule: "loop",
  kind: "same_call",
  severity: "warning",
  subjectKey,
  beginning: subjectKey,
  title: `loop ${subjectKey}`,
  agentName: "coder",
  correlationId: undefined,
  actionIds: [],
  evidence: {},
  query: undefined,
  beganAt: Date.now() - 1_000,
  lastSeenAt: Date.now(),
  closed: undefined,
  ...more,
});
const store = (...notices: Notice[]) => inTransaction(pool, (client) => storeNotices(client, notices));
const longAgo = () =>
  pool.query(
    "update agent_notices set closed_at = closed_at - interval '1 minute' where closed_at is not null",
  );
const due = () => pool.query("update agent_notice_targets set next_at = now()");

/** A server that keeps what it is sent, and responds with what it is told. */
async function hook() {
  const bodies: { notices: { id: string; state: string; title: string }[] }[] = [];
  const keys: unknown[] = [];
  const state = { status: 200 };
  const server = createServer(async (request, response) => {
    bodies.push((await json(request)) as (typeof bodies)[number]);
    keys.push(request.headers["idempotency-key"]);
    response.writeHead(state.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies, keys, state };
}

function senderTo(yaml: string, env: NodeJS.ProcessEnv = {}) {
  const failures: string[] = [];
  const printed: string[] = [];
  const kafka = createKafkaWay(resolveKafkaSettings({ brokers: kafkaBootstrap() }, new EnvReader({})));
  onTestFinished(() => kafka.stop(1_000));
  const sender = new NoticeSender(pool, {
    targets: parseAlerts(yaml, env).targets,
    ways: { produce: kafka.produce, print: (line) => printed.push(line) },
    onFailure: (target, reason) => failures.push(`${target}: ${reason}`),
  });
  return { turn: () => sender.turn(worker), failures, printed };
}

const told = ({ bodies }: { bodies: { notices: { state: string; title: string }[] }[] }) =>
  bodies.map(({ notices }) => notices.map(({ state, title }) => `${state} ${title}`).sort());

test("each is told once that it is open and once that it is over, together where they come together", async () => {
  const server = await hook();
  const name = uniqueName("hook");
  const { turn, failures } = senderTo(
    `targets: [{ name: ${name}, webhook: "${server.url}", allowPrivate: true }]`,
  );
  await store(notice("before"));
  await turn();
  expect(server.bodies).toEqual([]);
  await store(notice("a"), notice("b"), notice("quiet", { severity: "info" }));
  expect(await turn()).toBe(2);
  expect(told(server)).toEqual([["open loop a", "open loop b"]]);
  await store(notice("a", { lastSeenAt: Date.now() + 1_000 }));
  await due();
  expect(await turn()).toBe(0);
  // It waits: what is over for a moment only was not over.
  await store(notice("a", { lastSeenAt: Date.now() + 2_000, closed: "over" }));
  expect(await turn()).toBe(0);
  await longAgo();
  expect(await turn()).toBe(1);
  await due();
  expect(await turn()).toBe(0);
  expect(told(server)).toEqual([["open loop a", "open loop b"], ["closed loop a"]]);
  expect(failures).toEqual([]);
});

test("an expected change is told to nobody, unless it comes back unexpected", async () => {
  const server = await hook();
  const { turn } = senderTo(
    `targets: [{ name: ${uniqueName("hook")}, webhook: "${server.url}", allowPrivate: true, minSeverity: info }]`,
  );
  await turn();
  const shift = (more: Partial<Notice>) =>
    notice("shift", { rule: "regression", kind: "duration", comesBack: true, ...more });
  await store(shift({ expectedBy: 1 }));
  await due();
  expect(await turn()).toBe(0);
  await store(shift({ expectedBy: 1, closed: "over", lastSeenAt: Date.now() + 1_000 }));
  await longAgo();
  await store(
    shift({
      beginning: "later",
      title: "again",
      beganAt: Date.now() + 2_000,
      lastSeenAt: Date.now() + 3_000,
    }),
  );
  await due();
  expect(await turn()).toBe(1);
  expect(told(server)).toEqual([["open again"]]);
});

/** What Grafana does with annotations, as its HTTP API says. */
async function grafana() {
  const made: { id: number; text: string; time: number; timeEnd?: number; tags: string[] }[] = [];
  const tokens = new Set<unknown>();
  const server = createServer(async (request, response) => {
    tokens.add(request.headers.authorization);
    const { pathname, searchParams } = new URL(request.url ?? "", "http://grafana");
    const body = request.method === "GET" ? {} : ((await json(request)) as (typeof made)[number]);
    const respond = (value: unknown) => response.end(JSON.stringify(value));
    if (!pathname.startsWith("/ops/api/annotations")) response.writeHead(404).end();
    else if (request.method === "GET")
      respond(made.filter(({ tags }) => tags.includes(searchParams.get("tags") ?? "")));
    else if (request.method === "POST") {
      made.push({ ...(body as (typeof made)[number]), id: made.length + 1 });
      respond({ id: made.length });
    } else {
      const annotation = made.find(({ id }) => pathname.endsWith(`/${id}`));
      if (annotation) Object.assign(annotation, body);
      respond({ message: "Annotation patched" });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ops/`, made, tokens };
}

test("in Grafana each is one annotation, which gets its end when it is over, also where a message is repeated", async () => {
  const server = await grafana();
  const name = uniqueName("grafana");
  const { turn, failures } = senderTo(
    `targets: [{ name: ${name}, grafana: "${server.url}", tokenEnv: TOKEN, allowPrivate: true }]`,
    { TOKEN: "glsa_1" },
  );
  await turn();
  // Before the minute by which longAgo() moves the end.
  const beganAt = Date.now() - 120_000;
  await store(notice("annotated", { beganAt }));
  await due();
  expect(await turn()).toBe(1);
  expect(server.made).toMatchObject([{ text: "loop annotated", time: beganAt }]);
  expect(server.made[0]?.tags).toEqual([
    "agent-actions",
    "loop",
    "same_call",
    "warning",
    expect.stringMatching(/^notice:/),
  ]);
  // The acknowledgement was not written: the message comes once more.
  await pool.query("delete from agent_notice_deliveries where target = $1", [name]);
  await due();
  expect(await turn()).toBe(1);
  await store(notice("annotated", { beganAt, closed: "over" }));
  await longAgo();
  await due();
  expect(await turn()).toBe(1);
  expect(server.made).toHaveLength(1);
  expect(server.made[0]?.timeEnd).toBeGreaterThan(beganAt);
  expect([...server.tokens]).toEqual(["Bearer glsa_1"]);
  expect(failures).toEqual([]);
});

test("a target that does not respond holds up no other one, and is not told twice at a time", async () => {
  let release: () => void = () => undefined;
  const held: unknown[] = [];
  const slow = createServer(async (request, response) => {
    held.push(await json(request));
    release = () => response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void slow.close());
  const fast = await hook();
  const slowUrl = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/`;
  const { turn } = senderTo(
    `targets:
  - { name: ${uniqueName("slow")}, webhook: "${slowUrl}", allowPrivate: true }
  - { name: ${uniqueName("fast")}, webhook: "${fast.url}", allowPrivate: true, everySeconds: 0 }`,
  );
  await turn();
  await store(notice("first of two"));
  const first = turn();
  await expect.poll(() => held.length, { timeout: 60_000 }).toBe(1);
  await expect.poll(() => fast.bodies.length, { timeout: 60_000 }).toBe(1);
  await store(notice("second of two"));
  await expect.poll(async () => (await turn()) > 0 || fast.bodies.length > 1, { timeout: 60_000 }).toBe(true);
  expect(held).toHaveLength(1);
  release();
  await first;
  expect(told(fast)).toEqual([["open loop first of two"], ["open loop second of two"]]);
});

test("what is not acknowledged is sent again with the same id, later and later, and never after a 2xx", async () => {
  const server = await hook();
  const name = uniqueName("failing");
  const { turn, failures } = senderTo(
    `targets: [{ name: ${name}, webhook: "${server.url}", allowPrivate: true }]`,
  );
  await turn();
  server.state.status = 503;
  await store(notice("c"));
  await turn();
  await turn();
  expect(server.bodies).toHaveLength(1);
  expect(failures).toEqual([`${name}: it responded with 503`]);
  const { rows } = await pool.query(
    "select failures, next_at > now() as waits, last_error from agent_notice_targets where target = $1",
    [name],
  );
  expect(rows).toEqual([{ failures: 1, waits: true, last_error: "it responded with 503" }]);
  await due();
  server.state.status = 201;
  expect(await turn()).toBe(1);
  await due();
  expect(await turn()).toBe(0);
  expect(server.keys).toHaveLength(2);
  expect(server.keys[0]).toBe(server.keys[1]);
  expect(server.keys[0]).toBe(server.bodies[0]?.notices[0]?.id);
});

test("a muted notice is told to nobody", async () => {
  const { turn, printed } = senderTo(
    `targets: [{ name: ${uniqueName("print")}, stdout: true, everySeconds: 0 }]`,
  );
  await turn();
  await pool.query("insert into agent_notice_mutes (agent_name) values ('noisy')");
  await store(notice("d", { agentName: "noisy" }), notice("e"));
  await turn();
  expect(printed.map((line) => (JSON.parse(line) as { notice: { title: string } }).notice.title)).toEqual([
    "loop e",
  ]);
});

test("by NOTIFY, a topic and standard output", async () => {
  const channel = uniqueName("channel").replaceAll(/\W/g, "_");
  const topic = uniqueName("notices");
  const listener = new pg.Client({ connectionString: String(pool.options.connectionString) });
  await listener.connect();
  onTestFinished(() => listener.end());
  const heard: string[] = [];
  listener.on("notification", ({ payload }) => heard.push(payload ?? ""));
  await listener.query(`listen ${channel}`);
  const admin = testClient(kafkaBootstrap()).admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  await makeTopics(admin, [{ topic, numPartitions: 1, replicationFactor: 1 }]);
  const { turn, printed } = senderTo(
    `targets: [{ name: ${uniqueName("n")}, notify: ${channel} }, { name: ${uniqueName("t")}, topic: ${topic} }, { name: ${uniqueName("s")}, stdout: true }]`,
  );
  await turn();
  await store(notice("f", { evidence: { big: "x".repeat(9_000) } }));
  await turn();
  const titleOf = (text: string) => (JSON.parse(text) as { title: string }).title;
  await expect.poll(() => heard.map(titleOf)).toEqual(["loop f"]);
  expect((JSON.parse(printed[0] ?? "{}") as { notice: { title: string } }).notice.title).toBe("loop f");
  expect((await readTopic(kafkaBootstrap(), topic)).map(({ event }) => event.title)).toEqual(["loop f"]);
});
