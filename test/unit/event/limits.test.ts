import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trimText } from "../../../src/event/limits.js";

describe("trimText", () => {
  test("says at the cut how many bytes there were and what their SHA-256 is", () => {
    const text = "ä".repeat(1_000);
    const sha256 = createHash("sha256").update(text).digest("hex");
    expect(trimText(text, 11)).toBe(`äääää…[trimmed: 2000 bytes, sha256 ${sha256}]`);
  });

  test("returns a text that fits as it is", () => {
    expect(trimText("abc", 3)).toBe("abc");
    expect(trimText("äöü", 6)).toBe("äöü");
  });

  test("never keeps more than asked and never half a character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.nat(40), (text, keepBytes) => {
        const trimmed = trimText(text, keepBytes);
        if (Buffer.byteLength(text) <= keepBytes) {
          expect(trimmed).toBe(text);
          return;
        }
        const kept = trimmed.slice(0, trimmed.lastIndexOf("…[trimmed:"));
        expect(text.startsWith(kept)).toBe(true);
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(keepBytes);
        expect(kept.isWellFormed()).toBe(true);
      }),
    );
  });
});
