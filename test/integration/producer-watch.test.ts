import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { expect, test } from "vitest";
import { ProducerWatch } from "../../src/consumer/producer-watch.js";
import { DEFAULT_TOPICS } from "../../src/event/index.js";
import type { KafkaAdmin, PartitionEnds } from "../../src/kafka/admin.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { anyAction, migratedPool, oneRow, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);
const GRACE_MILLIS = 200;

/** A cluster in which everything has been read, unless the test says otherwise. */
class Cluster {
  fails = false;
  /** Records that the group has not read. */
  unread = 0;
  connections = 0;

  connect = async (_signal: AbortSignal): Promise<KafkaAdmin> => {
    this.connections += 1;
    const admin: Partial<KafkaAdmin> = {
      topicNames: async () => new Set(Object.values(DEFAULT_TOPICS)),
      ends: async (topics) => {
        if (this.fails) throw new Error("no response");
        return new Map<string, PartitionEnds>(topics.map((topic) => [`${topic}:0`, { low: 0n, high: 10n }]));
      },
      committed: async (_group, topics) =>
        new Map(topics.map((topic) => [`${topic}:0`, 10n - BigInt(this.unread)])),
      close: async () => undefined,
    };
    return admin as KafkaAdmin;
  };
}

let epochs = 0;

/** A producer that has been heard of once, with an open action, and a watch over it. */
async function watched() {
  const epoch = `epoch ${epochs++}`;
  const headers = { "producer-epoch": epoch, "producer-sequence": "1" };
  const record = { topic: "t", partition: 0, offset: "1", timestampMillis: Date.now(), headers };
  await writer.write([
    { ...anyAction({ status: "running" }), record },
    {
      ...storable("producer_heartbeat", { producer_epoch: epoch, open_actions: 1, interval_ms: 1 }),
      record: { ...record, headers: {} },
    },
  ]);
  const cluster = new Cluster();
  let skew = 0;
  const watch = new ProducerWatch({
    pool,
    kafka: {} as never,
    groupId: "group",
    topics: DEFAULT_TOPICS,
    graceMillis: GRACE_MILLIS,
    log: pino({ level: "silent" }),
    connect: (signal) => cluster.connect(signal),
    clock: () => performance.now() + skew,
  });
  const stateOf = async () =>
    (
      await oneRow<{ state: string }>(pool, "select state from agent_actions where producer_epoch = $1", [
        epoch,
      ])
    ).state;
  const passGrace = () => sleep(2 * GRACE_MILLIS);
  return {
    cluster,
    watch,
    stateOf,
    passGrace,
    // A look that comes late begins the grace anew, as it should.
    untilAbandoned: async () => {
      while ((await stateOf()) !== "abandoned") {
        await passGrace();
        await watch.look();
      }
    },
    jump: (millis: number) => {
      skew += millis;
    },
  };
}

test("silence counts from the first look: what was stored long ago is not abandoned by it", async () => {
  const { watch, stateOf, passGrace, untilAbandoned } = await watched();
  await passGrace();
  await watch.look();
  expect(await stateOf()).toBe("running");
  await untilAbandoned();
  expect(watch.status).toMatchObject({ abandoned: 1, failures: 0 });
});

test.each<[string, (setup: Awaited<ReturnType<typeof watched>>) => Promise<void>]>([
  [
    "Kafka did not respond",
    async ({ cluster, watch }) => {
      cluster.fails = true;
      await watch.look();
      expect(watch.status.failures).toBe(1);
      cluster.fails = false;
    },
  ],
  ["this process was frozen", async ({ jump }) => jump(60_000)],
  ["a clock was set", async ({ jump }) => jump(-60_000)],
])("the grace begins anew when %s", async (_what, disturb) => {
  const setup = await watched();
  const { watch, stateOf, passGrace, untilAbandoned } = setup;
  await watch.look();
  await passGrace();
  await disturb(setup);
  await watch.look();
  expect(await stateOf()).toBe("running");
  await untilAbandoned();
});

test("as long as something is unread that stood in Kafka then, nobody is abandoned", async () => {
  const { cluster, watch, stateOf, passGrace, untilAbandoned } = await watched();
  cluster.unread = 1;
  for (let looks = 0; looks < 3; looks++) {
    await watch.look();
    await passGrace();
  }
  expect(await stateOf()).toBe("running");
  cluster.unread = 0;
  await untilAbandoned();
});

test("without anything open Kafka is not asked", async () => {
  await pool.query("update agent_producers set judged_at = now(), settled_sequence = highest_sequence");
  const cluster = new Cluster();
  const watch = new ProducerWatch({
    pool,
    kafka: {} as never,
    groupId: "group",
    topics: DEFAULT_TOPICS,
    graceMillis: GRACE_MILLIS,
    log: pino({ level: "silent" }),
    connect: cluster.connect,
  });
  await watch.look();
  expect(cluster.connections).toBe(0);
  expect(watch.status.counts).toMatchObject({ missing: 0, lost: 0 });
  await watch.stop(1_000);
});

test("stopping does not wait for a Kafka that does not respond", async () => {
  const { cluster, watch, stateOf } = await watched();
  let asked: () => void = () => undefined;
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  cluster.connect = (signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(new Error("cut")));
      asked();
    });
  const looking = watch.look();
  await isAsked;
  await watch.stop(600_000);
  await looking;
  expect(watch.status.failures).toBe(0);
  expect(await stateOf()).toBe("running");
});
