import { afterAll, expect, test } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { startPostgres } from "../../src/devstack/postgres.js";
import { ShutdownError } from "../../src/errors.js";
import { migrate } from "../../src/store/migrate.js";
import { until } from "../helpers/until.js";
import { actions, createHarness, startLoad, untilConsumed, wrongRows } from "./consumer-harness.js";

const sleep = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

// A server of its own: the others would not like to be stopped.
const postgres = await startPostgres();
// Before the harness, which has to let go of it first: hooks run in reverse order.
afterAll(() => postgres.close());
const harness = await createHarness({ databaseUrl: postgres.url });

/** Short, so that an outage of seconds is long. Six seconds of session are the least that a broker allows. */
const IMPATIENT = { unhealthyAfterMillis: 2_000, sessionTimeoutMillis: 6_000, shutdownDeadlineMillis: 3_000 };

test("Postgres away for 20 s under load: nothing is lost, dead-lettered or doubled, and the group is kept", async () => {
  const consumer = await harness.start({ ...IMPATIENT, maxQueuedRows: 500 });
  expect(await consumer.ready).toBe(true);
  const load = startLoad(harness);
  await until(() => consumer.metrics().messages_inserted > 100);

  await postgres.restart();
  const { messages_inserted: before } = consumer.metrics();
  await until(() => consumer.metrics().messages_inserted > before + 100);

  await postgres.stop();
  const outage = sleep(20_000);
  await until(() => !consumer.status().healthy);
  expect(consumer.status()).toMatchObject({ state: "waiting", ready: false, postgres: "failing" });
  await outage;
  const { messages_in_flight: waiting } = consumer.metrics();
  expect(waiting).toBeGreaterThanOrEqual(500);
  expect(waiting).toBeLessThan(2_000);
  await postgres.restart();
  await until(() => consumer.status().healthy && consumer.status().state === "running");

  const names = await load.stop();
  await until(
    async () => (await harness.count("agent_actions")) >= names.length && consumer.status().lag === 0,
  );
  expect(await wrongRows(harness, names)).toEqual([]);
  const metrics = consumer.metrics();
  expect(metrics).toMatchObject({
    messages_dead_lettered: 0,
    messages_in_flight: 0,
    kafka_sessions_ended: 0,
  });
  expect(metrics.kafka_rebalances).toBe(1);
  expect(metrics.messages_consumed).toBe(metrics.messages_inserted + metrics.messages_duplicate);
  expect(metrics.retries).toBeGreaterThan(0);
  expect(metrics.last_error?.component).toBe("postgres");
  await consumer.stop();
});

test("Postgres that hangs without closing its connections is noticed, and waited for", async () => {
  const consumer = await harness.start({
    ...IMPATIENT,
    postgres: { url: postgres.url, statementTimeoutMillis: 100, connectionTimeoutMillis: 1_000 },
  });
  await consumer.ready;
  const load = startLoad(harness);
  await until(() => consumer.metrics().messages_inserted > 100);
  await postgres.pause();
  await until(() => !consumer.status().healthy && consumer.status().postgres === "failing");
  await postgres.resume();
  await until(() => consumer.status().healthy && consumer.status().postgres === "ok");
  const names = await load.stop();
  await until(
    async () => (await harness.count("agent_actions")) >= names.length && consumer.status().lag === 0,
  );
  expect(await wrongRows(harness, names)).toEqual([]);
  expect(consumer.metrics()).toMatchObject({ messages_dead_lettered: 0, kafka_sessions_ended: 0 });
  await consumer.stop();
});

test("a shutdown ends by its deadline, also with a write that hangs, and what it leaves is read again", async () => {
  const consumer = await harness.start(IMPATIENT);
  await consumer.ready;
  await postgres.pause();
  await harness.produce("action", actions(50, 50_000));
  await until(() => consumer.metrics().messages_in_flight === 50);
  await expect(consumer.stop(1_500)).rejects.toThrow(ShutdownError);
  await consumer.done;
  await postgres.resume();

  const next = await harness.start();
  await untilConsumed(next, 50);
  expect(next.metrics().messages_inserted + next.metrics().messages_duplicate).toBe(50);
  await next.stop();
});

test("in an outage a shutdown does not wait for what cannot be done", async () => {
  const consumer = await harness.start({ ...IMPATIENT, shutdownDeadlineMillis: 60_000 });
  await consumer.ready;
  await postgres.stop();
  await harness.produce("action", actions(10, 60_000));
  await until(() => consumer.metrics().messages_in_flight === 10 && consumer.status().state === "waiting");
  await consumer.stop();
  expect(consumer.metrics()).toMatchObject({ messages_in_flight: 10, messages_dead_lettered: 0 });
  await postgres.restart();
  const next = await harness.start();
  await untilConsumed(next, 10);
  expect(next.metrics().messages_inserted).toBe(10);
  await next.stop();
});

test("without tables it waits, says what to do, and goes on when they are made", async (t) => {
  const empty = await createHarness({ migrated: false }, t);
  const consumer = await empty.start(IMPATIENT);
  await empty.produce("action", [...actions(20), { value: "bad" }]);
  await until(() => !consumer.status().healthy && /^42/.test(consumer.metrics().last_error?.sqlstate ?? ""), {
    seen: () => ({ ...consumer.status(), ...consumer.metrics() }),
  });
  expect(consumer.metrics().messages_inserted).toBe(0);
  expect(empty.logLines.filter((line) => line.includes("agent-actions migrate"))).not.toEqual([]);
  await migrate(resolvePostgresSettings({ url: empty.databaseUrl }, new EnvReader({})));
  await untilConsumed(consumer, 21);
  expect(consumer.metrics()).toMatchObject({ messages_inserted: 20, messages_dead_lettered: 1 });
});
