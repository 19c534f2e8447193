import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasForm, markerOf, type PatternCall } from "../../../src/analysis/call-pattern.js";
import { SequenceState } from "../../../src/analysis/call-sequence.js";
import { DEFAULT_SEQUENCES } from "../../../src/config/sequence-rules.js";

const call = (fields: Partial<PatternCall>): PatternCall => ({
  tool: "Read",
  parameters: undefined,
  path: undefined,
  operation: undefined,
  failed: false,
  ...fields,
});

test("a pattern fits as the regular expression does that it stands for", () => {
  const letters = (of: string, maxLength: number) =>
    fc.array(fc.constantFrom(...of), { maxLength }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(letters("ab*", 8), letters("ab", 12), (pattern, text) => {
      const same = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
      expect(hasForm(text, pattern)).toBe(same.test(text));
    }),
    { numRuns: 2_000 },
  );
});

test("a pattern of many parts takes the time of the text, where none of it fits", () => {
  // As a regular expression, this one does not come back in a lifetime.
  expect(hasForm("a".repeat(4_096), `${"*a".repeat(60)}*b`)).toBe(false);
});

describe("subsequences", () => {
  const of = (marks: readonly number[], steps: number): readonly string[] => {
    const state = new SequenceState({ steps: Array.from({ length: steps }, () => []) });
    return marks.flatMap((bits, index) => {
      const made = { id: String(index), tool: "t", agent: "a", startedAt: index, doneAt: index };
      return state.add(made, bits) && state.found
        ? [`${state.found.calls.map(({ id }) => id).join()} x${state.found.times} to ${state.found.last.id}`]
        : [];
    });
  };

  test("are found with anything between, and counted on with every further last step", () => {
    expect(of([0, 1, 0, 2, 0, 2], 2)).toEqual(["1,3 x1 to 3", "1,3 x2 to 5"]);
    expect(of([2, 2, 1], 2)).toEqual([]);
    // A call that is both steps is one of them.
    expect(of([3], 2)).toEqual([]);
    expect(of([3, 3], 2)).toEqual(["0,1 x1 to 1"]);
  });

  test("are taken back by what says so, which may begin them anew", () => {
    expect(of([1, 4, 2], 2)).toEqual([]);
    expect(of([1, 2, 4 | 1, 2], 2)).toEqual(["0,1 x1 to 1", "2,3 x1 to 3"]);
  });

  test("are found exactly where the calls hold one, in any run", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 30 }), (marks) => {
        // The earliest call for each step, one after another.
        let at = -1;
        let isThere = true;
        for (const bit of [1, 2, 4]) {
          at = marks.findIndex((bits, place) => place > at && (bits & bit) !== 0);
          if (at < 0) isThere = false;
          if (!isThere) break;
        }
        expect(of(marks, 3).length > 0).toBe(isThere);
      }),
    );
  });
});

describe("the sequences that are there", () => {
  const mark = markerOf(DEFAULT_SEQUENCES);
  const secret = (fields: Partial<PatternCall>) => mark(call(fields))?.[0] ?? 0;
  const READ = { operation: "read" };

  test.each([
    ["a file of the environment", { ...READ, path: "/shop/.env" }],
    ["one of a stage", { ...READ, path: "/shop/.env.production" }],
    ["a key", { ...READ, path: "/home/me/.ssh/id_ed25519" }],
    ["by a shell", { tool: "Bash", parameters: '{"command": "cat .env | head"}' }],
  ])("a secret is read: %s", (_, fields) => {
    expect(secret(fields) & 1).toBe(1);
  });

  test.each([
    ["an example", { ...READ, path: "/shop/.env.example" }],
    ["a public key", { ...READ, path: "/home/me/.ssh/id_ed25519.pub" }],
    ["a read that failed", { ...READ, path: "/shop/.env", failed: true }],
    ["a write", { operation: "write", path: "/shop/.env" }],
    ["the environment of a program", { tool: "Bash", parameters: '{"command": "env"}' }],
  ])("no secret is read: %s", (_, fields) => {
    expect(secret(fields) & 1).toBe(0);
  });

  test("outward is what leaves the machine, and not what asks the machine itself", () => {
    expect(secret({ tool: "WebFetch", parameters: '{"url": "https://a.example"}' }) & 2).toBe(2);
    expect(secret({ tool: "Bash", parameters: '{"command": "git push"}' }) & 2).toBe(2);
    expect(secret({ tool: "Bash", parameters: '{"command": "curl -s http://localhost:3000"}' }) & 2).toBe(0);
    expect(secret({ tool: "Bash", parameters: '{"command": "ls"}' }) & 2).toBe(0);
  });

  test("edits of code count after tests, those of prose do not", () => {
    const edits = (fields: Partial<PatternCall>) => mark(call(fields))?.[1] ?? 0;
    expect(edits({ tool: "Bash", parameters: '{"command": "npm test"}' })).toBe(1 | 4);
    expect(edits({ tool: "Edit", operation: "edit", path: "/a.ts" })).toBe(2);
    expect(edits({ tool: "Edit", operation: "edit", path: "/README.md" })).toBe(0);
  });
});
