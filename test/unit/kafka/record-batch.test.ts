import { createRequire } from "node:module";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { Partitioners } from "kafkajs";
import { expect, test } from "vitest";
import { crc32c } from "../../../src/kafka/crc32c.js";
import { murmur2 } from "../../../src/kafka/murmur2.js";
import { type BatchMessage, encodeRecordBatch } from "../../../src/kafka/record-batch.js";

const require = createRequire(import.meta.url);
const Record = require("kafkajs/src/protocol/recordBatch/record/v0");
const { RecordBatch } = require("kafkajs/src/protocol/recordBatch/v0");

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const part = fc.oneof(fc.string({ unit: "binary", maxLength: 100 }), bytes);
const key = fc.option(part);
const headers = fc.dictionary(
  fc.string({ unit: "binary" }),
  fc.oneof(part, fc.array(part, { maxLength: 3 })),
);
const messages = fc.array(fc.record({ key, value: key, headers }), { minLength: 1, maxLength: 40 });
const settings = fc.record({
  producerId: fc.bigInt({ min: -1n, max: 2n ** 62n }),
  producerEpoch: fc.nat({ max: 32_767 }),
  firstSequence: fc.nat({ max: 2 ** 31 - 1 }),
  timestamp: fc.nat({ max: 2 ** 42 }),
});

test("a batch has the bytes that kafkajs writes of the same records", async () => {
  await fc.assert(
    fc.asyncProperty(messages, settings, async (records, given) => {
      const own = await encodeRecordBatch(records, { ...given, compress: false });
      expect(own.equals(await batchOfKafkajs(records, given))).toBe(true);
    }),
  );
});

test("a compressed batch has the same records, says so, and has the checksum of what it holds", async () => {
  const records = [{ key: "run", value: Buffer.from("text ".repeat(1_000)), headers: { kind: "action" } }];
  const given = { producerId: 1n, producerEpoch: 0, firstSequence: 7, timestamp: 5 };
  const plain = await encodeRecordBatch(records, { ...given, compress: false });
  const packed = await encodeRecordBatch(records, { ...given, compress: true });
  expect(gunzipSync(packed.subarray(HEADER_BYTES))).toEqual(plain.subarray(HEADER_BYTES));
  expect(packed.readInt16BE(ATTRIBUTES)).toBe(1);
  expect(packed.readUInt32BE(CHECKSUM)).toBe(crc32c(packed, ATTRIBUTES));
  expect(packed.length).toBeLessThan(plain.length / 10);
});

// RFC 3720, B.4.
test.each([
  ["", 0],
  ["00".repeat(32), 0x8a9136aa],
  ["ff".repeat(32), 0x62a8ab43],
  [Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString("hex"), 0x46dd794e],
  [Buffer.from(Array.from({ length: 32 }, (_, index) => 31 - index)).toString("hex"), 0x113fdb5c],
])("CRC-32C of %s", (hex, expected) => {
  expect(crc32c(Buffer.from(hex, "hex"))).toBe(expected);
});

test("a key's partition is the one that kafkajs, and with it Kafka's own client, chooses", () => {
  const choose = Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: 997 }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 1,
    replicas: [],
    isr: [],
  }));
  fc.assert(
    fc.property(fc.oneof(bytes, fc.uuid().map(Buffer.from)), (one) => {
      const message = { key: one, value: null };
      const theirs = choose({ topic: "topic", partitionMetadata, message });
      expect((murmur2(one) & 0x7fffffff) % partitionMetadata.length).toBe(theirs);
    }),
  );
});

const [HEADER_BYTES, CHECKSUM, ATTRIBUTES] = [61, 17, 21];

async function batchOfKafkajs(
  records: readonly BatchMessage[],
  { producerId, timestamp, ...given }: { producerId: bigint; timestamp: number },
): Promise<Buffer> {
  const encoder = await RecordBatch({
    ...given,
    producerId: String(producerId),
    firstTimestamp: timestamp,
    maxTimestamp: timestamp,
    lastOffsetDelta: records.length - 1,
    records: records.map((record, offsetDelta) => Record({ ...record, offsetDelta, timestampDelta: 0 })),
  });
  return encoder.buffer;
}
