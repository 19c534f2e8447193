import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readProduced } from "../../../src/kafka/produce-response.js";

const require = createRequire(import.meta.url);

const INT64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const PARTITION = fc.record({
  partition: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  errorCode: fc.constant<number>(0),
  baseOffset: INT64,
  logAppendTime: INT64,
  logStartOffset: INT64,
});
const TOPICS = fc.array(
  fc.record({
    name: fc.string({ unit: "grapheme", maxLength: 20 }),
    partitions: fc.array(PARTITION, { maxLength: 3 }),
  }),
  { maxLength: 3 },
);
type Topics = ReturnType<typeof TOPICS.generate>["value"];
const VERSION = fc.integer({ min: 3, max: 7 });

function encode(topics: Topics, throttle: number, version: number): Buffer {
  const parts: Buffer[] = [];
  const int = (size: 2 | 4, value: number) => {
    const bytes = Buffer.alloc(size);
    bytes.writeIntBE(value, 0, size);
    parts.push(bytes);
  };
  const int64 = (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    parts.push(bytes);
  };
  int(4, topics.length);
  for (const { name, partitions } of topics) {
    int(2, Buffer.byteLength(name));
    parts.push(Buffer.from(name));
    int(4, partitions.length);
    for (const { partition, errorCode, baseOffset, logAppendTime, logStartOffset } of partitions) {
      int(4, partition);
      int(2, errorCode);
      int64(baseOffset);
      int64(logAppendTime);
      if (version >= 5) int64(logStartOffset);
    }
  }
  int(4, throttle);
  return Buffer.concat(parts);
}

test("a response says the same as kafkajs reads in it", async () => {
  await fc.assert(
    fc.asyncProperty(TOPICS, fc.nat(), VERSION, async (topics, throttle, version) => {
      const bytes = encode(topics, throttle, version);
      const theirs = await require(`kafkajs/src/protocol/requests/produce/v${version}/response`).decode(
        bytes,
      );
      expect(readProduced(bytes, version)).toEqual(theirs);
    }),
  );
});

test("a response with an error, one that is cut and one with more is not read", () => {
  const partition = { partition: 1, errorCode: 0, baseOffset: 7n, logAppendTime: -1n, logStartOffset: 0n };
  const topics = [{ name: "agent-actions", partitions: [partition, { ...partition, partition: 2 }] }];
  const bytes = encode(topics, 0, 7);
  expect(readProduced(bytes, 7)).toBeDefined();
  for (let end = 0; end < bytes.length; end++)
    expect(readProduced(bytes.subarray(0, end), 7)).toBeUndefined();
  expect(readProduced(Buffer.concat([bytes, Buffer.alloc(1)]), 7)).toBeUndefined();
  const refused = [{ name: "agent-actions", partitions: [partition, { ...partition, errorCode: 10 }] }];
  expect(readProduced(encode(refused, 0, 7), 7)).toBeUndefined();
});
