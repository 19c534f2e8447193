import { expect, test } from "vitest";
import { tellGroupRefusals } from "../../../src/kafka/group-refusals.js";

/** The parts of kafkajs's cluster that are read there: each broker is asked in turn, and what it throws is forgotten. */
function clusterOf(answers: readonly (() => unknown)[]) {
  const brokerPool = {
    async withBroker(use: (chosen: unknown) => Promise<unknown>) {
      for (const answer of answers)
        try {
          return await use({ broker: { findGroupCoordinator: async () => answer() } });
        } catch {}
      return null;
    },
  };
  const cluster = {
    brokerPool,
    async findGroupCoordinatorMetadata(_group: unknown): Promise<unknown> {
      const found = await cluster.brokerPool.withBroker(async (chosen) =>
        (
          chosen as { broker: { findGroupCoordinator: () => Promise<unknown> } }
        ).broker.findGroupCoordinator(),
      );
      if (found) return found;
      throw new Error("Failed to find group coordinator");
    },
  };
  const createCluster = Symbol("private:Kafka:createCluster");
  const kafka = { [createCluster]: () => cluster };
  tellGroupRefusals(kafka);
  return kafka[createCluster]?.() ?? cluster;
}

const refuse = (type: string) => () => {
  throw Object.assign(new Error(`refused: ${type}`), { type });
};

test("the right that is missing is said, and not that no coordinator was found", async () => {
  const cluster = clusterOf([refuse("GROUP_AUTHORIZATION_FAILED"), refuse("GROUP_AUTHORIZATION_FAILED")]);
  await expect(cluster.findGroupCoordinatorMetadata({})).rejects.toThrow(
    "refused: GROUP_AUTHORIZATION_FAILED",
  );
});

test("what another broker answers counts, and another failure stays what kafkajs makes of it", async () => {
  const found = { coordinator: { nodeId: 1 } };
  expect(
    await clusterOf([refuse("GROUP_AUTHORIZATION_FAILED"), () => found]).findGroupCoordinatorMetadata({}),
  ).toBe(found);
  await expect(
    clusterOf([refuse("COORDINATOR_NOT_AVAILABLE")]).findGroupCoordinatorMetadata({}),
  ).rejects.toThrow("Failed to find group coordinator");
});
