import { createRequire } from "node:module";
import { Kafka, logLevel } from "kafkajs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { onCluster } from "../../../src/kafka/cluster-hook.js";
import { writeProduceRequests } from "../../../src/kafka/produce-requests.js";

const require = createRequire(import.meta.url);
const { requests, lookup } = require("kafkajs/src/protocol/requests");
const Encoder = require("kafkajs/src/protocol/encoder");
const createRequest = require("kafkajs/src/protocol/request");
const { KafkaJSConnectionClosedError } = require("kafkajs/src/errors");

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

describe("to a broker that is connected", () => {
  test("the first request shows how kafkajs makes it, and the next ones are put into the connection's queue with the same bytes", async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const { broker, connection, pool } = connectedBroker();
    await broker.produce(options);
    expect(pool.send).toHaveBeenCalledTimes(1);
    expect(connection.written).toEqual([]);
    const { topics } = await broker.produce(options);
    expect(pool.send).toHaveBeenCalledTimes(1);
    const { request } = requests.Produce.protocol({ version: 7 })(options);
    const theirs = await createRequest({ request, correlationId: 41, clientId: "agent-ü" });
    expect(connection.written).toEqual([theirs.buffer]);
    expect(topics).toMatchObject([{ topicName: "topic", partitions: [{ partition: 2, errorCode: 0 }] }]);
    expect(connection.requestQueue.maybeThrottle).toHaveBeenCalledWith(7);
  });

  test("an error of the broker rejects with kafkajs's error for it", async () => {
    const { broker, connection } = connectedBroker();
    await broker.produce(options);
    connection.errorCode = 6;
    const error = await broker.produce(options).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ type: "NOT_LEADER_FOR_PARTITION", retriable: true });
  });

  test("a connection that is closed meanwhile rejects, and the broker is disconnected as kafkajs does it", async () => {
    const { broker, connection, pool } = connectedBroker();
    await broker.produce(options);
    connection.closes = new KafkaJSConnectionClosedError("Closed connection", { host: "h", port: 1 });
    await expect(broker.produce(options)).rejects.toBe(connection.closes);
    expect(pool.destroy).toHaveBeenCalledTimes(1);
  });

  test.each<[string, (broker: Connected) => object]>([
    ["no connection", ({ connection }) => Object.assign(connection, { isConnected: () => false }) && options],
    [
      "a login that has to be made again",
      ({ connection }) => Object.assign(connection, { sasl: {} }) && options,
    ],
    ["no acknowledgement", () => ({ ...options, acks: 0 })],
    ["a transaction", () => ({ ...options, transactionalId: "transaction" })],
    [
      "a connection that is lost while records are compressed",
      ({ connection }) => {
        connection.isConnected = vi.fn().mockReturnValueOnce(true).mockReturnValue(false);
        return { ...options, compression: 1 };
      },
    ],
  ])("with %s it is kafkajs that sends", async (_name, change) => {
    const connected = connectedBroker();
    await connected.broker.produce(options);
    await connected.broker.produce(change(connected));
    expect(connected.pool.send).toHaveBeenCalledTimes(2);
    expect(connected.connection.written).toEqual([]);
  });
});

type Connected = ReturnType<typeof connectedBroker>;

/** A broker whose connection answers at once. */
function connectedBroker() {
  const connection = {
    clientId: "agent-ü",
    sasl: null as unknown,
    errorCode: 0,
    closes: undefined as Error | undefined,
    written: [] as Buffer[],
    isConnected: () => true,
    isAuthenticated: () => false,
    nextCorrelationId: () => 41,
    socket: { write: (bytes: Buffer) => void connection.written.push(bytes) },
    requestQueue: {
      maybeThrottle: vi.fn(),
      push({ entry, sendRequest }: { entry: Entry; sendRequest: () => void }) {
        sendRequest();
        if (connection.closes !== undefined) entry.reject(connection.closes);
        else entry.resolve({ payload: producedResponse(connection.errorCode) });
      },
    },
  };
  const pool = {
    pool: [connection],
    connectionTimeout: 1,
    send: vi.fn(async (_request: object) => ({ topics: [] })),
    destroy: vi.fn(async () => undefined),
  };
  const broker = brokerOf(7, pool) as unknown as {
    produce(given: object): Promise<{ topics: unknown }>;
  };
  return { broker, connection, pool };
}

interface Entry {
  resolve(response: object): void;
  reject(error: Error): void;
}

/** One partition, and a throttle time of 7 ms. */
const producedResponse = (errorCode: number): Buffer =>
  new Encoder()
    .writeInt32(1)
    .writeString("topic")
    .writeInt32(1)
    .writeInt32(2)
    .writeInt16(errorCode)
    .writeInt64(5)
    .writeInt64(-1)
    .writeInt64(0)
    .writeInt32(7).buffer;

function withTimestamp() {
  const messages = [{ ...message("one"), timestamp: "5" }];
  return { ...options, topicData: [{ topic: "topic", partitions: [{ partition: 0, messages }] }] };
}

/** A broker of a client of ours, as it is once its versions are known. */
function brokerOf(version: number, connectionPool: object = { connectionTimeout: 1 }) {
  const kafka = new Kafka({ brokers: ["127.0.0.1:1"], logLevel: logLevel.NOTHING });
  writeProduceRequests(kafka);
  let pool: unknown;
  onCluster(kafka, ({ brokerPool }) => {
    pool = brokerPool;
  });
  kafka.producer();
  const { createBroker, rootLogger } = pool as {
    createBroker(given: object): { lookupRequest: ReturnType<typeof lookup> };
    rootLogger: object;
  };
  const broker = createBroker({ connectionPool, logger: rootLogger });
  const versions = { [PRODUCE]: { maxVersion: version }, [FETCH]: { maxVersion: 7 } };
  broker.lookupRequest = lookup(versions);
  return broker;
}
