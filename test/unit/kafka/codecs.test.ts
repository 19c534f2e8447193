import fc from "fast-check";
import * as fzstd from "fzstd";
import { describe, expect, test } from "vitest";
import { decompressLz4 } from "../../../src/kafka/codecs/lz4.js";
import { decompressSnappy } from "../../../src/kafka/codecs/snappy.js";
import { decompressZstd } from "../../../src/kafka/codecs/zstd.js";

const hex = (...parts: string[]): Buffer => Buffer.from(parts.join("").replaceAll(" ", ""), "hex");
const text = (value: string): string => Buffer.from(value).toString("hex");

describe("Snappy", () => {
  test("literals and copies of every form, also one that reaches into itself", () => {
    // "abcd"; then 4 from 4 back, 3 from 8 back and 2 from 2 back, by one, two and four bytes; "x", and 6 from 1 back.
    const raw = hex("14", "0c", text("abcd"), "0104", "0a0800", "0702000000", "00", text("x"), "0901");
    expect(String(decompressSnappy(raw))).toBe("abcdabcdabcbcxxxxxxx");
  });

  test("a literal with a length of its own", () => {
    const long = "y".repeat(300);
    expect(String(decompressSnappy(hex("ac02", "f4", "2b01", text(long))))).toBe(long);
  });

  test("Java's framed blocks", () => {
    const block = hex("03", "08", text("abc"));
    const frame = hex("00000005", block.toString("hex"));
    const stream = Buffer.concat([hex("82534e41505059 00 00000001 00000001"), frame, frame]);
    expect(String(decompressSnappy(stream))).toBe("abcabc");
  });
});

describe("LZ4", () => {
  const frame = (flags: string, ...blocks: string[]): Buffer =>
    hex("04224d18", flags, "40", "00", ...blocks, "00000000");

  test("literals, a match, and the last literals", () => {
    // 4 literals, a match of 4 from 4 back, 1 literal.
    expect(String(decompressLz4(frame("60", "09000000", "40", text("abcd"), "0400", "10", text("!"))))).toBe(
      "abcdabcd!",
    );
  });

  test("a long match that reaches into itself, and lengths of more than one byte", () => {
    const block = hex("1f", text("z"), "0100", "ff", "05", "10", text("!"));
    const size = Buffer.alloc(4);
    size.writeUInt32LE(block.length);
    const expected = `${"z".repeat(1 + 15 + 255 + 5 + 4)}!`;
    expect(String(decompressLz4(frame("60", size.toString("hex"), block.toString("hex"))))).toBe(expected);
  });

  test("blocks that stand as they are, checksums, and matches that reach into the block before", () => {
    const stored = `04000080${text("abcd")}deadbeef`;
    const linked = `05000000${"00"}${"0400"}${"10"}${text("!")}deadbeef`;
    const bytes = Buffer.concat([frame("54", stored, linked), hex("deadbeef")]);
    expect(String(decompressLz4(bytes))).toBe("abcdabcd!");
  });

  test("frames behind one another", () => {
    const one = frame("60", `01000080${text("a")}`);
    expect(String(decompressLz4(Buffer.concat([one, one])))).toBe("aa");
  });
});

describe("Zstandard", () => {
  // `printf 'line %s\n' $(seq 1 40) | zstd -19`
  const frame = hex(
    "28b52ffd64370025020032430a0fc0b701b6fc6716d9dd3b252b2ace0d6028f1ace8ee3cf1ace8ee38f1ace8ee34f1ace8060da20c",
    "1227a810e86e06f0d51012e903395a34bdf7faff9f5b05520a21dad084",
  );
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index + 1}\n`).join("");
  const { decompress } = fzstd;

  test.each([
    ["this Node", undefined],
    ["a Node without it", decompress],
  ])("a frame, by %s", async (_name, inNode) => {
    expect(String(await decompressZstd(frame, inNode))).toBe(lines);
    expect(String(await decompressZstd(Buffer.concat([frame, frame]), inNode))).toBe(lines + lines);
  });

  test("rejects what is something else", async () => {
    await expect(decompressZstd(Buffer.from("no frame"))).rejects.toThrow();
    await expect(decompressZstd(frame.subarray(0, 40))).rejects.toThrow();
  });
});

test.each([
  ["Snappy", decompressSnappy],
  ["LZ4", decompressLz4],
])("%s: bytes of any sort give an answer or an error, and never a hang", (_name, decompress) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const framed = Buffer.concat([hex("04224d18604000"), Buffer.from(bytes)]);
      for (const input of [Buffer.from(bytes), framed]) {
        try {
          expect(Buffer.isBuffer(decompress(input))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }
    }),
  );
});
