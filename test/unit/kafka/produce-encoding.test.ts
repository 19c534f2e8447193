import { createRequire } from "node:module";
import { Kafka, logLevel } from "kafkajs";
import { afterEach, expect, test, vi } from "vitest";
import { onCluster } from "../../../src/kafka/cluster-hook.js";
import { encodeProduceRequests } from "../../../src/kafka/produce-encoding.js";

const require = createRequire(import.meta.url);
const { requests, lookup } = require("kafkajs/src/protocol/requests");
const Encoder = require("kafkajs/src/protocol/encoder");

const PRODUCE = 0;
const FETCH = 1;
const message = (value: string) => ({ key: "run-ü", value: Buffer.from(value), headers: { kind: "action" } });
const options = {
  acks: -1,
  timeout: 30_000,
  compression: 0,
  producerId: "4711",
  producerEpoch: 3,
  topicData: [
    {
      topic: "agent-actions-ü",
      partitions: [
        { partition: 2, firstSequence: 5, messages: [message("one"), message("two")] },
        { partition: 0, firstSequence: 0, messages: [message("three")] },
      ],
    },
  ],
};

afterEach(() => vi.useRealTimers());

test.each([3, 5, 7])(
  "a Produce request of version %i has the bytes of kafkajs, written by us",
  async (version) => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const { request } = brokerOf(version).lookupRequest(PRODUCE, requests.Produce)(options);
    const own = await request.encode();
    const theirs = await requests.Produce.protocol({ version })(options).request.encode();
    expect(own).not.toBeInstanceOf(Encoder);
    expect(theirs).toBeInstanceOf(Encoder);
    expect(own.buffer.equals(theirs.buffer)).toBe(true);
    // As kafkajs puts it into the request.
    expect(new Encoder().writeEncoder(own).buffer.equals(theirs.buffer)).toBe(true);
    expect(own.size()).toBe(theirs.size());
  },
);

test.each([
  ["a transaction", 7, { ...options, transactionalId: "transaction" }],
  ["another codec", 7, { ...options, compression: 2 }],
  ["an older format", 2, options],
  ["a record with a time of its own", 7, withTimestamp()],
])("%s is left to kafkajs", (_name, version, given) => {
  const { request } = brokerOf(version).lookupRequest(PRODUCE, requests.Produce)(given);
  expect(String(request.encode)).toBe(String(requests.Produce.protocol({ version })(given).request.encode));
});

test("other requests are kafkajs's own", () => {
  const broker = brokerOf(7);
  expect(String(broker.lookupRequest(FETCH, requests.Fetch))).toBe(
    String(requests.Fetch.protocol({ version: 7 })),
  );
});

function withTimestamp() {
  const messages = [{ ...message("one"), timestamp: "5" }];
  return { ...options, topicData: [{ topic: "topic", partitions: [{ partition: 0, messages }] }] };
}

/** A broker of a client of ours, as it is once its versions are known. */
function brokerOf(version: number) {
  const kafka = new Kafka({ brokers: ["127.0.0.1:1"], logLevel: logLevel.NOTHING });
  encodeProduceRequests(kafka);
  let pool: unknown;
  onCluster(kafka, ({ brokerPool }) => {
    pool = brokerPool;
  });
  kafka.producer();
  const { createBroker, rootLogger } = pool as {
    createBroker(given: object): { lookupRequest: ReturnType<typeof lookup> };
    rootLogger: object;
  };
  const broker = createBroker({ connectionPool: { connectionTimeout: 1 }, logger: rootLogger });
  const versions = { [PRODUCE]: { maxVersion: version }, [FETCH]: { maxVersion: 7 } };
  broker.lookupRequest = lookup(versions);
  return broker;
}
