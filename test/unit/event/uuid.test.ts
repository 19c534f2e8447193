import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { correlationId } from "../../../src/event/correlation-id.js";
import { actionId, nameUuid, parseUuid, recordIdentity, spanIdentity } from "../../../src/event/uuid.js";

const RFC_9562_DNS_NAMESPACE = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

describe("nameUuid", () => {
  test("gives the value that RFC 9562 appendix B.2 prints", () => {
    expect(nameUuid("www.example.com", RFC_9562_DNS_NAMESPACE)).toBe("5c146b14-3c52-8afd-938a-375d0df1fbf6");
  });

  test("is a UUIDv8 of the RFC's variant for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        expect(nameUuid(name)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });
});

describe("actionId", () => {
  test("carries the start in its first 48 bits, as a UUIDv7 does", () => {
    const id = actionId(Date.UTC(2026, 10, 22, 17, 0, 0, 123), spanIdentity("a".repeat(32), "b".repeat(16)));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(
      Date.UTC(2026, 10, 22, 17, 0, 0, 123),
    );
  });

  test("is a time, then SHA-256 of the name in the places that RFC 9562 leaves free", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.string({ unit: "binary" }), (millis, name) => {
        const bytes = createHash("sha256").update(name, "utf8").digest();
        bytes.writeUIntBE(millis, 0, 6);
        bytes[6] = (bytes.readUInt8(6) & 0x0f) | 0x70;
        bytes[8] = (bytes.readUInt8(8) & 0x3f) | 0x80;
        expect(actionId(millis, name).replaceAll("-", "")).toBe(bytes.toString("hex", 0, 16));
      }),
    );
  });

  test("is the same however often it is made, and another for another span", () => {
    const of = (span: string) => actionId(1_763_800_000_123, spanIdentity("a".repeat(32), span));
    expect(of("b".repeat(16))).toBe(of("b".repeat(16)));
    expect(of("b".repeat(16))).not.toBe(of("c".repeat(16)));
  });

  test("sorts by time", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 47 }), fc.integer({ min: 1, max: 1e6 }), (start, later) => {
        expect(actionId(start, "a") < actionId(start + later, "b")).toBe(true);
      }),
    );
  });

  test("takes times outside 48 bits for the nearest end", () => {
    expect(actionId(-5, "x")).toBe(actionId(0, "x"));
    expect(actionId(1e300, "x").startsWith("ffffffff-ffff-7")).toBe(true);
  });

  test("tells a record from a span by name", () => {
    expect(recordIdentity("t", 1, "2")).not.toBe(recordIdentity("t:1", 2, ""));
    expect(actionId(0, recordIdentity("t", 1, "2"))).not.toBe(actionId(0, spanIdentity("t", "1")));
  });
});

describe("parseUuid and correlationId", () => {
  test("a UUID stays what it is, in lower case", () => {
    expect(correlationId("2AA4B40A-F239-FF99-5ECA-850CC44ACED1")).toEqual({
      uuid: "2aa4b40a-f239-ff99-5eca-850cc44aced1",
    });
  });

  test("a trace id counts as the UUID of the same 128 bits", () => {
    expect(parseUuid("2aa4b40af239ff995eca850cc44aced1")).toBe("2aa4b40a-f239-ff99-5eca-850cc44aced1");
  });

  test("another text becomes a UUID of it and is kept", () => {
    expect(correlationId("abc-123")).toEqual({ uuid: nameUuid("abc-123"), text: "abc-123" });
    expect(parseUuid("2aa4b40af239ff995eca850cc44aced")).toBeUndefined();
  });
});
