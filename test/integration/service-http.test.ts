import { expect, test } from "vitest";
import { ConfigError } from "../../src/errors.js";
import { type ServiceOptions, startService } from "../../src/service.js";
import { until } from "../helpers/until.js";
import { actions, createHarness, untilConsumed } from "./consumer-harness.js";
import { getJson, startServiceProcess } from "./service-process.js";

const harness = await createHarness();
const options = (overrides: ServiceOptions = {}): ServiceOptions => ({
  ...harness.options(),
  http: { port: 0 },
  ...overrides,
});

test("health, readiness and metrics tell what the specification shows, and more", async () => {
  const service = await startService(options());
  expect((await fetch(`${service.url}/health`)).status).toBe(200);
  await service.consumer.ready;
  await harness.produce("action", [...actions(30), { value: "bad" }]);
  await untilConsumed(service.consumer, 31);
  expect(await getJson(`${service.url}/health`)).toMatchObject({
    status: 200,
    body: { status: "healthy", consumer: "running", problems: [], postgres: "ok", lag: 0 },
  });
  expect(await getJson(`${service.url}/ready`)).toMatchObject({ status: 200, body: { ready: true } });
  expect((await getJson(`${service.url}/metrics`)).body).toMatchObject({
    messages_consumed: 31,
    messages_inserted: 30,
    messages_failed: 1,
  });
  const text = await (await fetch(`${service.url}/metrics`, { headers: { accept: "text/plain" } })).text();
  expect(text).toContain(
    `agent_actions_consumer_messages_total{topic="${harness.topics.action}",outcome="inserted"} 30\n`,
  );
  expect(text).toContain('agent_actions_consumer_dead_letters_total{reason="not_json"} 1\n');
  expect(text).toContain("agent_actions_statistics_failures_total 0\n");
  // Other files' transactions hold the change feed up for a while: it is one server.
  await expect
    .poll(() => harness.query("select sum(actions)::int as actions from agent_runs"), { timeout: 60_000 })
    .toEqual([{ actions: 30 }]);
  await service.stop();
  expect(await service.done).toBeUndefined();
  await expect(fetch(`${service.url}/health`)).rejects.toThrow();
});

test("while Postgres is away, health is 503 after a while, without any record to store", async () => {
  const service = await startService(
    options({ postgres: { host: "127.0.0.1", port: 1, user: "nobody" }, unhealthyAfterMillis: 500 }),
  );
  await until(async () => (await getJson(`${service.url}/health`)).status === 503);
  const { body } = await getJson(`${service.url}/health`);
  expect(body).toMatchObject({ status: "unhealthy", postgres: "failing" });
  expect(String(body.problems)).toMatch(/Postgres fails for/);
  expect((await getJson(`${service.url}/ready`)).status).toBe(503);
  await service.stop();
});

test("all problems of the configuration come at once, before anything connects", async () => {
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: "nowhere",
    POSTGRES_PORT: "x",
    BATCH_SIZE: "0",
    BATCH_TIMEOUT_MS: "soon",
    HEALTH_CHECK_PORT: "-1",
    LOG_LEVEL: "loud",
    AGENT_ACTIONS_CONSUMER_RETRIES: "many",
  };
  const error = await startService({ env }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  if (!(error instanceof ConfigError)) return;
  expect(error.problems).toHaveLength(7);
  for (const variable of Object.keys(env)) expect(error.message).toContain(variable);
});

test("a taken port is told before the consumer starts", async () => {
  const service = await startService(options());
  const port = Number(new URL(service.url).port);
  await expect(startService(options({ http: { port } }))).rejects.toThrow(
    `HEALTH_CHECK_PORT ${port} is taken`,
  );
  await service.stop();
});

test("an aborted signal stops it in order", async () => {
  const aborter = new AbortController();
  const service = await startService(options({ signal: aborter.signal }));
  await service.consumer.ready;
  aborter.abort();
  expect(await service.done).toBeUndefined();
  expect(service.consumer.status().state).toBe("stopped");
});

test("SIGTERM ends the process with 0 and says so in JSON lines, a second signal ends it at once", async () => {
  const running = await startServiceProcess(harness);
  await until(async () => (await getJson(`${running.url}/ready`)).status === 200);
  running.child.kill("SIGTERM");
  expect(await running.exited).toBe(0);
  const messages = running.lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(messages).toContain("joined the group");
  expect(messages.at(-1)).toBe("left the group and stopped");

  const hasty = await startServiceProcess(harness);
  await until(async () => (await getJson(`${hasty.url}/ready`)).status === 200);
  hasty.child.kill("SIGINT");
  hasty.child.kill("SIGTERM");
  // Of two signals at once the process may see either first; and it may have been done before the second.
  expect([0, 130, 143]).toContain(await hasty.exited);
});
