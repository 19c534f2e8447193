import fc from "fast-check";
import { expect, test } from "vitest";
import { fromEpochMillis } from "../../src/event/timestamp.js";
import { arrayLiteral } from "../../src/store/array-literal.js";
import { type BinaryType, binaryArray } from "../../src/store/binary-array.js";
import { createDatabase } from "../helpers/stack.js";
import { poolOn } from "./store-fixture.js";

const pool = poolOn(await createDatabase());

// All times that have a binary form, the ends of months among them.
const times = fc
  .double({ min: Date.UTC(1716, 0, 1), max: Date.UTC(2284, 11, 31), noNaN: true })
  .map((millis) => fromEpochMillis(millis)?.iso ?? "");
const texts = fc
  .string({ unit: "binary", maxLength: 90 })
  .map((text) => text.toWellFormed().replaceAll("\0", ""));

const ELEMENTS: Record<BinaryType, fc.Arbitrary<string>> = {
  uuid: fc.uuid(),
  text: texts,
  jsonb: fc.jsonValue().map((value) => JSON.stringify(value).toWellFormed().replaceAll("\\u0000", "")),
  integer: fc.integer().map(String),
  bigint: fc.maxSafeInteger().map(String),
  boolean: fc.boolean().map(String),
  timestamptz: times,
};

// A repetition is written by copying.
const repeated = (elements: (string | undefined)[]) => elements.flatMap((element) => [element, element]);

test.each(Object.keys(ELEMENTS) as BinaryType[])(
  "PostgreSQL reads the same %s elements from the binary form as from the text",
  async (type) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(ELEMENTS[type], { nil: undefined }), { minLength: 1, maxLength: 40 }),
        async (some) => {
          const elements = repeated(some);
          const binary = binaryArray(elements, type);
          expect(binary).not.toBeUndefined();
          const { rows } = await pool.query(
            `select $1::${type}[] is not distinct from $2::${type}[] as same, cardinality($1::${type}[]) as length`,
            [binary, arrayLiteral(elements)],
          );
          expect(rows).toEqual([{ same: true, length: binary === null ? null : elements.length }]);
        },
      ),
      { numRuns: 60 },
    );
  },
);
