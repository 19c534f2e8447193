import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Message } from "kafkajs";
import pg from "pg";
import { describe, expect, test } from "vitest";
import type { RecordKind } from "../../src/event/index.js";
import { until } from "../helpers/until.js";
import { type ConsumerHarness, createHarness, untilConsumed } from "./consumer-harness.js";

/** Short, so that a test need not wait long; a producer here is silent or not for as long as the test wants. */
const GRACE_MILLIS = 1_000;

/** A producer by hand: numbers its records over all topics, and says that it is alive when the test wants it to. */
class HandMadeProducer {
  readonly epoch = randomUUID();
  sequence = 0;
  readonly #harness: ConsumerHarness;

  constructor(harness: ConsumerHarness) {
    this.#harness = harness;
  }

  numbered(value: object | string, sequence = ++this.sequence): Message {
    return {
      key: randomUUID(),
      value: typeof value === "string" ? value : JSON.stringify(value),
      headers: { "producer-epoch": this.epoch, "producer-sequence": String(sequence) },
    };
  }

  async heartbeat(fields: object = {}): Promise<void> {
    const value = { producer_epoch: this.epoch, open_actions: 1, interval_ms: 1, ...fields };
    await this.#harness.produce("producer_heartbeat", [{ key: this.epoch, value: JSON.stringify(value) }]);
  }

  async action(name: string, status: string, more: object = {}): Promise<void> {
    await this.#harness.produce("action", [this.numbered(this.actionOf(name, status, more))]);
  }

  actionOf(name: string, status: string, more: object = {}): object {
    return {
      id: `${this.epoch} ${name}`,
      correlation_id: this.epoch,
      agent_name: "agent",
      action_type: "tool_call",
      action_name: name,
      started_at: "2026-03-01T00:00:00Z",
      status,
      ...more,
    };
  }

  async states(): Promise<Record<string, string>> {
    const rows = await this.#harness.query<{ action_name: string; state: string }>(
      "select action_name, state from agent_actions where producer_epoch = $1",
      [this.epoch],
    );
    return Object.fromEntries(rows.map(({ action_name, state }) => [action_name, state]));
  }

  async row(): Promise<Record<string, unknown>> {
    const [row] = await this.#harness.query("select * from agent_producers where producer_epoch = $1", [
      this.epoch,
    ]);
    return row ?? {};
  }
}

test("what a killed producer left open is abandoned, runs again when it speaks, ends with its end; two instances do it once", async (t) => {
  const harness = await createHarness({}, t);
  const options = { producerGraceMillis: GRACE_MILLIS };
  const consumers = [await harness.start(options), await harness.start(options)];
  const producer = new HandMadeProducer(harness);
  await producer.heartbeat();
  await producer.action("open", "running");
  await producer.action("done", "ok");
  await until(async () => (await producer.states()).open === "abandoned");
  expect(await producer.states()).toEqual({ open: "abandoned", done: "ended" });
  const [{ last_seen_at, heartbeat_at, status } = {}] = [await producer.row()];
  expect(status).toBe("gone");
  const [row] = await harness.query("select last_seen_at from agent_actions where state = 'abandoned'");
  expect(row).toEqual({ last_seen_at });
  expect(Number(last_seen_at)).toBeGreaterThanOrEqual(Number(heartbeat_at));

  // It was frozen, not killed.
  await until(async () => {
    await producer.heartbeat();
    return (await producer.states()).open === "running";
  });
  await producer.action("open", "ok");
  await producer.heartbeat({ status: "ended", open_actions: 0 });
  await until(
    async () => (await producer.states()).open === "ended" && (await producer.row()).judged_at !== null,
  );
  expect(await producer.row()).toMatchObject({ status: "ended", missing: "0", contiguous_sequence: "3" });

  await until(() => consumers.every((consumer) => consumer.metrics().producers?.ended === 1));
  const sum = (name: "actions_abandoned" | "actions_restored") =>
    consumers.reduce((total, consumer) => total + consumer.metrics()[name], 0);
  expect(sum("actions_abandoned")).toBe(sum("actions_restored"));
  const [feed] = await harness.query(
    "select count(*)::int as changes from agent_action_changes, unnest(ids) as id where id = (select id from agent_actions where action_name = 'open')",
  );
  // Began, abandoned and running again as often as it was, ended.
  expect(feed).toEqual({ changes: 2 + sum("actions_abandoned") + sum("actions_restored") });
});

test("a consumer that lags abandons nobody, however long; once it has read everything, it does", async (t) => {
  const harness = await createHarness({}, t);
  const consumer = await harness.start({ producerGraceMillis: GRACE_MILLIS });
  const producer = new HandMadeProducer(harness);
  await producer.heartbeat();
  await producer.action("open", "running");
  await until(async () => (await producer.states()).open === "running");

  // One write waits, and with it the offset of its partition.
  const blocker = new pg.Client({ connectionString: harness.databaseUrl });
  await blocker.connect();
  t.onTestFinished(() => blocker.end());
  await blocker.query("begin; lock table agent_routing_decisions in access exclusive mode");
  await harness.produce("routing_decision", [
    producer.numbered({ selected_agent: "a", confidence_score: 1 }),
  ]);
  await until(() => consumer.metrics().messages_in_flight > 0);
  await sleep(3 * GRACE_MILLIS);
  expect(await producer.states()).toEqual({ open: "running" });
  expect(await producer.row()).toMatchObject({ status: "alive", judged_at: null });

  await blocker.query("rollback");
  await until(async () => (await producer.states()).open === "abandoned");
  expect(await harness.count("agent_routing_decisions")).toBe(1);
});

test("numbers spread over partitions and topics, dead letters among them: exactly the missing ones are missing", async (t) => {
  const harness = await createHarness({ partitions: 4 }, t);
  const producer = new HandMadeProducer(harness);
  const total = 400;
  const lost = new Set([1, 2, 77, 250, 251, 252, total]);
  const byKind = new Map<RecordKind, Message[]>([
    ["action", []],
    ["routing_decision", []],
    ["span_attribution", []],
  ]);
  for (let sequence = 1; sequence <= total; sequence++) {
    if (lost.has(sequence)) continue;
    if (sequence % 50 === 0) byKind.get("action")?.push(producer.numbered("not JSON", sequence));
    else if (sequence % 7 === 0)
      byKind.get("routing_decision")?.push(producer.numbered({ selected_agent: "a" }, sequence));
    else if (sequence % 11 === 0)
      byKind
        .get("span_attribution")
        ?.push(producer.numbered({ trace_id: "t", span_id: String(sequence) }, sequence));
    else byKind.get("action")?.push(producer.numbered(producer.actionOf(`${sequence}`, "ok"), sequence));
  }
  for (const [kind, messages] of byKind) await harness.produce(kind, messages);
  await producer.heartbeat({ last_sequence: total, given_up: 2, status: "ended", open_actions: 0 });
  const sent = total - lost.size;
  const consumers = [
    await harness.start({ producerGraceMillis: GRACE_MILLIS, maxBatchRows: 30, batchSize: 10 }),
    await harness.start({ producerGraceMillis: GRACE_MILLIS, maxBatchRows: 30, batchSize: 10 }),
  ];
  await until(async () => (await producer.row()).missing === String(lost.size));
  const gaps = await harness.query(
    "select first_sequence::int as first, last_sequence::int as last from agent_producer_gaps where producer_epoch = $1 order by 1",
    [producer.epoch],
  );
  expect(gaps).toEqual([
    { first: 1, last: 2 },
    { first: 77, last: 77 },
    { first: 250, last: 252 },
    { first: total, last: total },
  ]);
  await until(() =>
    consumers.every((consumer) => consumer.metrics().producers?.missing_records === lost.size),
  );
  expect(consumers[0]?.metrics().producers).toMatchObject({ ended: 1, lost_records: lost.size - 2 });
  // Every record, and the heartbeat.
  await until(
    () => consumers.reduce((sum, consumer) => sum + consumer.metrics().messages_consumed, 0) >= sent + 1,
  );
  await Promise.all(consumers.map((consumer) => consumer.stop()));

  // Read all of it once more: nothing changes.
  const before = await producer.row();
  const again = await harness.start({
    groupId: `${harness.groupId}-again`,
    producerGraceMillis: GRACE_MILLIS,
  });
  await untilConsumed(again, sent + 1);
  await until(
    async () =>
      (await producer.row()).judged_at !== null &&
      Number(await harness.count("agent_producer_sequences")) === 0,
  );
  const { updated_at: _, judged_at: __, ...after } = await producer.row();
  expect(before).toMatchObject(after);
});

describe("the topic of heartbeats", () => {
  test("is stamped by the broker and compacted", async (t) => {
    const harness = await createHarness({ partitions: 1 }, t);
    const admin = harness.kafka.admin();
    await admin.connect();
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: harness.topics.producer_heartbeat }],
    });
    await admin.disconnect();
    const entries = resources[0]?.configEntries.map(({ configName, configValue }) => [
      configName,
      configValue,
    ]);
    expect(Object.fromEntries(entries ?? [])).toMatchObject({
      "message.timestamp.type": "LogAppendTime",
      "cleanup.policy": "compact,delete",
      "retention.ms": "86400000",
    });
  });
});
