/** Further faults: of the network, of topics, and servers that are killed. What is told of them is what is told of a server that is away. */
import { ConfigResourceTypes } from "kafkajs";
import { freePort } from "../../src/internal/ports.js";
import { ensureTopics } from "../../src/kafka/ensure-topics.js";
import type { FaultStack } from "./fault-stack.js";

/** How a fault begins and ends. Nothing is expected of what the service says but that it is quiet afterwards. */
export interface PlainFault {
  readonly begin: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
  /** Milliseconds that it lasts. */
  readonly lasts: number;
  /** Dead letters that it makes. */
  readonly deadLetters?: number;
}

const nothing = async (): Promise<void> => undefined;

export function networkFaults(stack: FaultStack): Readonly<Record<string, PlainFault>> {
  const { kafka, postgres, harness, settings, admin, kafkaAdmin, kafkaProxy, postgresProxy, role } = stack;
  const topicSetting = (topic: string, name: string, value: string) =>
    kafkaAdmin((client) =>
      client.alterConfigs({
        validateOnly: false,
        resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries: [{ name, value }] }],
      }),
    );
  const poison = (values: readonly string[]) =>
    harness.produce(
      "action",
      values.map((value) => ({ value })),
    );
  const good = (name: string): string =>
    JSON.stringify({
      agent_name: "a",
      action_type: "decision",
      action_name: name,
      timestamp: new Date().toISOString(),
    });
  return {
    "the broker is killed": { begin: () => kafka.kill(), end: () => kafka.restart(), lasts: 2_000 },
    "the broker is restarted": { begin: () => kafka.restart(), end: nothing, lasts: 0 },
    "Postgres is killed": { begin: () => postgres.kill(), end: () => postgres.restart(), lasts: 2_000 },
    "Postgres is shut down at once": {
      begin: async () => process.kill(postgres.pid ?? 0, "SIGQUIT"),
      end: () => postgres.restart(),
      lasts: 2_000,
    },
    "all connections to Postgres are ended": {
      begin: () => admin(`select pg_terminate_backend(pid) from pg_stat_activity where usename = '${role}'`),
      end: nothing,
      lasts: 0,
    },
    "connections to Postgres break": { begin: async () => postgresProxy?.cut(), end: nothing, lasts: 0 },
    "Postgres cannot be reached": {
      begin: async () => postgresProxy?.refuse(),
      end: async () => postgresProxy?.heal(),
      lasts: 2_000,
    },
    "what Postgres says does not arrive": {
      begin: async () => postgresProxy?.stall("to client"),
      end: async () => {
        postgresProxy?.cut();
        await postgresProxy?.heal();
      },
      lasts: 3_000,
    },
    "connections to Kafka break": { begin: async () => kafkaProxy?.cut(), end: nothing, lasts: 0 },
    "Kafka cannot be reached": {
      begin: async () => kafkaProxy?.refuse(),
      end: async () => kafkaProxy?.heal(),
      lasts: 2_000,
    },
    "what Kafka says does not arrive": {
      begin: async () => kafkaProxy?.stall("to client"),
      end: async () => kafkaProxy?.heal(),
      lasts: 3_000,
    },
    "the network to Kafka is slow": {
      begin: async () => kafkaProxy?.slow(300, 30_000),
      end: async () => kafkaProxy?.heal(),
      lasts: 5_000,
    },
    "the network to Postgres is slow": {
      begin: async () => postgresProxy?.slow(200, 30_000),
      end: async () => postgresProxy?.heal(),
      lasts: 5_000,
    },
    "the address that the broker advertises cannot be reached": {
      begin: async () => {
        kafkaProxy?.misdirect(`127.0.0.1:${await freePort()}`);
        kafkaProxy?.cut();
      },
      end: async () => kafkaProxy?.heal(),
      lasts: 4_000,
    },
    "partitions are added": {
      begin: () =>
        kafkaAdmin(async (client) => {
          const topic = harness.topics.routing_decision;
          const now = await client.fetchTopicOffsets(topic);
          return client.createPartitions({ topicPartitions: [{ topic, count: now.length + 1 }] });
        }),
      end: nothing,
      lasts: 0,
    },
    "a topic is made anew": {
      begin: () => kafkaAdmin((client) => client.deleteTopics({ topics: [harness.topics.execution] })),
      end: () => ensureTopics(settings, harness.topics),
      lasts: 1_000,
    },
    "a topic takes smaller records only": {
      begin: () => topicSetting(harness.topics.action, "max.message.bytes", "300"),
      end: () => topicSetting(harness.topics.action, "max.message.bytes", "10485760"),
      lasts: 1_000,
    },
    "the dead-letter topic refuses": {
      begin: async () => {
        await topicSetting(harness.topics.dead_letter, "min.insync.replicas", "2");
        await poison(["refused"]);
      },
      end: () => topicSetting(harness.topics.dead_letter, "min.insync.replicas", "1"),
      lasts: 2_000,
      deadLetters: 1,
    },
    "poison at each place of a batch": {
      begin: () =>
        harness.producer.send({
          topic: harness.topics.action,
          messages: ["bad", good("p1"), "bad", good("p2"), "bad"].map((value) => ({ value, partition: 0 })),
        }),
      end: nothing,
      lasts: 0,
      deadLetters: 3,
    },
  };
}
