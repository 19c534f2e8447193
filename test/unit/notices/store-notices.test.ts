import type pg from "pg";
import { expect, test } from "vitest";
import type { Loop } from "../../../src/analysis/loop.js";
import { loopNotice } from "../../../src/notices/loop-notice.js";
import { quoted } from "../../../src/notices/notice.js";
import { storeNotices } from "../../../src/notices/store-notices.js";

test("a name that is cut within a character is text that jsonb takes", async () => {
  const told: string[] = [];
  const client = {
    query: (_: string, [row]: [string]) => {
      told.push(row);
      return Promise.resolve({ rowCount: 1 });
    },
  } as unknown as pg.ClientBase;
  const tool = `${"t".repeat(79)}\u{1f600}`;
  const loop = {
    kind: "same_call",
    period: 1,
    signature: "s",
    tools: [tool],
    failed: false,
    firstId: "a",
    evidence: ["a"],
    calls: 9,
    tokens: 0,
    startedAt: 0,
    lastAt: 1_000,
    isGoing: true,
  } as unknown as Loop;
  await storeNotices(client, [loopNotice("run", "agent", loop)]);
  expect(told).toHaveLength(1);
  expect(told[0]).not.toMatch(/\\ud[89a-f]/);
  expect(JSON.parse(told[0] ?? "")).toMatchObject({ title: expect.stringContaining("t\ufffd…") });
});

test.each([
  ["plain", "'plain'"],
  ["it's", "'it''s'"],
  ["a\\'b", "E'a\\\\''b'"],
])("%s is a text of SQL", (text, written) => {
  expect(quoted(text)).toBe(written);
});
