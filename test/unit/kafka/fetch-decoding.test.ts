import { createRequire } from "node:module";
import fc from "fast-check";
import { Kafka, logLevel } from "kafkajs";
import { expect, test } from "vitest";
import { onCluster } from "../../../src/kafka/cluster-hook.js";
import { decodeFetches } from "../../../src/kafka/fetch-decoding.js";
import { FetchedRecord } from "../../../src/kafka/fetched-records.js";

const require = createRequire(import.meta.url);
const { requests, lookup } = require("kafkajs/src/protocol/requests");
const Encoder = require("kafkajs/src/protocol/encoder");
const Long = require("kafkajs/src/utils/long");
const Record = require("kafkajs/src/protocol/recordBatch/record/v0");
const { RecordBatch } = require("kafkajs/src/protocol/recordBatch/v0");

const FETCH = 1;
const VERSION = 11;
const { response: theirs } = requests.Fetch.protocol({ version: VERSION })({ topics: [] });
const ours = responseOf(VERSION);

/** What a consumer reads of a record, kafkajs included. */
const plain = ({ offset, timestamp, key, value, headers, isControlRecord, batchContext }: FetchedRecord) => ({
  offset,
  timestamp,
  key,
  value,
  headers: { ...headers },
  isControlRecord,
  producerId: batchContext.producerId,
  inTransaction: batchContext.inTransaction,
});

interface Response {
  readonly responses: readonly {
    readonly partitions: readonly { readonly messages: readonly FetchedRecord[] }[];
  }[];
}

const comparable = ({ responses, ...response }: Response) => ({
  ...response,
  responses: responses.map((topic) => ({
    ...topic,
    partitions: topic.partitions.map((one) => ({ ...one, messages: one.messages.map(plain) })),
  })),
});

const part = fc.option(fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)));
const header = fc.oneof(
  fc.string({ unit: "binary", maxLength: 70 }),
  fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 3 }),
);
const record = fc.record({
  key: part,
  value: part,
  headers: fc.dictionary(fc.string({ unit: "binary" }), header, { maxKeys: 4 }),
  timestampDelta: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
});
const batch = fc.record({
  records: fc.array(record, { maxLength: 20 }),
  firstOffset: fc.nat({ max: 2 ** 50 }),
  firstTimestamp: fc.nat({ max: 2 ** 42 }),
  maxTimestamp: fc.nat({ max: 2 ** 42 }),
  producerId: fc.bigInt({ min: -1n, max: 2n ** 62n }).map(String),
  compression: fc.constantFrom(0, 1),
  transactional: fc.boolean(),
  /** Bits of the attributes: the broker's time, a marker of a transaction. */
  more: fc.constantFrom(0, 0x08, 0x20),
});
type Batch = typeof batch extends fc.Arbitrary<infer One> ? One : never;
const partition = fc.record({
  batches: fc.array(batch, { maxLength: 3 }),
  /** Bytes that are missing at the end of all but the first batch. */
  cut: fc.nat({ max: 40 }),
  aborted: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 2 }),
});
type Partition = typeof partition extends fc.Arbitrary<infer One> ? One : never;

async function batchBytes({ records, more, ...given }: Batch): Promise<Buffer> {
  const { buffer } = await RecordBatch({
    ...given,
    lastOffsetDelta: records.length - 1,
    records: records.map(({ timestampDelta, ...one }, offsetDelta) =>
      Record({ ...one, offsetDelta, timestampDelta: Long.fromNumber(timestampDelta) }),
    ),
  });
  buffer.writeInt16BE(buffer.readInt16BE(21) | more, 21);
  return buffer;
}

async function payloadOf(partitions: readonly Partition[]): Promise<Buffer> {
  const encoded = [];
  for (const [number, { batches, cut, aborted }] of partitions.entries()) {
    const bytes = Buffer.concat(await Promise.all(batches.map(batchBytes)));
    const set = bytes.subarray(0, batches.length > 1 ? bytes.length - cut : bytes.length);
    const transactions = aborted.map(([id, offset]) => new Encoder().writeInt64(id).writeInt64(offset));
    const head = new Encoder().writeInt32(number).writeInt16(0).writeInt64(77).writeInt64(76).writeInt64(1);
    encoded.push(head.writeArray(transactions).writeInt32(-1).writeBytes(set));
  }
  const topic = new Encoder().writeString("topic-ü").writeArray(encoded);
  return new Encoder().writeInt32(5).writeInt16(0).writeInt32(9).writeArray([topic]).buffer;
}

test("a response is read as kafkajs reads it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(partition, { minLength: 1, maxLength: 3 }), async (partitions) => {
      const payload = await payloadOf(partitions);
      const own = await ours.decode(payload);
      expect(comparable(own)).toEqual(comparable(await theirs.decode(payload)));
      for (const { messages } of own.responses[0]?.partitions ?? [])
        for (const message of messages) {
          expect(message).toBeInstanceOf(FetchedRecord);
          expect(message.valueBytes).toBe(message.value?.length ?? 0);
          expect(String(message.timestampMillis)).toBe(message.timestamp);
        }
    }),
  );
});

test("bytes that are no response are left to kafkajs, whatever is wrong with them", async () => {
  const some = await payloadOf([{ batches: [batchOf()], cut: 0, aborted: [] }]);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: some.length - 1 }), fc.nat({ max: 255 }), async (at, byte) => {
      const broken = Buffer.from(some);
      broken[at] = byte;
      const [own, their] = await Promise.all([resultOf(ours, broken), resultOf(theirs, broken)]);
      expect(isResponse(own) ? comparable(own) : own).toEqual(isResponse(their) ? comparable(their) : their);
    }),
  );
});

test.each([
  ["an older message format", 16, 1],
  ["an unknown codec", 22, 7],
  ["a number beyond 2^53", 0, 0x7f],
])("%s is left to kafkajs", async (_name, at, byte) => {
  const payload = await payloadOf([{ batches: [batchOf()], cut: 0, aborted: [] }]);
  const start = payload.length - (await batchBytes(batchOf())).length;
  payload[start + at] = byte;
  const [own, their] = await Promise.all([resultOf(ours, payload), resultOf(theirs, payload)]);
  expect(own).toEqual(their);
});

test("another version of the request is left to kafkajs", () => {
  expect(responseOf(10).decode).toBe(
    requests.Fetch.protocol({ version: 10 })({ topics: [] }).response.decode,
  );
});

function batchOf(): Batch {
  const one = {
    key: Buffer.from("run"),
    value: Buffer.from("{}"),
    headers: { kind: "action" },
    timestampDelta: 3,
  };
  const given = {
    firstOffset: 4,
    firstTimestamp: 5,
    maxTimestamp: 6,
    producerId: "7",
    compression: 0 as const,
  };
  return { ...given, records: [one, one], transactional: false, more: 0 };
}

const isResponse = (result: unknown): result is Response =>
  typeof result === "object" && result !== null && "responses" in result;

interface Reader {
  decode(payload: Buffer): Promise<Response>;
}

const resultOf = (reader: Reader, payload: Buffer): Promise<unknown> =>
  reader.decode(payload).catch((error: unknown) => error);

/** What a broker of a client of ours, which knows Fetch up to this version, reads responses with. */
function responseOf(version: number): Reader {
  const kafka = new Kafka({ brokers: ["127.0.0.1:1"], logLevel: logLevel.NOTHING });
  decodeFetches(kafka);
  let pool: unknown;
  onCluster(kafka, ({ brokerPool }) => {
    pool = brokerPool;
  });
  kafka.consumer({ groupId: "group" });
  const { createBroker, rootLogger } = pool as {
    createBroker(given: object): { lookupRequest: ReturnType<typeof lookup> };
    rootLogger: object;
  };
  const broker = createBroker({ connectionPool: { connectionTimeout: 1 }, logger: rootLogger });
  broker.lookupRequest = lookup({ [FETCH]: { maxVersion: version } });
  return broker.lookupRequest(FETCH, requests.Fetch)({ topics: [], maxWaitTime: 5 }).response;
}
