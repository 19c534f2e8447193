import { expect, test } from "vitest";
import { ConfigError } from "../../../src/errors.js";
import type { ServiceProbes } from "../../../src/http/app.js";
import { startHttpServer } from "../../../src/http/server.js";

const probes: ServiceProbes = {
  health: () => ({ status: "healthy", consumer: "running", problems: [] }),
  readiness: () => ({ ready: true }),
  metrics: () => ({}),
  families: () => [],
};
const anyPort = { host: "127.0.0.1", port: 0, maxConnections: 100 };

test("port 0 takes a free port, and the address tells which", async () => {
  const server = await startHttpServer(anyPort, probes);
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d{4,5}$/);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  await server.stop(1_000);
  await expect(fetch(`${server.url}/health`)).rejects.toThrow();
});

test("a taken port is an error of the configuration that says what to do", async () => {
  const server = await startHttpServer(anyPort, probes);
  const port = Number(new URL(server.url).port);
  const second = startHttpServer({ host: "127.0.0.1", port, maxConnections: 100 }, probes);
  await expect(second).rejects.toThrow(ConfigError);
  await expect(second).rejects.toThrow(`HEALTH_CHECK_PORT ${port} is taken on 127.0.0.1`);
  await server.stop(1_000);
});

test("an address that is not this machine's is an error of the configuration", async () => {
  await expect(startHttpServer({ host: "192.0.2.1", port: 0, maxConnections: 100 }, probes)).rejects.toThrow(
    "AGENT_ACTIONS_HTTP_HOST",
  );
});

test("a stop does not wait for clients that keep their connection", async () => {
  const server = await startHttpServer(anyPort, probes);
  const response = await fetch(`${server.url}/health`, { headers: { connection: "keep-alive" } });
  await response.text();
  await server.stop(60_000);
});
