import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  DEAD_LETTER_HEADERS,
  type DeadLetter,
  deadLetterMessage,
  messageBytes,
  trimmedDeadLetterMessage,
} from "../../../src/consumer/dead-letter.js";
import { sourceRecord } from "./records.js";

const at = new Date("2026-01-02T03:04:05.678Z");
const letter = (more: Partial<DeadLetter["record"]> = {}): DeadLetter => ({
  record: {
    ...sourceRecord("bytes", 42),
    headers: {
      empty: null,
      traceparent: Buffer.from("00-1"),
      twice: [Buffer.from("1"), Buffer.from("2")],
      none: undefined,
    },
    ...more,
  },
  reason: "refused_by_postgres",
  explanation: "why",
  sqlstate: "22P05",
});

describe("a dead letter", () => {
  test("keeps key, value and headers byte for byte, and says where it stood and why", () => {
    const message = deadLetterMessage(letter(), "group", at);
    expect(message.key).toEqual(Buffer.from("key"));
    expect(message.value).toEqual(Buffer.from("bytes"));
    expect(message.headers).toEqual({
      empty: Buffer.alloc(0),
      traceparent: Buffer.from("00-1"),
      twice: [Buffer.from("1"), Buffer.from("2")],
      "dead-letter.topic": "t",
      "dead-letter.partition": "0",
      "dead-letter.offset": "42",
      "dead-letter.timestamp": "1700000000000",
      "dead-letter.reason": "refused_by_postgres",
      "dead-letter.explanation": "why",
      "dead-letter.sqlstate": "22P05",
      "dead-letter.group": "group",
      "dead-letter.at": "2026-01-02T03:04:05.678Z",
    });
  });

  test("that dies again tells of its last place, not of its first", () => {
    const headers = { [DEAD_LETTER_HEADERS.offset]: Buffer.from("7") };
    expect(deadLetterMessage(letter({ headers }), "group", at).headers[DEAD_LETTER_HEADERS.offset]).toBe(
      "42",
    );
  });

  test("too large to be sent whole keeps its beginning, its size and its hash, and names what was left out", () => {
    const value = Buffer.alloc(100_000, "x");
    const message = trimmedDeadLetterMessage(letter({ value }), "group", at, 10_000);
    expect(message.value?.length).toBeLessThan(5_100);
    expect(message.value?.subarray(0, 5_000)).toEqual(value.subarray(0, 5_000));
    expect(String(message.value)).toMatch(/…\[trimmed: 100000 bytes\]$/);
    expect(message.headers).toMatchObject({
      "dead-letter.left-out": "value",
      "dead-letter.original-bytes": "100000",
      "dead-letter.original-sha256": createHash("sha256").update(value).digest("hex"),
      traceparent: Buffer.from("00-1"),
    });
  });

  test("whose key and headers are what is too large loses those, and fits", () => {
    const key = Buffer.alloc(50_000, "k");
    const headers = { huge: Buffer.alloc(50_000, "h") };
    const message = trimmedDeadLetterMessage(letter({ key, headers }), "group", at, 10_000);
    expect(message.key).toBeNull();
    expect(message.headers).not.toHaveProperty("huge");
    expect(message.headers["dead-letter.left-out"]).toBe("key, headers");
    expect(message.value).toEqual(Buffer.from("bytes"));
    expect(messageBytes(message)).toBeLessThan(10_000);
  });
});
