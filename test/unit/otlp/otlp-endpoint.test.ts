import { gzipSync } from "node:zlib";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import fc from "fast-check";
import { PbfReader } from "pbf";
import { describe, expect, test } from "vitest";
import { EnvReader } from "../../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../../src/config/kafka-settings.js";
import { type OtlpOptions, resolveOtlpSettings } from "../../../src/config/otlp-settings.js";
import { DEFAULT_TOPICS } from "../../../src/event/index.js";
import { createApp } from "../../../src/http/app.js";
import { OtlpStats, otlpFamilies } from "../../../src/otlp/otlp-stats.js";
import { SpanDelivery } from "../../../src/otlp/span-delivery.js";
import { until } from "../../helpers/until.js";
import { away, FakeTransport, heldBack, refusing } from "../exporter/fake-transport.js";
import { signalEndpoints } from "./endpoint-harness.js";
import { httpSpan, jsonRequest, protobufRequest, toolSpan } from "./otlp-bodies.js";

const JSON_TYPE = { "content-type": "application/json" };
const PROTOBUF_TYPE = { "content-type": "application/x-protobuf" };

function intake(options: OtlpOptions = {}, env: NodeJS.ProcessEnv = {}, quota?: number) {
  const transport = new FakeTransport();
  const kafka = resolveKafkaSettings({}, new EnvReader({}));
  const delivery = new SpanDelivery({
    kafka,
    topics: DEFAULT_TOPICS,
    transport,
    env: { AGENT_ACTIONS_EXPORTER_LINGER_MS: "0", ...env },
  });
  const settings = resolveOtlpSettings({ ackTimeoutMillis: 60_000, ...options }, new EnvReader({}));
  const stats = new OtlpStats();
  const { traces: endpoint } = signalEndpoints({
    settings,
    delivery,
    stats,
    ...(quota !== undefined && { quota }),
  });
  const send = (body: string | Uint8Array | ReadableStream, headers: Record<string, string> = JSON_TYPE) =>
    endpoint(
      new Request("http://service/v1/traces", {
        method: "POST",
        body,
        headers,
        duplex: "half",
      } as RequestInit),
    );
  const landed = () => transport.landed.filter(({ kind }) => kind === "action");
  const names = () => landed().map(({ value }) => JSON.parse(value.toString()).action_name);
  return { transport, delivery, stats, endpoint, send, landed, names };
}

/** `google.rpc.Status` or the partial success of a protobuf answer: a number and a text. */
async function readProtobuf(response: Response): Promise<{ number?: number; text?: string }> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const readInto = (tag: number, result: { number?: number; text?: string }, reader: PbfReader) => {
    if (tag === 1) result.number = reader.readVarint();
    if (tag === 2) result.text = reader.readString();
  };
  return new PbfReader(bytes).readFields(readInto, {});
}

describe("spans that are taken", () => {
  test("in JSON and in protobuf become the same events", async () => {
    const spans = [toolSpan(0), httpSpan(1), toolSpan(2)];
    const json = intake();
    const answer = await json.send(jsonRequest(spans), { "content-type": "application/json; charset=utf-8" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toEqual({});

    const protobuf = intake();
    const binary = await protobuf.send(protobufRequest(spans), PROTOBUF_TYPE);
    expect(binary.status).toBe(200);
    expect(binary.headers.get("content-type")).toBe("application/x-protobuf");
    expect((await binary.arrayBuffer()).byteLength).toBe(0);

    expect(json.names()).toEqual(["tool-0", "tool-2"]);
    expect(protobuf.landed().map(({ value }) => value.toString())).toEqual(
      json.landed().map(({ value }) => value.toString()),
    );
    expect(json.stats.snapshot()).toMatchObject({ requests: 1, spans: 3, events: 2, not_actions: 1 });
  });

  test("may be compressed", async () => {
    const { send, names } = intake();
    const answer = await send(gzipSync(protobufRequest([toolSpan(0)])), {
      ...PROTOBUF_TYPE,
      "content-encoding": "gzip",
    });
    expect(answer.status).toBe(200);
    expect(names()).toEqual(["tool-0"]);
  });

  test("are answered only after Kafka has them", async () => {
    const { transport, send } = intake();
    const held = heldBack();
    transport.answer = held.answer;
    let answered = false;
    const answer = send(jsonRequest([toolSpan(0)])).finally(() => {
      answered = true;
    });
    await held.asked;
    expect(answered).toBe(false);
    held.release({ status: "sent" });
    expect((await answer).status).toBe(200);
  });

  test("know the spans of their request that are around them", async () => {
    const { landed, send } = intake();
    const agent = { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "outer" };
    const attributesOf = (values: object) =>
      Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
    const tool = { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "inner" };
    await send(
      jsonRequest([
        toolSpan(0, { parentSpanId: "00000000000000aa", attributes: attributesOf(tool) }),
        toolSpan(1, { spanId: "00000000000000aa", attributes: attributesOf(agent) }),
      ]),
    );
    const [event] = landed().map(({ value }) => JSON.parse(value.toString()));
    expect(event).toMatchObject({ action_name: "inner", agent_name: "outer" });
  });

  test("may be more than the queue holds", async () => {
    const { send, names } = intake({}, { AGENT_ACTIONS_EXPORTER_MAX_QUEUE_SIZE: "7" });
    const spans = Array.from({ length: 50 }, (_, index) => toolSpan(index));
    expect((await send(jsonRequest(spans))).status).toBe(200);
    expect(names()).toHaveLength(50);
  });

  test("of which some cannot be read, or are refused by Kafka, are told in the partial success", async () => {
    const { transport, send, stats, names } = intake();
    transport.answer = refusing(({ value }) => value.includes("tool-3"));
    const spans = [
      toolSpan(0),
      toolSpan(1, { traceId: "zz" }),
      toolSpan(2, { startTimeUnixNano: 0 }),
      toolSpan(3),
    ];
    const answer = await send(jsonRequest(spans));
    expect(answer.status).toBe(200);
    const { partialSuccess } = (await answer.json()) as { partialSuccess: Record<string, string> };
    expect(partialSuccess.rejectedSpans).toBe("3");
    expect(partialSuccess.errorMessage).toMatch(
      /spans\[1\]: traceId .+; .+spans\[2\]: startTime.+; Kafka refused 1/,
    );
    expect(names()).toEqual(["tool-0"]);
    expect(stats.snapshot()).toMatchObject({ events: 1, rejected: { unreadable: 2, refused: 1 } });

    const binary = await send(protobufRequest([toolSpan(3)]), PROTOBUF_TYPE);
    const inner = new PbfReader(new Uint8Array(await binary.arrayBuffer()));
    expect(inner.nextField()).toBe(1);
    const partial = inner.readMessage((tag, result: { rejected?: number; message?: string }, reader) => {
      if (tag === 1) result.rejected = reader.readVarint();
      if (tag === 2) result.message = reader.readString();
    }, {});
    expect(partial).toEqual({ rejected: 1, message: "Kafka refused 1 events" });
  });

  test("an empty request is a request", async () => {
    for (const body of ["{}", '{"resourceSpans":[]}', '{"resourceSpans":[{}]}'])
      expect(await (await intake().send(body)).json()).toEqual({});
    expect((await intake().send(new Uint8Array(), PROTOBUF_TYPE)).status).toBe(200);
  });
});

test("actions whose span id is all zeros are told and counted, each of them", async () => {
  const { send, names, stats } = intake();
  const zeros = { spanId: "0".repeat(16) };
  const response = await send(jsonRequest([toolSpan(0, zeros), toolSpan(1), toolSpan(2, zeros)]));
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    partialSuccess: { rejectedSpans: "2", errorMessage: expect.stringContaining("all zeros") },
  });
  expect(names()).toEqual(["tool-1"]);
  expect(stats.snapshot()).toMatchObject({ spans: 3, events: 1, rejected: { unreadable: 2 } });
});

describe("what senders are to send again", () => {
  test("is 503 with Retry-After when Kafka does not acknowledge in time, and lands when they do", async () => {
    const { transport, send, landed, names, stats } = intake({ ackTimeoutMillis: 50 });
    transport.answer = away;
    const answer = await send(protobufRequest([toolSpan(0)]), PROTOBUF_TYPE);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await readProtobuf(answer)).toMatchObject({ number: 14, text: expect.stringContaining("Kafka") });
    transport.answer = () => ({ status: "sent" });
    expect((await send(protobufRequest([toolSpan(0)]), PROTOBUF_TYPE)).status).toBe(200);
    expect(new Set(names())).toEqual(new Set(["tool-0"]));
    expect(new Set(landed().map(({ value }) => value.toString())).size).toBe(1);
    expect(stats.snapshot().rejected.unavailable).toBe(1);
  });

  test("is not taken from what a token may send in a minute", async () => {
    const { transport, send, delivery } = intake({ ackTimeoutMillis: 20 }, {}, 2);
    const ask = async () => (await send(jsonRequest([toolSpan(0), toolSpan(1)]))).status;
    transport.answer = away;
    for (let times = 0; times < 3; times++) expect(await ask()).toBe(503);
    transport.answer = () => ({ status: "sent" });
    // Delivery pauses after a failure, for longer than this request is waited for: a sender sends again until it gets through.
    const statuses = new Set<number>();
    await until(async () => statuses.add(await ask()).has(200));
    expect([...statuses].filter((status) => status !== 503)).toEqual([200]);
    expect(await ask()).toBe(429);
    await delivery.close(0);
  });

  test("does not fill the queue while Kafka is away, however often they do", async () => {
    const { transport, send, delivery } = intake(
      { ackTimeoutMillis: 20 },
      { AGENT_ACTIONS_EXPORTER_MAX_QUEUE_SIZE: "10" },
    );
    transport.answer = away;
    const spans = Array.from({ length: 4 }, (_, index) => toolSpan(index));
    for (let times = 0; times < 6; times++) expect((await send(jsonRequest(spans))).status).toBe(503);
    const { buffered, inFlight } = delivery.stats();
    expect(buffered + inFlight).toBe(4);
    await delivery.close(0);
  });

  test("is 429 with Retry-After while the queue is too full", async () => {
    const { transport, send, delivery, stats } = intake(
      { ackTimeoutMillis: 2_000 },
      { AGENT_ACTIONS_EXPORTER_MAX_QUEUE_SIZE: "5" },
    );
    const held = heldBack();
    transport.answer = held.answer;
    const first = send(jsonRequest([0, 1, 2, 3].map((index) => toolSpan(index))));
    await held.asked;
    const second = await send(jsonRequest([4, 5].map((index) => toolSpan(index))));
    expect(second.status).toBe(429);
    expect(second.headers.get("retry-after")).toBe("1");
    expect(await second.json()).toMatchObject({ code: 8 });
    held.release({ status: "sent" });
    expect((await first).status).toBe(200);
    expect(stats.snapshot().rejected.busy).toBe(1);
    await delivery.close(0);
  });

  test("is 429 while as many requests as may be are worked on", async () => {
    const { transport, send } = intake({ maxRequests: 1 });
    const held = heldBack();
    transport.answer = held.answer;
    const first = send(jsonRequest([toolSpan(0)]));
    await held.asked;
    expect((await send(jsonRequest([toolSpan(1)]))).status).toBe(429);
    held.release({ status: "sent" });
    await first;
    expect((await send(jsonRequest([toolSpan(1)]))).status).toBe(200);
  });

  test("is taken while others send slowly, however many they are", async () => {
    const { send } = intake({ maxRequests: 1 });
    const slow = Array.from({ length: 20 }, () => {
      let end: () => void = () => undefined;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(Buffer.from(jsonRequest([toolSpan(0)])));
          end = () => controller.close();
        },
      });
      return { answer: send(body), end: () => end() };
    });
    expect((await send(jsonRequest([toolSpan(1)]))).status).toBe(200);
    for (const { answer, end } of slow) {
      end();
      expect((await answer).status).toBe(200);
    }
  });

  test("is 503 with Retry-After when the body does not arrive in time", async () => {
    const { send, stats } = intake({ bodyTimeoutMillis: 1 });
    let cancelled = false;
    const answer = await send(
      new ReadableStream({
        cancel() {
          cancelled = true;
        },
      }),
    );
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).not.toBeNull();
    expect(stats.snapshot().rejected.timeout).toBe(1);
    expect(cancelled).toBe(true);
  });

  test("is 429 when more is received than there is memory for", async () => {
    const { send } = intake({ maxRequests: 1, maxBodyBytes: 2_000 });
    const held = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(1_500)),
    });
    void send(held);
    expect((await send(" ".repeat(1_500))).status).toBe(429);
  });

  test("is 503 when the service is being stopped", async () => {
    const { send, delivery } = intake();
    await delivery.close(100);
    expect((await send(jsonRequest([toolSpan(0)]))).status).toBe(503);
  });
});

describe("what is not to be sent again", () => {
  test.each([
    ["text that is no JSON", "{", JSON_TYPE, 400],
    ["JSON that is no request", "[1]", JSON_TYPE, 400],
    ["a list that is none", '{"resourceSpans":7}', JSON_TYPE, 400],
    ["bytes that are no protobuf", Uint8Array.of(0x0a, 0xff), PROTOBUF_TYPE, 400],
    ["gzip that is none", "{}", { ...JSON_TYPE, "content-encoding": "gzip" }, 400],
    ["another compression", "{}", { ...JSON_TYPE, "content-encoding": "br" }, 415],
    ["another media type", "{}", { "content-type": "text/plain" }, 415],
    ["more bytes than may be", " ".repeat(3_000), JSON_TYPE, 413],
    [
      "more bytes when decompressed",
      gzipSync(" ".repeat(9_000)),
      { ...JSON_TYPE, "content-encoding": "gzip" },
      413,
    ],
    ["more spans than may be", jsonRequest([0, 1, 2, 3].map(() => ({}))), JSON_TYPE, 413],
  ])("%s", async (_, body, headers, status) => {
    const { send, transport, stats } = intake({ maxBodyBytes: 2_000, maxDecodedBytes: 4_000, maxSpans: 3 });
    const answer = await send(body, headers);
    expect(answer.status).toBe(status);
    const isProtobuf = headers["content-type"] === PROTOBUF_TYPE["content-type"];
    expect(answer.headers.get("content-type")).toBe(
      isProtobuf ? "application/x-protobuf" : "application/json",
    );
    const { number, text } = isProtobuf
      ? await readProtobuf(answer)
      : await answer.json().then((status) => {
          const { code, message } = status as { code: number; message: string };
          return { number: code, text: message };
        });
    expect(number).toBe(status === 413 ? 8 : 3);
    expect(text).not.toBe("");
    expect(transport.landed).toEqual([]);
    expect(Object.values(stats.snapshot().rejected).reduce((sum, count) => sum + count)).toBe(1);
  });

  test("a body without a length is read no further than it may be", async () => {
    const { send } = intake({ maxBodyBytes: 10_000 });
    let given = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 1_000;
        controller.enqueue(new Uint8Array(1_000));
      },
    });
    expect((await send(endless)).status).toBe(413);
    expect(given).toBeLessThan(20_000);
  });

  test("whatever is in the fields of a span: it is taken or told, never a defect", async () => {
    const { send } = intake();
    const anything = fc.jsonValue({ maxDepth: 4 });
    const span = fc.dictionary(
      fc.constantFrom(...Object.keys(toolSpan(0)), "events", "links", "status", "parentSpanId"),
      anything,
    );
    await fc.assert(
      fc.asyncProperty(span, fc.boolean(), anything, async (made, keepsIds, scope) => {
        const { traceId, spanId, startTimeUnixNano } = toolSpan(0);
        const hostile = { ...made, ...(keepsIds && { traceId, spanId, startTimeUnixNano }) };
        const resourceSpans = [{ resource: scope, scopeSpans: [{ scope, spans: [hostile] }] }];
        expect((await send(JSON.stringify({ resourceSpans }))).status).toBe(200);
      }),
      { numRuns: 200 },
    );
  });

  test("nor does a value of a hundred thousand levels break anything", async () => {
    const value = `${'{"arrayValue":{"values":['.repeat(20_000)}{"stringValue":"deep"}${"]}}".repeat(20_000)}`;
    const body = jsonRequest([toolSpan(0)]).replace(
      '"attributes":[',
      `"attributes":[{"key":"deep","value":${value}},`,
    );
    expect([200, 400]).toContain((await intake().send(body)).status);
  });
});

test.each([
  ["a page of another origin", { origin: "http://evil.test" }, 403],
  ["a page that had its name lead here", { host: "evil.test:8080", origin: "http://evil.test:8080" }, 403],
  ["a page that no origin is told of", { host: "localhost:8080", "sec-fetch-site": "cross-site" }, 403],
  ["a page of its own", { host: "localhost:8080", origin: "http://localhost:8080" }, 200],
  ["a program behind a proxy", { host: "traces.example.org" }, 200],
])("%s is answered as it may send", async (_, headers, status) => {
  const { send, stats } = intake();
  expect((await send(jsonRequest([toolSpan(0)]), { ...JSON_TYPE, ...headers })).status).toBe(status);
  expect(stats.snapshot().rejected.unauthorized).toBe(status === 200 ? 0 : 1);
});

describe("with a token", () => {
  test.each([
    [undefined, 401],
    ["Bearer wrong", 401],
    ["Basic s3cret", 401],
    ["Bearer s3cret2", 401],
    ["Bearer s3cret", 200],
    ["bearer  s3cret", 200],
  ])("a request that says %s is answered with %i", async (authorization, status) => {
    const { send, stats } = intake({ token: "s3cret" });
    const answer = await send(jsonRequest([toolSpan(0)]), {
      ...JSON_TYPE,
      ...(authorization === undefined ? {} : { authorization }),
    });
    expect(answer.status).toBe(status);
    if (status === 200) return;
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(await answer.text()).not.toContain("s3cret");
    expect(stats.snapshot().rejected.unauthorized).toBe(1);
  });
});

test("the server routes POST /v1/traces there, and nothing else, only when it is switched on", async () => {
  const { endpoint } = intake();
  const probes = {
    health: () => ({ status: "healthy" as const, consumer: "running", problems: [] }),
    readiness: () => ({ ready: true }),
    metrics: () => ({}),
    families: () => [],
  };
  const on = createApp(probes, { signals: { traces: endpoint } });
  const post = { method: "POST", body: jsonRequest([toolSpan(0)]), headers: JSON_TYPE };
  expect((await on.request("/v1/traces", post)).status).toBe(200);
  for (const method of ["GET", "HEAD", "PUT", "DELETE"]) {
    const answer = await on.request("/v1/traces", { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("POST");
  }
  const off = await createApp(probes).request("/v1/traces", post);
  expect(off.status).toBe(404);
  expect(await off.text()).toContain("OTLP is not switched on");
});

test("the metrics are families with the source and the reason as labels", async () => {
  const { send, stats } = intake();
  await send(jsonRequest([toolSpan(0), httpSpan(1)]));
  await send("{");
  const families = otlpFamilies({ http: stats.snapshot() });
  const sample = (name: string, labels: object) =>
    families
      .find((family) => family.name === `agent_actions_otlp_${name}`)
      ?.samples.find((one) => {
        return JSON.stringify(one.labels) === JSON.stringify(labels);
      })?.value;
  expect(sample("requests", { source: "http" })).toBe(2);
  expect(sample("spans", { source: "http" })).toBe(2);
  expect(sample("events", { source: "http" })).toBe(1);
  expect(sample("not_actions", { source: "http" })).toBe(1);
  expect(sample("rejected", { source: "http", reason: "malformed" })).toBe(1);
  expect(otlpFamilies({})).toEqual([]);
});

test("answers in protobuf are what the SDK's serializer reads", async () => {
  const { transport, send } = intake();
  transport.answer = refusing(() => true);
  const answer = await send(protobufRequest([toolSpan(0)]), PROTOBUF_TYPE);
  const read = ProtobufTraceSerializer.deserializeResponse(new Uint8Array(await answer.arrayBuffer()));
  expect(read).toMatchObject({ partialSuccess: { errorMessage: "Kafka refused 1 events" } });
  expect(Number(read.partialSuccess?.rejectedSpans)).toBe(1);
});
