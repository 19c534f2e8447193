import { describe, expect, test } from "vitest";
import { type BinaryType, binaryArray } from "../../../src/store/binary-array.js";

const header = (length: number, oid: number, nulls: boolean): Buffer => {
  const bytes = Buffer.alloc(20);
  [1, nulls ? 1 : 0, oid, length, 1].forEach((value, index) => {
    bytes.writeInt32BE(value, index * 4);
  });
  return bytes;
};

describe("a PostgreSQL array in binary form", () => {
  test("says dimension, nulls, type and length, then each element with its length", () => {
    expect(binaryArray(["a", undefined, "é"], "text")).toEqual(
      Buffer.concat([
        header(3, 25, true),
        Buffer.from([0, 0, 0, 1, 0x61]),
        Buffer.from([255, 255, 255, 255]),
        Buffer.from([0, 0, 0, 2, 0xc3, 0xa9]),
      ]),
    );
  });

  test("counts microseconds from the year 2000", () => {
    const array = binaryArray(["2000-01-01T00:00:01.000002Z", "1999-12-31T23:59:59.999Z"], "timestamptz");
    expect(array?.readBigInt64BE(24)).toBe(1_000_002n);
    expect(array?.readBigInt64BE(36)).toBe(-1_000n);
  });

  test("is null where no element is there", () => {
    expect(binaryArray([undefined, undefined], "uuid")).toBeNull();
    expect(binaryArray([], "text")).toBeNull();
  });

  test("grows with its elements, and is a copy that the next one does not change", () => {
    const large = "x".repeat(3_000_000);
    const first = binaryArray([large, large], "text");
    binaryArray(["y".repeat(100)], "text");
    expect(first?.length).toBe(20 + 2 * 3_000_004);
    expect(first?.subarray(-3).toString()).toBe("xxx");
  });

  test.each<[BinaryType, string[]]>([
    [
      "uuid",
      ["", "01900000-0000-7000-8000-00000000000", "01900000-0000-7000-8000-00000000000G", "0".repeat(36)],
    ],
    ["integer", ["", " 1", "2147483648", "1.5", "x"]],
    ["bigint", ["", "9007199254740993", "1e400", "x"]],
    ["boolean", ["", "t", "TRUE"]],
    [
      "timestamptz",
      [
        "2026-02-29T00:00:00.000Z",
        "2026-04-31T00:00:00.000Z",
        "2026-13-01T00:00:00.000Z",
        "2026-01-00T00:00:00.000Z",
        "2026-01-01T24:00:00.000Z",
        "2026-01-01T00:00:60.000Z",
        "0001-01-01T00:00:00.000Z",
        "9999-12-31T00:00:00.000Z",
        "2026-01-01 00:00:00",
      ],
    ],
  ])("leaves it to the server to say what is wrong with a %s", (type, elements) => {
    for (const element of elements) expect(binaryArray([element], type)).toBeUndefined();
  });

  test("knows the last days of months and leap years", () => {
    for (const day of ["2024-02-29", "2026-02-28", "2026-12-31", "2000-02-29", "1900-02-28", "2100-03-01"])
      expect(binaryArray([`${day}T00:00:00.000Z`], "timestamptz")?.readBigInt64BE(24)).toBe(
        BigInt(Date.parse(`${day}T00:00:00.000Z`) - Date.UTC(2000, 0, 1)) * 1_000n,
      );
  });
});
