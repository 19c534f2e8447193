import fc from "fast-check";
import { expect, test } from "vitest";
import { readSegment, type SegmentChunk } from "../../../src/spool/read-segment.js";
import { CANCELLED, decodeRecord, encodeRecord, STATE_OFFSET } from "../../../src/spool/spool-record.js";
import { nameIn, spoolRecord } from "./records.js";

/** The whole of it, read in steps of so many bytes. */
async function readAll(bytes: Buffer, maxBytes: number): Promise<SegmentChunk> {
  const file = {
    size: bytes.length,
    read: async (at: number, count: number) => bytes.subarray(at, at + count),
  };
  const records = [];
  const damage = [];
  let next = 0;
  for (let isEnd = false; !isEnd; ) {
    const chunk = await readSegment(file, next, { maxRecords: 3, maxBytes });
    expect(chunk.isEnd || chunk.next > next).toBe(true);
    records.push(...chunk.records);
    damage.push(...chunk.damage);
    next = chunk.next;
    isEnd = chunk.isEnd;
  }
  return { records, damage, next, isEnd: true };
}

const written = fc
  .array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 20 })
  .map((sizes) => sizes.map((bytes, index) => spoolRecord(`${index}`, bytes)));

test("a record comes back as it was written, with any text in its parts", () => {
  const anyRecord = fc.record({
    topic: fc.string({ maxLength: 249 }),
    key: fc.string({ maxLength: 100, unit: "grapheme" }),
    headers: fc.dictionary(fc.string(), fc.string({ unit: "grapheme" })),
    value: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    spooledAt: fc.integer({ min: 0, max: 2 ** 45 }),
  });
  fc.assert(
    fc.property(anyRecord, fc.nat(20), (record, before) => {
      const bytes = Buffer.concat([Buffer.alloc(before), encodeRecord(record)]);
      const decoded = decodeRecord(bytes, before);
      expect(decoded).toMatchObject({ status: "record", end: bytes.length, isCancelled: false });
      if (decoded.status === "record")
        expect({ ...decoded.record, headers: { ...decoded.record.headers } }).toEqual({
          ...record,
          headers: { ...record.headers },
        });
    }),
  );
});

test("a file that ends anywhere is read to its last whole record, and the torn one is named", async () => {
  await fc.assert(
    fc.asyncProperty(written, fc.nat(), fc.integer({ min: 32, max: 900 }), async (records, cut, step) => {
      const encoded = records.map(encodeRecord);
      const whole = Buffer.concat(encoded);
      const bytes = whole.subarray(0, cut % (whole.length + 1));
      const ends = encoded.map((_, index) => Buffer.concat(encoded.slice(0, index + 1)).length);
      const expected = ends.filter((end) => end <= bytes.length).length;
      const read = await readAll(bytes, step);
      expect(read.records.map(({ record }) => nameIn(record))).toEqual(
        records.slice(0, expected).map(nameIn),
      );
      const from = ends[expected - 1] ?? 0;
      const torn = from < bytes.length ? [{ from, to: bytes.length, isTornEnd: true }] : [];
      expect(read.damage).toEqual(torn);
    }),
  );
});

test("bytes that were changed anywhere cost the records that they are in, and no other", async () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(written, flips, fc.integer({ min: 32, max: 900 }), async (records, changes, step) => {
      const encoded = records.map(encodeRecord);
      const bytes = Buffer.concat(encoded);
      const ends = encoded.map((_, index) => Buffer.concat(encoded.slice(0, index + 1)).length);
      const touched = new Set<number>();
      for (const [where, change] of changes) {
        const at = where % bytes.length;
        bytes[at] = bytes[at]! ^ change;
        const index = ends.findIndex((end) => end > at);
        // The state is outside the checksum, and three bytes beside it mean nothing.
        const within = at - (ends[index - 1] ?? 0);
        if (within < STATE_OFFSET || within >= STATE_OFFSET + 4) touched.add(index);
      }
      const names = (await readAll(bytes, step)).records.map(({ record }) => nameIn(record));
      const unharmed = records.map(nameIn).filter((_, index) => !touched.has(index));
      // Two changes of one byte may undo each other.
      expect(names.filter((name) => unharmed.includes(name))).toEqual(unharmed);
      expect(records.map(nameIn)).toEqual(expect.arrayContaining(names));
    }),
    { numRuns: 500 },
  );
});

test("a record that was cancelled says so", () => {
  const bytes = encodeRecord(spoolRecord("a"));
  bytes[STATE_OFFSET] = CANCELLED;
  expect(decodeRecord(bytes, 0)).toMatchObject({ status: "record", isCancelled: true });
});

test("a record larger than what is read at once is read all the same", async () => {
  const bytes = Buffer.concat(
    [spoolRecord("a"), spoolRecord("b", 100_000), spoolRecord("c")].map(encodeRecord),
  );
  const read = await readAll(bytes, 1_024);
  expect(read.records.map(({ record }) => nameIn(record))).toEqual(["a", "b", "c"]);
});
