import { once } from "node:events";
import { connect } from "node:http2";
import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import pino from "pino";
import { afterEach, describe, expect, test } from "vitest";
import { EventQuota } from "../../../src/access/event-quota.js";
import { EnvReader } from "../../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../../src/config/kafka-settings.js";
import { type OtlpOptions, resolveOtlpSettings } from "../../../src/config/otlp-settings.js";
import { DEFAULT_TOPICS } from "../../../src/event/index.js";
import { startGrpcServer } from "../../../src/otlp/grpc/grpc-server.js";
import { OtlpStats } from "../../../src/otlp/otlp-stats.js";
import { createIntakes } from "../../../src/otlp/signal-intake.js";
import { SpanDelivery } from "../../../src/otlp/span-delivery.js";
import { intakeAccess } from "../../helpers/access.js";
import { away, FakeTransport, heldBack } from "../exporter/fake-transport.js";
import { protobufLogs, toolLog } from "./log-bodies.js";
import { protobufRequest, toolSpan } from "./otlp-bodies.js";

const PATHS = {
  traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
  logs: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
  metrics: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
};
type Signal = keyof typeof PATHS;

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function intake(options: OtlpOptions = {}) {
  const transport = new FakeTransport();
  const delivery = new SpanDelivery({
    kafka: resolveKafkaSettings({}, new EnvReader({})),
    topics: DEFAULT_TOPICS,
    transport,
    env: { AGENT_ACTIONS_EXPORTER_LINGER_MS: "0" },
  });
  const settings = resolveOtlpSettings({ ackTimeoutMillis: 60_000, ...options }, new EnvReader({}));
  const stats = new OtlpStats();
  const log = pino({ level: "silent" });
  const intakes = createIntakes({ settings, quota: new EventQuota(undefined), delivery, stats, log });
  const access = intakeAccess(settings.token);
  const server = await startGrpcServer({ host: "127.0.0.1", port: 0, settings, intakes, access, stats, log });
  endings.push(
    () => delivery.close(0),
    () => server.stop(50),
  );
  const names = () =>
    transport.landed
      .filter(({ kind }) => kind === "action")
      .map(({ value }) => JSON.parse(value.toString()).action_name);
  return { transport, stats, names, address: `127.0.0.1:${server.port}` };
}

/** What a client of another kind sends: bytes. */
function call(address: string, signal: Signal, bytes: Uint8Array, token?: string, gzip = false) {
  const client = new Client(address, credentials.createInsecure(), {
    // A connection of its own: on one, a call more than may be waits for its turn.
    "grpc.use_local_subchannel_pool": 1,
    ...(gzip && { "grpc.default_compression_algorithm": 2 }),
  });
  endings.push(() => client.close());
  const metadata = new Metadata();
  if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
  const asIs = (given: Buffer) => given;
  return new Promise<Buffer>((resolve, reject) => {
    client.makeUnaryRequest(PATHS[signal], asIs, asIs, Buffer.from(bytes), metadata, (error, response) =>
      error ? reject(error) : resolve(response ?? Buffer.alloc(0)),
    );
  });
}

const failure = (sent: Promise<unknown>): Promise<ServiceError> =>
  sent.then(
    () => {
      throw new Error("the call was taken");
    },
    (error: ServiceError) => error,
  );

/** `google.rpc.RetryInfo` in the details of a status: its type and its seconds. */
const retryDetails = ({ metadata }: ServiceError): string => {
  const [details] = metadata.get("grpc-status-details-bin");
  return details === undefined ? "" : Buffer.from(details).toString("latin1");
};

test("spans and log records become events, and metrics are taken", async () => {
  const { address, names, stats } = await intake();
  expect(await call(address, "traces", protobufRequest([toolSpan(0)]))).toHaveLength(0);
  expect(await call(address, "logs", protobufLogs([toolLog(0)]), undefined, true)).toHaveLength(0);
  expect(await call(address, "metrics", new Uint8Array([10, 0]))).toHaveLength(0);
  expect(names()).toEqual(["tool-0", "Bash"]);
  expect(stats.snapshot()).toMatchObject({
    requests: 3,
    spans: 1,
    log_records: 1,
    metric_requests: 1,
    events: 2,
  });
});

test("what cannot be read of a request is a partial success, as over HTTP", async () => {
  const { address, names } = await intake();
  const response = await call(address, "logs", protobufLogs([{ ...toolLog(0), time: "0" }, toolLog(1)]));
  expect(response.toString()).toContain("neither timeUnixNano");
  expect(names()).toEqual(["Bash"]);
});

describe("a call is refused", () => {
  test("without the token, before its body is read", async () => {
    const { address, stats } = await intake({ token: "s3cret" });
    for (const token of [undefined, "wrong"]) {
      const error = await failure(call(address, "traces", protobufRequest([toolSpan(0)]), token));
      expect(error.code).toBe(16);
      expect(error.details).not.toContain("s3cret");
    }
    await call(address, "traces", protobufRequest([toolSpan(0)]), "s3cret");
    expect(stats.snapshot()).toMatchObject({ requests: 3, spans: 1, rejected: { unauthorized: 2 } });
  });

  test("for good, where it is no request or has too many items", async () => {
    const { address } = await intake({ maxSpans: 1 });
    const broken = await failure(call(address, "traces", new Uint8Array([10, 99])));
    expect([broken.code, retryDetails(broken)]).toEqual([3, ""]);
    const large = await failure(call(address, "traces", protobufRequest([toolSpan(0), toolSpan(1)])));
    expect([large.code, retryDetails(large)]).toEqual([8, ""]);
  });

  test("where its message is larger than it may be, also when it is small on the wire", async () => {
    const { address, names } = await intake({ maxDecodedBytes: 100_000 });
    const attributes = [{ key: "long", value: { stringValue: "x".repeat(200_000) } }];
    const large = protobufRequest([toolSpan(0, { attributes })]);
    for (const gzip of [false, true])
      expect((await failure(call(address, "traces", large, undefined, gzip))).code).toBe(8);
    expect(names()).toEqual([]);
  });

  test("for a while, with the time after which to repeat it, while Kafka is away", async () => {
    const { address, transport } = await intake({ ackTimeoutMillis: 100 });
    transport.answer = away;
    const error = await failure(call(address, "traces", protobufRequest([toolSpan(0)])));
    expect(error.code).toBe(14);
    expect(retryDetails(error)).toContain("type.googleapis.com/google.rpc.RetryInfo");
    expect(retryDetails(error).endsWith("\x12\x04\x0a\x02\x08\x05")).toBe(true);
  });

  test("for a while, when as many are worked on as may be, and what is worked on is taken", async () => {
    const { address, transport, stats } = await intake({ maxRequests: 1 });
    const held = heldBack();
    transport.answer = held.answer;
    const sent = call(address, "traces", protobufRequest([toolSpan(0)]));
    await held.asked;
    const error = await failure(call(address, "logs", protobufLogs([toolLog(0)])));
    expect([error.code, retryDetails(error).includes("RetryInfo")]).toEqual([14, true]);
    held.release({ status: "sent" });
    transport.answer = async () => ({ status: "sent" });
    await sent;
    expect(stats.snapshot().rejected.busy).toBe(1);
    await call(address, "logs", protobufLogs([toolLog(0)]));
  });

  test("where it has two messages, and keeps no place of those that are worked on", async () => {
    const { address, names } = await intake({ maxRequests: 1 });
    const session = connect(`http://${address}`);
    endings.push(() => session.destroy());
    const body = protobufRequest([toolSpan(0)]);
    const message = Buffer.concat([Buffer.alloc(5), body]);
    message.writeUInt32BE(body.length, 1);
    const stream = session.request({
      ":method": "POST",
      ":path": PATHS.traces,
      "content-type": "application/grpc",
      te: "trailers",
    });
    let status: unknown;
    stream.on("response", (headers) => {
      status = headers["grpc-status"];
    });
    stream.resume().end(Buffer.concat([message, message]));
    await once(stream, "close");
    expect(Number(status)).toBe(12);
    await call(address, "traces", protobufRequest([toolSpan(1)]));
    expect(names()).toEqual(["tool-1"]);
  });
});
