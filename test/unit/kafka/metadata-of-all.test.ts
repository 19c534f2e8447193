import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { readMetadataOfAll } from "../../../src/kafka/metadata-of-all.js";

interface Protocol {
  request: { encode(): Promise<{ buffer: Buffer }> };
  response: { parse(decoded: unknown): Promise<unknown> };
}

/** The requests of kafkajs itself, and how it reads the responses. */
const { protocol } = createRequire(import.meta.url)("kafkajs/src/protocol/requests/metadata") as {
  protocol(version: { version: number }): (wanted: { topics: string[] }) => Protocol;
};

/** One partition without a leader: error 5 is LEADER_NOT_AVAILABLE. */
const WITHOUT_LEADER = {
  topicMetadata: [
    { topicErrorCode: 0, topic: "ours", partitionMetadata: [{ partitionErrorCode: 0, leader: 1 }] },
    { topicErrorCode: 0, topic: "theirs", partitionMetadata: [{ partitionErrorCode: 5, leader: -1 }] },
  ],
};

/** A cluster of kafkajs with one broker, whose metadata has a partition without a leader. */
async function clusterOf(version: number) {
  const built = {
    send: async ({ response }: Protocol): Promise<unknown> => response.parse(WITHOUT_LEADER),
  };
  const brokerPool = {
    async withBroker(use: (chosen: unknown) => Promise<unknown>) {
      try {
        return await use({});
      } catch {
        return null;
      }
    },
  };
  const connectionPoolBuilder = { build: async () => built };
  const cluster = {
    brokerPool,
    connectionPoolBuilder,
    metadata: async ({ topics }: { topics: string[] }): Promise<unknown> =>
      cluster.brokerPool.withBroker(() => built.send(protocol({ version })({ topics }))),
  };
  const createCluster = Symbol("private:Kafka:createCluster");
  const kafka = { [createCluster]: () => cluster };
  readMetadataOfAll(kafka);
  kafka[createCluster]?.();
  await connectionPoolBuilder.build();
  return cluster;
}

test.each([1, 4, 6])(
  "a topic of somebody else without a leader keeps nobody from the names of all, by version %d of the request",
  async (version) => {
    const cluster = await clusterOf(version);
    expect(await cluster.metadata({ topics: [] })).toEqual(WITHOUT_LEADER);
  },
);

test("where certain topics are asked for, Kafka's own error is thrown", async () => {
  const cluster = await clusterOf(6);
  await expect(cluster.metadata({ topics: ["theirs"] })).rejects.toMatchObject({
    type: "LEADER_NOT_AVAILABLE",
    retriable: true,
  });
});
