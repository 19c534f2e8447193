import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { EnvReader } from "../../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../../src/config/kafka-settings.js";
import { type OtlpOptions, resolveOtlpSettings } from "../../../src/config/otlp-settings.js";
import { DEFAULT_TOPICS } from "../../../src/event/index.js";
import { startHttpServer } from "../../../src/http/server.js";
import { OtlpStats } from "../../../src/otlp/otlp-stats.js";
import { SpanDelivery } from "../../../src/otlp/span-delivery.js";
import { FakeTransport } from "../exporter/fake-transport.js";
import { signalEndpoints } from "./endpoint-harness.js";
import { jsonRequest, toolSpan } from "./otlp-bodies.js";

const JSON_TYPE = { "content-type": "application/json" };

async function serve(options: OtlpOptions) {
  const delivery = new SpanDelivery({
    kafka: resolveKafkaSettings({}, new EnvReader({})),
    topics: DEFAULT_TOPICS,
    transport: new FakeTransport(),
    env: {},
  });
  const stats = new OtlpStats();
  const settings = resolveOtlpSettings(options, new EnvReader({}));
  const signals = signalEndpoints({ settings, delivery, stats });
  const probes = {
    health: () => ({ status: "healthy" as const, consumer: "running", problems: [] }),
    readiness: () => ({ ready: true }),
    metrics: () => ({}),
    families: () => [],
  };
  const server = await startHttpServer({ host: "127.0.0.1", port: 0, maxConnections: 100 }, probes, {
    signals,
  });
  onTestFinished(async () => {
    await server.stop(100);
    await delivery.close(0);
  });
  return { url: server.url, stats };
}

/** The status of a request whose body is sent in pieces, as far as the server takes them. */
function statusOf(url: string, pieces: readonly Buffer[], headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}/v1/traces`, { method: "POST", headers });
    let status: number | undefined;
    request.on("response", (response) => {
      status = response.statusCode;
      response.resume();
      resolve(status ?? 0);
    });
    // A server that has answered may close before it has heard all.
    request.on("error", (error) => (status === undefined ? reject(error) : undefined));
    for (const piece of pieces) request.write(piece);
    request.end();
  });
}

test("a body that is too large is answered with 413, with a length and without", async () => {
  const { url } = await serve({ maxBodyBytes: 100_000 });
  const pieces = Array.from({ length: 40 }, () => Buffer.alloc(65_536, " "));
  expect(await statusOf(url, pieces, { ...JSON_TYPE, "content-length": String(40 * 65_536) })).toBe(413);
  expect(await statusOf(url, pieces, { ...JSON_TYPE, "transfer-encoding": "chunked" })).toBe(413);
  // The server is as well as before.
  const good = await fetch(`${url}/v1/traces`, {
    method: "POST",
    headers: JSON_TYPE,
    body: jsonRequest([toolSpan(0)]),
  });
  expect(good.status).toBe(200);
});

test("without the token a request is refused whatever its size", async () => {
  const { url } = await serve({ token: "s3cret" });
  const pieces = Array.from({ length: 20 }, () => Buffer.alloc(65_536, " "));
  expect(await statusOf(url, pieces, { ...JSON_TYPE, "transfer-encoding": "chunked" })).toBe(401);
});

test("a sender that breaks off in the middle does no harm", async () => {
  const { url, stats } = await serve({});
  const { port } = new URL(url);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), "127.0.0.1", () => {
      socket.write(
        "POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{",
      );
      setTimeout(() => socket.destroy(), 50);
    });
    socket.on("close", () => resolve());
  });
  const good = await fetch(`${url}/v1/traces`, {
    method: "POST",
    headers: JSON_TYPE,
    body: jsonRequest([toolSpan(0)]),
  });
  expect(good.status).toBe(200);
  expect(stats.snapshot().events).toBe(1);
});
