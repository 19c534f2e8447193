/** What holds for transcripts of every agent that writes lines, by their recordings. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventsOf, fixture } from "./read-transcript.js";

const recorded = (path: string): string => readFileSync(`test/fixtures/coding-agents/${path}`, "utf8");

const FORMS: Readonly<Record<string, string>> = {
  "Claude Code": recorded("claude-code-answered/session.jsonl"),
  Codex: recorded("codex/session.jsonl"),
  "Copilot CLI": recorded("copilot-cli/session.jsonl"),
  "Gemini CLI": recorded("gemini-cli/session.jsonl"),
  pi: fixture("pi-session.jsonl"),
};

const linesOf = (text: string): readonly string[] => text.trim().split("\n");

/** The rows that a transcript becomes, each with what it ends as. */
const rowsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    eventsOf(text).events.map(({ kind, id, action_name: name, status }) => [
      `${kind} ${id}`,
      `${name} ${status}`,
    ]),
  );

describe.each(Object.entries(FORMS))("a transcript of %s", (_agent, text) => {
  const whole = rowsOf(text);
  const lines = linesOf(text);

  test("with two objects on a line, or every line twice, is the same rows", () => {
    const pairs = lines.map((line, at) => (at % 2 === 0 ? line : `${line}\n`)).join("");
    expect(rowsOf(pairs)).toEqual(whole);
    expect(rowsOf(lines.flatMap((line) => [line, line]).join("\n"))).toEqual(whole);
  });

  test("that is still being written has rows of the whole one only, wherever it ends", () => {
    fc.assert(
      fc.property(fc.nat({ max: lines.length - 2 }), fc.nat({ max: 1_000 }), (whole_lines, cut) => {
        const torn = lines[whole_lines + 1] ?? "";
        const text = [...lines.slice(0, whole_lines + 1), torn.slice(0, (torn.length * cut) / 1_001)].join(
          "\n",
        );
        for (const id of rowsOf(text).keys()) expect(whole.has(id), id).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  test("with a line that was cut off in its midst loses no call that stands in other lines", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: lines.length - 1 }), fc.nat({ max: 1_000 }), (at, cut) => {
        const line = lines[at] ?? "";
        const torn = line.slice(0, (line.length * cut) / 1_001);
        // As after a crash: the next line was written behind it.
        const text = [...lines.slice(0, at), `${torn}${lines[at + 1] ?? ""}`, ...lines.slice(at + 2)].join(
          "\n",
        );
        const without = rowsOf([...lines.slice(0, at), ...lines.slice(at + 1)].join("\n"));
        const rows = rowsOf(text);
        for (const id of without.keys()) expect(rows.has(id), id).toBe(true);
      }),
      { numRuns: 10 },
    );
  });
});
