import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode } from "../../../src/consumer/decode.js";
import { EVENT_KINDS } from "../../../src/event/index.js";
import { actionText, sourceRecord } from "./records.js";

describe("decode", () => {
  test("gives the event and the text that it was read from", () => {
    const decoded = decode("action", sourceRecord(actionText("Grep")));
    expect(decoded).toMatchObject({
      outcome: "valid",
      text: actionText("Grep"),
      event: { kind: "action", event: { action_name: "Grep" } },
    });
  });

  test("skips a tombstone and an empty value, and says which", () => {
    expect(decode("action", sourceRecord(null))).toEqual({ outcome: "skipped", reason: "tombstone" });
    expect(decode("action", sourceRecord(""))).toEqual({ outcome: "skipped", reason: "empty" });
  });

  test("passes over a byte order mark", () => {
    expect(decode("action", sourceRecord(`\ufeff${actionText()}`))).toMatchObject({
      outcome: "valid",
      text: actionText(),
    });
  });

  test.each([
    ["not_utf8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ["not_utf8", Buffer.from('{"agent_name":"\xe4"}', "latin1")],
    ["not_json", "hunter2"],
    ["not_json", "{"],
    ["not_json", " "],
    ["not_an_event", "[]"],
    ["not_an_event", '"text"'],
    ["not_an_event", "{}"],
    ["not_an_event", '{"agent_name":"a","action_type":"dance","action_name":"x"}'],
  ])("answers %s without quoting the value", (reason, value) => {
    const decoded = decode("action", sourceRecord(value));
    expect(decoded).toMatchObject({ outcome: "invalid", reason });
    expect(JSON.stringify(decoded)).not.toMatch(/hunter2|dance/);
  });

  test("answers for any bytes whatsoever, and never throws", () => {
    const anyJson = fc.json().map((text) => Buffer.from(text));
    const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.constantFrom(...EVENT_KINDS), fc.oneof(anyJson, anyBytes), (kind, value) => {
        expect(["valid", "invalid", "skipped"]).toContain(decode(kind, sourceRecord(value)).outcome);
      }),
    );
  });

  test("survives a hundred thousand levels of nesting", () => {
    const deep = `{"agent_name":"a","action_type":"error","action_name":"x","action_details":${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)}}`;
    expect(decode("action", sourceRecord(deep)).outcome).toBe("valid");
  });
});
