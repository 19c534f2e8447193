/** Faults of Kafka and Postgres, as data: how each begins and ends, and what the service says meanwhile. */
import kafkajs, { CompressionTypes } from "kafkajs";
import pg from "pg";
import { ensureTopics } from "../../src/kafka/ensure-topics.js";
import type { FaultStack } from "./fault-stack.js";

export interface Fault {
  readonly begin: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
  readonly alert: string;
  /** What `/health` says; where it says nothing, the fault is one that others than the consumer have to mend, and reading goes on. */
  readonly problem?: RegExp;
  /** Whether a record that came now would be taken. */
  readonly ready: boolean;
}

const stuck = (reason: string): string => `AgentActionsConsumerStuck{reason="${reason}"}`;
const { CompressionCodecs } = kafkajs;
const gzip = CompressionCodecs[CompressionTypes.GZIP];

/** The faults that docs/operations.md knows. */
export function serverFaults(stack: FaultStack): Readonly<Record<string, Fault>> {
  const { kafka, postgres, harness, settings, admin, kafkaAdmin, role: ROLE } = stack;
  const throwOut = `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${ROLE}'`;
  let locker: pg.Client | undefined;
  return {
    "Postgres is stopped": {
      begin: () => postgres.stop(),
      end: () => postgres.restart(),
      alert: stuck("postgres"),
      problem: /Postgres fails/,
      ready: false,
    },
    "Postgres hangs": {
      begin: () => postgres.pause(),
      end: () => postgres.resume(),
      alert: stuck("postgres"),
      problem: /Postgres fails|records wait/,
      ready: false,
    },
    "Postgres is read-only": {
      begin: () => admin("alter system set default_transaction_read_only = on", "select pg_reload_conf()"),
      end: () =>
        admin(
          "set default_transaction_read_only = off",
          "alter system reset default_transaction_read_only",
          "select pg_reload_conf()",
        ),
      alert: stuck("postgres"),
      problem: /Postgres fails/,
      ready: false,
    },
    "the password is wrong": {
      begin: () => admin(`alter role ${ROLE} password 'second'`, throwOut),
      end: () => admin(`alter role ${ROLE} password 'first'`),
      alert: stuck("postgres"),
      problem: /Postgres fails/,
      ready: false,
    },
    "all connections are used": {
      begin: () => admin(`alter role ${ROLE} connection limit 0`, throwOut),
      end: () => admin(`alter role ${ROLE} connection limit -1`),
      alert: stuck("postgres"),
      problem: /Postgres fails/,
      ready: false,
    },
    "a right is missing": {
      begin: () => admin(`revoke insert on agent_actions from ${ROLE}`),
      end: () => admin(`grant insert on agent_actions to ${ROLE}`),
      alert: stuck("postgres"),
      problem: /Postgres fails/,
      ready: false,
    },
    "a table is missing": {
      begin: () => admin("alter table agent_actions rename to hidden_actions"),
      end: () => admin("alter table hidden_actions rename to agent_actions"),
      alert: stuck("postgres"),
      problem: /Postgres fails/,
      ready: false,
    },
    "a table is locked": {
      begin: async () => {
        locker = new pg.Client({ connectionString: postgres.url });
        await locker.connect();
        await locker.query("begin; lock table agent_actions in access exclusive mode");
      },
      end: async () => locker?.end(),
      alert: stuck("no_progress"),
      problem: /records wait, and nothing was committed/,
      ready: true,
    },
    "the dead-letter topic is missing": {
      begin: async () => {
        await kafkaAdmin((client) => client.deleteTopics({ topics: [harness.topics.dead_letter] }));
        await harness.produce("action", [{ value: "bad" }]);
      },
      end: () => ensureTopics(settings, harness.topics),
      alert: stuck("dead_letter_topic"),
      problem: /the dead-letter topic takes nothing/,
      ready: true,
    },
    "a topic is deleted": {
      begin: () => kafkaAdmin((client) => client.deleteTopics({ topics: [harness.topics.execution] })),
      end: () => ensureTopics(settings, harness.topics),
      alert: "AgentActionsTopicsMissing{}",
      ready: true,
    },
    "Kafka is stopped": {
      begin: () => kafka.stop(),
      end: () => kafka.restart(),
      alert: stuck("kafka"),
      problem: /Kafka/,
      ready: false,
    },
    "Kafka hangs": {
      begin: () => kafka.pause(),
      end: () => kafka.resume(),
      alert: stuck("kafka"),
      problem: /Kafka/,
      ready: false,
    },
    "a batch cannot be decoded": {
      begin: async () => {
        // Before the record is there: it may be fetched before its send is acknowledged.
        CompressionCodecs[CompressionTypes.GZIP] = () => ({
          compress: gzip().compress,
          decompress: () => Promise.reject(new Error("no codec in this test")),
        });
        await harness.producer.send({
          topic: harness.topics.transformation,
          compression: CompressionTypes.GZIP,
          messages: [{ value: '{"source_agent":"a","target_agent":"b"}' }],
        });
      },
      end: async () => {
        CompressionCodecs[CompressionTypes.GZIP] = gzip;
      },
      alert: stuck("unreadable_batch"),
      problem: /cannot be decoded/,
      ready: true,
    },
  };
}
