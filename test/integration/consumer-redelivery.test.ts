import { expect, test } from "vitest";
import { actions, createHarness, startLoad, until, untilConsumed, wrongRows } from "./consumer-harness.js";
import { getJson, startServiceProcess } from "./service-process.js";

test("records that are read again, because the offsets are gone, make no new rows", async () => {
  const harness = await createHarness();
  await harness.produce("action", [...actions(300), { value: "bad" }]);
  const first = await harness.start();
  await untilConsumed(first, 301);
  await first.stop();
  expect(first.metrics()).toMatchObject({ messages_inserted: 300, messages_dead_lettered: 1 });

  const admin = harness.kafka.admin();
  await admin.connect();
  await admin.deleteGroups([harness.groupId]);
  await admin.disconnect();

  const second = await harness.start();
  await untilConsumed(second, 301);
  expect(second.metrics()).toMatchObject({
    messages_inserted: 0,
    messages_duplicate: 300,
    messages_dead_lettered: 1,
  });
  expect(await harness.count("agent_actions")).toBe(300);
  const identities = (await harness.deadLetters(2)).map(({ headers }) =>
    ["topic", "partition", "offset"].map((part) => headers[`dead-letter.${part}`]).join(),
  );
  expect(identities[0]).toBe(identities[1]);
});

test("instances that come and go under load share the work, and nothing is lost or doubled", async () => {
  const harness = await createHarness({ partitions: 6 });
  const load = startLoad(harness);
  const one = await harness.start();
  await one.ready;
  const two = await harness.start();
  await until(() => one.status().partitions === 18 && two.status().partitions === 18);
  const atSharing = load.acknowledged;
  await until(() => load.acknowledged > atSharing + 300);
  await one.stop();
  const three = await harness.start();
  await until(() => two.status().partitions === 18 && three.status().partitions === 18);
  const atHandover = load.acknowledged;
  await until(() => load.acknowledged > atHandover + 300);
  const names = await load.stop();
  await until(async () => (await harness.count("agent_actions")) >= names.length);
  expect(await wrongRows(harness, names)).toEqual([]);

  await until(() => [two, three].every((consumer) => consumer.metrics().messages_in_flight === 0));
  const inserted = [one, two, three].map((consumer) => consumer.metrics().messages_inserted);
  expect(inserted.reduce((sum, count) => sum + count, 0)).toBe(await harness.count("agent_actions"));
  expect(Math.min(...inserted)).toBeGreaterThan(0);
  expect(one.metrics().messages_in_flight).toBe(0);
});

test("a consumer that is killed in mid-load loses nothing, one that is stopped repeats nothing", async () => {
  const harness = await createHarness({ partitions: 6 });
  const total = 8_000;
  for (let from = 0; from < total; from += 500) await harness.produce("action", actions(500, from));
  const slow = {
    AGENT_ACTIONS_CONSUMER_MAX_BATCH_ROWS: "50",
    AGENT_ACTIONS_CONSUMER_MAX_QUEUED_ROWS: "200",
    AGENT_ACTIONS_CONSUMER_FETCH_PARTITION_BYTES: "20000",
    BATCH_SIZE: "50",
    // The broker notices the death of a member when its session has timed out; a shorter one it does not allow.
    AGENT_ACTIONS_CONSUMER_SESSION_TIMEOUT_MS: "6000",
  };
  const rows = () => harness.count("agent_actions");
  const killed = await startServiceProcess(harness, slow);
  await until(async () => (await rows()) > 500);
  killed.child.kill("SIGKILL");
  expect(await killed.exited).toBe("SIGKILL");
  const afterKill = await rows();
  expect(afterKill).toBeLessThan(total);

  const stopped = await startServiceProcess(harness, slow);
  await until(async () => (await rows()) > afterKill + 500);
  stopped.child.kill("SIGTERM");
  expect(await stopped.exited).toBe(0);
  const afterStop = await rows();
  expect(afterStop).toBeLessThan(total);

  const last = await startServiceProcess(harness);
  await until(async () => (await rows()) === total);
  await until(async () => (await getJson(`${last.url}/metrics`)).body.lag === 0);
  const { body } = await getJson(`${last.url}/metrics`);
  expect(body).toMatchObject({ messages_inserted: total - afterStop, messages_duplicate: 0 });
  last.child.kill("SIGINT");
  expect(await last.exited).toBe(0);
  expect(await harness.query("select count(distinct id)::int as ids from agent_actions")).toEqual([
    { ids: total },
  ]);
});
