import fc from "fast-check";
import pino from "pino";
import { expect, test } from "vitest";
import { EventQuota } from "../../../src/access/event-quota.js";
import { allowedHosts } from "../../../src/access/same-site.js";
import { EnvReader } from "../../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../../src/config/kafka-settings.js";
import { type OtlpOptions, resolveOtlpSettings } from "../../../src/config/otlp-settings.js";
import { DEFAULT_TOPICS } from "../../../src/event/index.js";
import { createEventEndpoint } from "../../../src/otlp/http/event-endpoint.js";
import { RequestBodies } from "../../../src/otlp/http/request-bodies.js";
import { IntakeStats } from "../../../src/otlp/intake-stats.js";
import { SpanDelivery } from "../../../src/otlp/span-delivery.js";
import { accessBy, type TestToken } from "../../helpers/access.js";
import { until } from "../../helpers/until.js";
import { away, FakeTransport, refusing, sent } from "../exporter/fake-transport.js";

interface IntakeOptions {
  readonly otlp?: OtlpOptions;
  readonly tokens?: Readonly<Record<string, TestToken>>;
}

function intake({ otlp = {}, tokens = {} }: IntakeOptions = {}) {
  const transport = new FakeTransport();
  const delivery = new SpanDelivery({
    kafka: resolveKafkaSettings({}, new EnvReader({})),
    topics: DEFAULT_TOPICS,
    transport,
    env: { AGENT_ACTIONS_EXPORTER_LINGER_MS: "0" },
  });
  const settings = resolveOtlpSettings({ ackTimeoutMillis: 60_000, ...otlp }, new EnvReader({}));
  const stats = new IntakeStats();
  const endpoint = createEventEndpoint({
    settings,
    access: accessBy(tokens, Object.keys(tokens).length === 0 ? ["ingest"] : []),
    hosts: allowedHosts(true, undefined),
    quota: new EventQuota(undefined),
    bodies: new RequestBodies(settings),
    delivery,
    stats,
    log: pino({ level: "silent" }),
  });
  async function send(body: string | Uint8Array, headers: Record<string, string> = {}, query = "") {
    const response = await endpoint(
      new Request(`http://localhost/v1/actions${query}`, {
        method: "POST",
        body,
        headers: { host: "localhost", "content-type": "application/json", ...headers },
      }),
    );
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
  }
  const landed = () => transport.landed.map(({ value }) => value.toString());
  return { transport, stats, send, landed };
}

const action = (fields: object = {}) => ({
  agent_name: "a",
  action_type: "decision",
  action_name: "n",
  ...fields,
});

test("one event, a list, and events by lines are the records that they say", async () => {
  const one = JSON.stringify(action({ action_name: "one" }));
  const two = JSON.stringify(action({ action_name: "two" }));
  for (const body of [`[${one}, ${two}]`, `${one}\n${two}\n`, ` [ ${one} ,\n${two} ] `, `${one}${two}`]) {
    const { send, landed } = intake();
    expect(await send(body)).toMatchObject({
      status: 200,
      body: { accepted: 2, rejected_count: 0, rejected: [] },
    });
    expect(landed()).toEqual([one, two]);
  }
});

test("an event is sent as it was written, with all digits of its numbers", async () => {
  const { send, landed } = intake();
  const text = `{"agent_name": "a", "action_type": "decision", "action_name": "n", "action_details": {"n": 12345678901234567890.10}}`;
  await send(text);
  expect(landed()).toEqual([text]);
});

test("secrets are hidden on the way", async () => {
  const { send, landed } = intake();
  await send(JSON.stringify(action({ action_details: { password: "hunter2", note: "fine" } })));
  expect(landed().join()).not.toContain("hunter2");
  expect(landed().join()).toContain("fine");
});

test("an event that breaks the contract is named, and the others are taken", async () => {
  const { send, landed, stats } = intake();
  const { status, body } = await send(JSON.stringify([action(), { agent_name: "a" }, 5, action()]));
  expect(status).toBe(200);
  expect(body).toMatchObject({ accepted: 2, rejected_count: 2 });
  expect(body.rejected.map(({ index }: { index: number }) => index)).toEqual([1, 2]);
  expect(body.rejected[0].reasons.join()).toContain("action_type");
  expect(body.rejected[1].reasons).toEqual(["it has to be a JSON object"]);
  expect(landed()).toHaveLength(2);
  expect(stats.snapshot()).toMatchObject({ requests: 1, events: 2, rejected: 2 });
  expect((await send("[{}]")).status).toBe(400);
  expect((await send("[]")).body.detail).toContain("no events");
});

test("events of other kinds go to their topics", async () => {
  const { send, transport } = intake();
  const { status } = await send(
    JSON.stringify({ execution_id: "e", status: "success" }),
    {},
    "?kind=execution",
  );
  expect(status).toBe(200);
  expect(transport.landed[0]?.kind).toBe("execution");
  expect((await send("{}", {}, "?kind=thought")).body.detail).toContain("kind has to be one of action");
});

test("200 comes after Kafka's acknowledgement only", async () => {
  const { send, transport } = intake({ otlp: { ackTimeoutMillis: 50 } });
  transport.answer = away;
  const { status, headers } = await send(JSON.stringify(action()));
  expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
});

test("what Kafka will never take is named by its place in the request", async () => {
  const { send, transport } = intake();
  transport.answer = refusing(() => true);
  const { status, body } = await send(JSON.stringify([5, action()]));
  expect(status).toBe(400);
  expect(body.rejected.map(({ index }: { index: number }) => index)).toEqual([0, 1]);
});

test("a token for a project sends events of that project, as many as it may", async () => {
  const shop: TestToken = { name: "shop", scopes: ["ingest"], projects: ["shop"], eventsPerMinute: 2 };
  const { send, landed, stats } = intake({ tokens: { s: shop, r: { scopes: ["read"] } } });
  const authorization = "Bearer s";
  const events = JSON.stringify([action({ project_name: "shop" }), action({ project_name: "other" })]);
  expect((await send(events)).status).toBe(401);
  expect((await send(events, { authorization: "Bearer r" })).status).toBe(403);
  expect(await send(events, { authorization })).toMatchObject({
    status: 200,
    body: { accepted: 1, rejected_count: 1 },
  });
  expect((await send(events, { authorization })).status).toBe(200);
  const over = await send(events, { authorization });
  expect([over.status, Number(over.headers.get("retry-after")) > 0]).toEqual([429, true]);
  expect(landed()).toHaveLength(2);
  expect(stats.snapshot()).toMatchObject({ over_quota: 1, refused_requests: { unauthorized: 2 } });
});

test("what Kafka does not take, or refuses, is not taken from what a token may send", async () => {
  const shop: TestToken = { name: "shop", scopes: ["ingest"], eventsPerMinute: 2 };
  // Long enough for a refusal to come, on a machine on which everything waits.
  const { send, transport } = intake({ tokens: { s: shop }, otlp: { ackTimeoutMillis: 2_000 } });
  const authorization = "Bearer s";
  const two = JSON.stringify([action(), action()]);
  const ask = async () => (await send(two, { authorization })).status;
  transport.answer = refusing(() => true);
  for (let times = 0; times < 3; times++) expect(await ask()).toBe(400);
  transport.answer = away;
  for (let times = 0; times < 3; times++) expect(await ask()).toBe(503);
  transport.answer = sent;
  // Delivery pauses after a failure, for longer than this request is waited for: a sender sends again until it gets through.
  const statuses = new Set<number>();
  await until(async () => statuses.add(await ask()).has(200));
  expect([...statuses].filter((status) => status !== 503)).toEqual([200]);
  expect(await ask()).toBe(429);
});

test("pages of other origins, other types and broken bodies are refused", async () => {
  const { send } = intake();
  const body = JSON.stringify(action());
  expect((await send(body, { origin: "http://evil.test" })).status).toBe(403);
  expect((await send(body, { host: "evil.test" })).status).toBe(421);
  expect((await send(body, { "content-type": "text/plain" })).status).toBe(415);
  for (const broken of ["{", "[", "[{}", "{}]", '"', "[1 2]", "[,]", "]", "{}}"])
    expect((await send(broken)).status, broken).toBe(400);
  expect((await send(Buffer.from([0x7b, 0xff, 0x7d]))).body.detail).toContain("UTF-8");
});

test("more events than a request may have are refused whole", async () => {
  const { send, landed } = intake({ otlp: { maxSpans: 2 } });
  expect((await send(`[${[1, 2, 3].map(() => JSON.stringify(action())).join()}]`)).status).toBe(413);
  expect(landed()).toEqual([]);
});

test("whatever the body is, each of its events is taken or named, or all of it is refused", async () => {
  const { send, transport } = intake();
  const anyBody = fc.oneof(
    fc.string(),
    fc.json(),
    fc.array(fc.oneof(fc.constant(action()), fc.jsonValue())).map((list) => JSON.stringify(list)),
    fc
      .array(fc.oneof(fc.constant(action()), fc.jsonValue()))
      .map((list) => list.map((item) => JSON.stringify(item)).join("\n")),
  );
  await fc.assert(
    fc.asyncProperty(anyBody, async (text) => {
      const before = transport.landed.length;
      const { status, body } = await send(text === "" ? " " : text);
      expect([200, 400]).toContain(status);
      expect(transport.landed.length - before).toBe(status === 200 ? body.accepted : 0);
    }),
    { numRuns: 300 },
  );
});

test("the record of an event with a call key says whose token brought it, whatever the event says", async () => {
  const { send, transport } = intake({ tokens: { secret: { name: "ci", scopes: ["ingest"] } } });
  const events = [action({ call_key: "toolu_1", sender: "else" }), action()];
  const sent = await send(JSON.stringify(events), { authorization: "Bearer secret" });
  expect(sent.status).toBe(200);
  expect(transport.landed.map(({ headers }) => headers.sender)).toEqual(["ci", undefined]);
});
