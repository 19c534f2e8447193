import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arrivedSequences, hasSequence } from "../../../src/store/producers/arrived-sequences.js";
import type { KafkaRecord } from "../../../src/store/stored-event.js";

const record = (epoch: unknown, sequence: unknown, timestampMillis = 0): KafkaRecord => ({
  topic: "t",
  partition: 0,
  offset: "0",
  timestampMillis,
  headers: { "producer-epoch": epoch, "producer-sequence": sequence },
});

const bytes = (value: string | number) => Buffer.from(String(value));

describe("the numbers of some records", () => {
  test("are ranges by epoch, with the times of the earliest and the latest record", () => {
    const records = [
      record(bytes("b"), bytes(3), 3_000),
      record(bytes("a"), bytes(9), 1_000),
      record(bytes("b"), bytes(1), 5_000),
      record(bytes("b"), bytes(2), 4_000),
      record("b", "7", 2_000),
    ];
    expect(arrivedSequences(records)).toEqual([
      {
        epoch: "a",
        sequences: "{[9,9]}",
        firstSeenAt: "1970-01-01T00:00:01.000Z",
        lastSeenAt: "1970-01-01T00:00:01.000Z",
      },
      {
        epoch: "b",
        sequences: "{[1,3],[7,7]}",
        firstSeenAt: "1970-01-01T00:00:02.000Z",
        lastSeenAt: "1970-01-01T00:00:05.000Z",
      },
    ]);
  });

  test.each<[string, KafkaRecord]>([
    ["no headers", { topic: "t", partition: 0, offset: "0" }],
    ["no epoch", record(undefined, bytes(1))],
    ["an empty epoch", record(bytes(""), bytes(1))],
    ["an epoch that is too long", record(bytes("e".repeat(257)), bytes(1))],
    ["two epochs", record([bytes("a"), bytes("b")], bytes(1))],
    ["two numbers", record(bytes("a"), [bytes(1), bytes(2)])],
    ["no number", record(bytes("a"), null)],
    ["an empty number", record(bytes("a"), bytes(""))],
    ["zero", record(bytes("a"), bytes(0))],
    ["a sign", record(bytes("a"), bytes(-1))],
    ["a fraction", record(bytes("a"), "1.5")],
    ["a number that no producer reaches", record(bytes("a"), bytes("9".repeat(16)))],
  ])("with %s are none", (_what, odd) => {
    expect(hasSequence(odd)).toBe(false);
    // What stood before it is not taken for its own.
    expect(arrivedSequences([record(bytes("x"), bytes(5)), odd])).toMatchObject([
      { epoch: "x", sequences: "{[5,5]}" },
    ]);
  });

  test("are the set of all numbers, whatever their order, mixture and repetition", () => {
    const sequences = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 1, max: 60 })), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(sequences, fc.boolean(), (numbers, asText) => {
        const arrived = arrivedSequences(
          numbers.map(([epoch, sequence]) =>
            asText ? record(epoch, String(sequence)) : record(bytes(epoch), bytes(sequence)),
          ),
        );
        const found = arrived.flatMap(({ epoch, sequences: text }) =>
          [...text.matchAll(/\[(\d+),(\d+)\]/g)].flatMap(([, from, to]) =>
            Array.from({ length: Number(to) - Number(from) + 1 }, (_, at) => `${epoch} ${Number(from) + at}`),
          ),
        );
        expect(new Set(found)).toEqual(new Set(numbers.map(([epoch, sequence]) => `${epoch} ${sequence}`)));
        expect(found).toHaveLength(new Set(found).size);
      }),
    );
  });
});
