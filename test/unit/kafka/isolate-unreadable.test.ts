import { Kafka, logLevel } from "kafkajs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isolateUnreadable, type UnreadableBatch } from "../../../src/kafka/isolate-unreadable.js";

interface FetchRequest {
  readonly maxWaitTime: number;
  readonly maxBytes: number;
  readonly topics: {
    topic: string;
    partitions: { partition: number; fetchOffset: string; maxBytes: number }[];
  }[];
}

/** A broker that has a batch which cannot be decoded at an offset of some partitions. */
function setUp(broken: Record<number, string>, failure: Error = new Error("no codec")) {
  const requests: FetchRequest[] = [];
  const broker = {
    async fetch(request: FetchRequest) {
      requests.push(request);
      const partitions = request.topics.flatMap(({ partitions }) => partitions);
      if (partitions.some(({ partition, fetchOffset }) => broken[partition] === fetchOffset)) throw failure;
      return {
        responses: request.topics.map(({ topic, partitions }) => ({ topicName: topic, partitions })),
      };
    },
  };
  const cluster = { findBroker: async () => broker };
  const kafka = { [Symbol("private:Kafka:createCluster")]: () => cluster };
  const reports: UnreadableBatch[] = [];
  isolateUnreadable(kafka, (batch) => reports.push(batch));
  const key = Object.getOwnPropertySymbols(kafka)[0] as keyof typeof kafka;
  const fetch = async (offsets: Record<number, string>) => {
    const found = await (kafka[key] as () => typeof cluster)().findBroker();
    const partitions = Object.entries(offsets).map(([partition, fetchOffset]) => ({
      partition: Number(partition),
      fetchOffset,
      maxBytes: 1_000,
    }));
    const { responses } = await found.fetch({
      maxWaitTime: 500,
      maxBytes: 10_000,
      topics: [{ topic: "t", partitions }],
    });
    return responses.flatMap(({ partitions: given }) => given.map(({ partition }) => partition));
  };
  return { fetch, reports, requests };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a batch that cannot be decoded holds up its own partition only, and is reported with its place", async () => {
  const { fetch, reports, requests } = setUp({ 1: "7" });
  expect(await fetch({ 0: "5", 1: "7", 2: "9" })).toEqual([0, 2]);
  expect(reports).toMatchObject([{ topic: "t", partition: 1, offset: 7n, error: { message: "no codec" } }]);
  requests.length = 0;
  expect(await fetch({ 0: "6", 1: "7", 2: "9" })).toEqual([0, 2]);
  expect(requests).toHaveLength(1);
});

test("it is tried again from time to time, and read when it can be", async () => {
  const broken: Record<number, string> = { 1: "7" };
  const { fetch, reports } = setUp(broken);
  await fetch({ 0: "5", 1: "7" });
  vi.advanceTimersByTime(31_000);
  expect(await fetch({ 0: "5", 1: "7" })).toEqual([0]);
  expect(reports).toHaveLength(2);
  delete broken[1];
  vi.advanceTimersByTime(31_000);
  expect(await fetch({ 0: "5", 1: "7" })).toEqual([0, 1]);
});

test("a partition that is read from elsewhere is not held up", async () => {
  const { fetch } = setUp({ 1: "7" });
  await fetch({ 1: "7" });
  expect(await fetch({ 1: "3" })).toEqual([1]);
});

test("what is no failure of decoding goes on as it is", async () => {
  const offline = Object.assign(new Error("Closed connection"), { name: "KafkaJSConnectionClosedError" });
  const { fetch, reports } = setUp({ 0: "5" }, offline);
  await expect(fetch({ 0: "5", 1: "7" })).rejects.toBe(offline);
  expect(reports).toEqual([]);
});

test("kafkajs has the private parts that are reached into", () => {
  const kafka = new Kafka({ clientId: "test", brokers: ["127.0.0.1:1"], logLevel: logLevel.NOTHING });
  const key = Object.getOwnPropertySymbols(kafka).find(
    (symbol) => symbol.description === "private:Kafka:createCluster",
  );
  const cluster: unknown = Reflect.apply(Reflect.get(kafka, key ?? ""), kafka, [{}]);
  expect(cluster).toMatchObject({
    findBroker: expect.any(Function),
    connectionPoolBuilder: { build: expect.any(Function) },
  });
});
