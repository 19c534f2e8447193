import { ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { describe, expect, test } from "vitest";
import { EnvReader } from "../../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../../src/config/kafka-settings.js";
import { resolveOtlpSettings } from "../../../src/config/otlp-settings.js";
import { DEFAULT_TOPICS } from "../../../src/event/index.js";
import { OtlpStats } from "../../../src/otlp/otlp-stats.js";
import { SpanDelivery } from "../../../src/otlp/span-delivery.js";
import { OTHER_EVENTS } from "../../../src/otlp/unknown-events.js";
import { away, FakeTransport, heldBack } from "../exporter/fake-transport.js";
import { signalEndpoints } from "./endpoint-harness.js";
import { decisionLog, jsonLogs, type LogParts, logOf, protobufLogs, toolLog } from "./log-bodies.js";
import { jsonRequest, toolSpan } from "./otlp-bodies.js";

const TYPES = { json: "application/json", protobuf: "application/x-protobuf" };

function intake({ quota, ackTimeoutMillis = 60_000 }: { quota?: number; ackTimeoutMillis?: number } = {}) {
  const transport = new FakeTransport();
  const delivery = new SpanDelivery({
    kafka: resolveKafkaSettings({}, new EnvReader({})),
    topics: DEFAULT_TOPICS,
    transport,
    env: { AGENT_ACTIONS_EXPORTER_LINGER_MS: "0" },
  });
  const settings = resolveOtlpSettings({ ackTimeoutMillis }, new EnvReader({}));
  const stats = new OtlpStats();
  const endpoints = signalEndpoints({ settings, delivery, stats, ...(quota !== undefined && { quota }) });
  const post = (signal: keyof typeof endpoints, body: string | Uint8Array, encoding: keyof typeof TYPES) =>
    endpoints[signal](
      new Request(`http://service/v1/${signal}`, {
        method: "POST",
        body: body as string,
        headers: { "content-type": TYPES[encoding] },
      }),
    );
  const send = (records: readonly LogParts[]) => post("logs", jsonLogs(records), "json");
  const landed = () =>
    transport.landed
      .filter(({ kind }) => kind === "action")
      .map(({ value }) => JSON.parse(value.toString()) as Record<string, unknown>);
  return { transport, stats, post, send, landed };
}

describe("log records that are taken", () => {
  test("in JSON and in protobuf become the same events", async () => {
    const records = [toolLog(0), decisionLog(1, "reject"), logOf("hook_registered")];
    const [json, protobuf] = [intake(), intake()];
    const inJson = await json.post("logs", jsonLogs(records), "json");
    expect([inJson.status, await inJson.json()]).toEqual([200, {}]);
    const binary = await protobuf.post("logs", protobufLogs(records), "protobuf");
    expect([binary.status, (await binary.arrayBuffer()).byteLength]).toEqual([200, 0]);
    expect(json.landed().map(({ action_type: type, action_name: name }) => [type, name])).toEqual([
      ["tool_call", "Bash"],
      ["decision", "Bash"],
    ]);
    expect(protobuf.landed()).toEqual(json.landed());
    expect(json.stats.snapshot()).toMatchObject({ requests: 1, log_records: 3, events: 2, not_actions: 1 });
  });

  test("are answered only after Kafka has them", async () => {
    const { transport, send } = intake();
    const held = heldBack();
    transport.answer = held.answer;
    let answered = false;
    const answer = send([toolLog(0)]).finally(() => {
      answered = true;
    });
    await held.asked;
    expect(answered).toBe(false);
    held.release({ status: "sent" });
    expect((await answer).status).toBe(200);
  });

  test("make one event of a call whose beginning and end come together, and a running one of a beginning alone", async () => {
    const { send, landed, stats } = intake();
    await send([decisionLog(0, "accept"), toolLog(0), decisionLog(1, "accept")]);
    expect(landed().map(({ call_key: key, status }) => [key, status])).toEqual([
      [expect.stringContaining("0000"), "ok"],
      [expect.stringContaining("0001"), "running"],
    ]);
    expect(stats.snapshot()).toMatchObject({ events: 2, deduplicated: 1 });
  });
});

describe("log records that are not taken", () => {
  test("without a time are named, and the others are taken", async () => {
    const { post, landed } = intake();
    const records = [{ ...toolLog(0), time: "0" }, toolLog(1)];
    const answer = await post("logs", jsonLogs(records), "json");
    expect(await answer.json()).toEqual({
      partialSuccess: {
        rejectedLogRecords: "1",
        errorMessage: expect.stringContaining(
          "resourceLogs[0].scopeLogs[0].logRecords[0]: neither timeUnixNano",
        ),
      },
    });
    expect(landed()).toHaveLength(1);
    const binary = await intake().post("logs", protobufLogs(records), "protobuf");
    const read = ProtobufLogsSerializer.deserializeResponse(new Uint8Array(await binary.arrayBuffer()));
    expect(Number(read.partialSuccess?.rejectedLogRecords)).toBe(1);
  });

  test.each([
    ["not JSON", "{", 400],
    ["no list", '{"resourceLogs":1}', 400],
  ])("as %s are refused", async (_, body, status) => {
    expect((await intake().post("logs", body, "json")).status).toBe(status);
  });

  test("while Kafka is away are asked for again", async () => {
    const { transport, send } = intake({ ackTimeoutMillis: 100 });
    transport.answer = away;
    const answer = await send([toolLog(0)]);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
  });

  test("above the quota are asked for later", async () => {
    const { send, stats } = intake({ quota: 1 });
    expect((await send([toolLog(0), toolLog(1)])).status).toBe(200);
    expect((await send([toolLog(2), toolLog(3)])).status).toBe(429);
    expect(stats.snapshot().rejected.quota).toBe(2);
  });
});

test("events that nobody knows are counted by name, program and version, so many at most", async () => {
  const { send, stats } = intake();
  await send([logOf("thought"), logOf("thought"), { ...logOf("x"), body: "just a message", attributes: {} }]);
  const { program, version } = stats.snapshot().unknown_events[0] ?? {};
  expect(stats.snapshot().unknown_events).toEqual([
    { event: "claude_code.thought", program, version, count: 2 },
    { event: "unnamed", program, version, count: 1 },
  ]);
  await send(Array.from({ length: 200 }, (_, index) => logOf(`thought_${index}`)));
  const counts = stats.snapshot().unknown_events;
  expect(counts.length).toBe(101);
  expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(203);
  expect(counts.find(({ event }) => event === OTHER_EVENTS)?.count).toBe(102);
});

test("metrics are taken, counted, and not stored", async () => {
  const { post, stats, landed } = intake();
  for (const [body, encoding] of [
    ["{}", "json"],
    [new Uint8Array([10, 0]), "protobuf"],
  ] as const)
    expect((await post("metrics", body, encoding)).status).toBe(200);
  expect(stats.snapshot()).toMatchObject({ requests: 2, metric_requests: 2, events: 0 });
  expect(landed()).toEqual([]);
});

describe("the contents of a model's call, in log records of its span,", () => {
  const context = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
  const ANSWERED = [
    { role: "assistant", parts: [{ type: "tool_call", id: "call-0", name: "tool-0", arguments: { a: 1 } }] },
    {
      role: "tool",
      parts: [{ type: "tool_call_response", id: "call-0", response: "the user denied the call" }],
    },
  ];
  const details: LogParts = {
    ...context,
    time: "1790000001000000000",
    eventName: "gen_ai.client.inference.operation.details",
    attributes: { "gen_ai.operation.name": "chat", "gen_ai.input.messages": JSON.stringify(ANSWERED) },
  };

  test("tell of calls that no span recorded", async () => {
    const { send, landed, stats } = intake();
    await send([details]);
    expect(landed()).toMatchObject([
      {
        action_type: "decision",
        action_name: "tool-0",
        action_details: { decision_result: { approved: false } },
      },
    ]);
    expect(stats.snapshot()).toMatchObject({ log_records: 1, events: 1 });
  });

  test("say the id of a call whose span does not know it", async () => {
    const { post, landed } = intake();
    const output = [
      {
        role: "assistant",
        parts: [{ type: "tool_call", id: "call-7", name: "tool-0", arguments: { a: 1 } }],
      },
    ];
    const attributes = { "gen_ai.output.messages": JSON.stringify(output) };
    // Of the same resource as the span.
    await post("logs", jsonLogs([{ ...details, time: "1789999999000000000", attributes }], {}), "json");
    const span = toolSpan(0) as { attributes: { key: string }[] };
    const without = span.attributes.filter(({ key }) => key !== "gen_ai.tool.call.id");
    const called = { key: "gen_ai.tool.call.arguments", value: { stringValue: '{"a":1}' } };
    await post("traces", jsonRequest([{ ...span, attributes: [...without, called] }]), "json");
    expect(landed()).toMatchObject([{ action_type: "tool_call", tool_call_id: "call-7" }]);
  });

  test("may come as one record for each message", async () => {
    const { send, landed } = intake();
    const message = (name: string, body: object): LogParts => ({
      ...context,
      time: "1790000001000000000",
      attributes: { "event.name": name },
      body,
    });
    await send([
      message("gen_ai.assistant.message", {
        tool_calls: [{ id: "call-0", type: "function", function: { name: "tool-0", arguments: '{"a":1}' } }],
      }),
      message("gen_ai.tool.message", { id: "call-0", content: "the user denied the call" }),
    ]);
    expect(landed()).toMatchObject([{ action_type: "decision", action_name: "tool-0" }]);
  });
});
