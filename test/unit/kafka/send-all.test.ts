import fc from "fast-check";
import type { PartitionerArgs } from "kafkajs";
import { expect, test } from "vitest";
import { createKeepingPartitioner, sendAll } from "../../../src/kafka/send-all.js";

const messagesOn = (partitions: readonly number[]) => partitions.map((partition) => ({ partition }));

test("whatever parts a send leaves out, every message is written once", async () => {
  const partitions = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 20 });
  // Of the partitions of a send, in their order, this many are written.
  const portions = fc.infiniteStream(fc.integer({ min: 1, max: 3 }));
  await fc.assert(
    fc.asyncProperty(partitions, portions, async (places, counts) => {
      const messages = messagesOn(places);
      const written: unknown[] = [];
      await sendAll(messages, async (left) => {
        const taken = [...new Set(left.map(({ partition }) => partition))].slice(0, counts.next().value);
        written.push(...left.filter(({ partition }) => taken.includes(partition)));
        return taken.map((partition) => ({ partition }));
      });
      expect(written).toHaveLength(messages.length);
      expect(new Set(written)).toEqual(new Set(messages));
    }),
  );
});

test("a send that writes nothing rejects, and so does one whose second part fails", async () => {
  await expect(sendAll(messagesOn([0, 1]), async () => [])).rejects.toThrow(
    "kafkajs has sent none of 2 records",
  );
  let sends = 0;
  const second = sendAll(messagesOn([0, 1]), async () => {
    if (++sends === 2) throw new Error("not the leader");
    return [{ partition: 0 }];
  });
  await expect(second).rejects.toThrow("not the leader");
});

test("a message keeps its partition while that exists, and gets another when it does not", () => {
  const choose = createKeepingPartitioner();
  const message: PartitionerArgs["message"] = { key: "run-1", value: null };
  const ask = (count: number): number => {
    const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
      partitionErrorCode: 0,
      partitionId,
      leader: 0,
      replicas: [0],
      isr: [0],
    }));
    return choose({ topic: "actions", partitionMetadata, message });
  };
  const first = ask(64);
  expect(first).toBeGreaterThan(0);
  expect(ask(128)).toBe(first);
  expect(message.partition).toBe(first);
  expect(ask(1)).toBe(0);
  expect(message.partition).toBe(0);
});
