import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { RECORD_KINDS } from "../../src/event/index.js";
import type { TestLifetime } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import {
  actions,
  type ConsumerHarness,
  createHarness,
  startLoad,
  untilConsumed,
  wrongRows,
} from "./consumer-harness.js";
import { startServiceProcess } from "./service-process.js";

/** Of all topics, where each has six. */
const PARTITIONS = 6 * RECORD_KINDS.length;

test("records that are read again, because the offsets are gone, make no new rows", async (t) => {
  const harness = await createHarness({}, t);
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

test("instances that come and go under load share the work, and nothing is lost or doubled", async (t) => {
  const harness = await createHarness({ partitions: 6 }, t);
  const load = startLoad(harness);
  const one = await harness.start();
  await one.ready;
  const two = await harness.start();
  await until(() => one.status().partitions === PARTITIONS / 2 && two.status().partitions === PARTITIONS / 2);
  const atSharing = load.acknowledged;
  await until(() => load.acknowledged > atSharing + 300);
  await one.stop();
  const three = await harness.start();
  await until(
    () => two.status().partitions === PARTITIONS / 2 && three.status().partitions === PARTITIONS / 2,
  );
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

test("a consumer that is stopped while the group is formed anew leaves it, whether it joins or is there already", async (t) => {
  const harness = await createHarness({ partitions: 6 }, t);
  const admin = harness.kafka.admin();
  await admin.connect();
  const members = async () => (await admin.describeGroups([harness.groupId])).groups[0]?.members.length;
  // The broker would keep a member that did not leave for longer than this test may take.
  const start = () => harness.start({ sessionTimeoutMillis: 600_000 });
  const load = startLoad(harness);
  let current = await start();
  await current.ready;
  for (const moment of [0, 100, 400, 1_000]) {
    const joining = await start();
    await delay(moment);
    await joining.stop();
    expect(joining.metrics().messages_in_flight).toBe(0);
  }
  await until(async () => (await members()) === 1 && current.status().partitions === PARTITIONS);
  for (const moment of [50, 300, 900]) {
    const next = await start();
    await delay(moment);
    await current.stop();
    await until(async () => (await members()) === 1 && next.status().partitions === PARTITIONS);
    current = next;
  }
  const other = await start();
  await delay(200);
  await Promise.all([current.stop(), other.stop()]);
  await until(async () => (await members()) === 0);
  const last = await start();
  const names = await load.stop();
  await until(async () => (await harness.count("agent_actions")) >= names.length && last.status().lag === 0);
  expect(await wrongRows(harness, names)).toEqual([]);
  await last.stop();
  await admin.disconnect();
});

const TOTAL = 6_000;
/** So slow that a signal meets it in mid-load. */
const SLOW = {
  AGENT_ACTIONS_CONSUMER_MAX_BATCH_ROWS: "50",
  AGENT_ACTIONS_CONSUMER_MAX_QUEUED_ROWS: "200",
  AGENT_ACTIONS_CONSUMER_FETCH_PARTITION_BYTES: "20000",
  BATCH_SIZE: "50",
  // The broker notices the death of a member when its session has timed out; a shorter one it does not allow.
  AGENT_ACTIONS_CONSUMER_SESSION_TIMEOUT_MS: "6000",
};

async function harnessWithRecords(t: TestLifetime): Promise<ConsumerHarness> {
  const harness = await createHarness({ partitions: 6 }, t);
  for (let from = 0; from < TOTAL; from += 500) await harness.produce("action", actions(500, from));
  return harness;
}

const rows = (harness: ConsumerHarness) => harness.count("agent_actions");

test("a consumer that is killed in mid-load loses nothing and doubles nothing", async (t) => {
  const harness = await harnessWithRecords(t);
  const killed = await startServiceProcess(harness, SLOW);
  await until(async () => (await rows(harness)) > 500);
  killed.child.kill("SIGKILL");
  expect(await killed.exited).toBe("SIGKILL");
  expect(await rows(harness)).toBeLessThan(TOTAL);

  const next = await harness.start();
  await until(async () => (await rows(harness)) === TOTAL && next.status().lag === 0);
  expect(await harness.query("select count(distinct id)::int as ids from agent_actions")).toEqual([
    { ids: TOTAL },
  ]);
  await next.stop();
});

test("a consumer that is stopped in mid-load has committed all that it stored", async (t) => {
  const harness = await harnessWithRecords(t);
  const stopped = await startServiceProcess(harness, SLOW);
  await until(async () => (await rows(harness)) > 500);
  stopped.child.kill("SIGTERM");
  expect(await stopped.exited).toBe(0);
  const stored = await rows(harness);
  expect(stored).toBeLessThan(TOTAL);

  const next = await harness.start();
  await until(async () => (await rows(harness)) === TOTAL && next.status().lag === 0);
  expect(next.metrics()).toMatchObject({ messages_inserted: TOTAL - stored, messages_duplicate: 0 });
  await next.stop();
});
