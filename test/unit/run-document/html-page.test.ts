import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type RecordedAction, recordedAction } from "../../../src/recorded/recorded-action.js";
import { htmlOf } from "../../../src/run-document/html-page.js";

const lines = (await readFile("test/fixtures/run-document/build-7.jsonl", "utf8")).trimEnd().split("\n");
const recorded = lines.map((line) => recordedAction(JSON.parse(line)) as RecordedAction);

test("a page has the tree, times and details of a run", () => {
  const page = htmlOf("build-7", recorded);
  expect(page.match(/<li /g)).toHaveLength(recorded.length);
  expect(page).toContain("2026-01-05T09:00:00.000Z · 42.00 s · 8 actions · 2 failed · coder, tester");
  expect(page).toContain(
    '<li class="d2"><details><summary><span class="quiet">#6 in #5</span><span class="name">Bash',
  );
  expect(page).toContain('"file_path": "src/parse.ts"');
  expect(page).toContain("outcome: (hidden or cut when it was recorded)");
  expect(page).toContain('<span class="open">running</span>');
});

test("its policy allows its own style and nothing else", () => {
  const page = htmlOf("build-7", recorded);
  const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  expect(page).toContain(
    `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
  );
  expect(page.indexOf("Content-Security-Policy")).toBeLessThan(page.indexOf("<style>"));
  expect(page).not.toMatch(/<script|<link|<img|<a |style="|url\(|https?:/);
});

/** Every tag that a page may have, with its attributes. */
const TAG =
  /<(?:li class="d\d+"|span class="(?:quiet|name|time|failed|open)"|svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"|rect class="(?:ok|failed|open)" x="[\d.]+" width="[\d.]+" height="10"\/|\/?(?:details|summary|pre|ol|html|head|body|title|h1|p)|\/(?:li|span|svg))>/g;

const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "</pre><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "<!--",
    "]]>",
    "&lt;b&gt;",
    '" onclick="x',
    "\u202egnp.exe",
    "\u2066\u2067",
    "\u001b[31m\u0000",
    "\u{e0041}",
  ),
);

test("whatever agents have said is text", () => {
  const row = fc.record({
    id: nasty,
    action_type: nasty,
    action_name: nasty,
    agent_name: nasty,
    status: fc.option(nasty),
    error_message: fc.option(nasty),
    tool_call_id: fc.option(nasty),
    agent_version: fc.option(nasty),
    started_at: fc.option(fc.double()),
    duration_ms: fc.option(fc.double()),
    action_details: fc.dictionary(nasty, fc.oneof(nasty, fc.array(nasty))),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), nasty, (rows, run) => {
      const page = htmlOf(
        run,
        rows.map((one) => recordedAction(one) as RecordedAction),
      );
      const body = page.slice(page.indexOf("<title>")).replace(/<style>[\s\S]*?<\/style>/, "");
      const text = body.replace(/^<html lang="en">$/m, "").replace(TAG, "");
      expect(text).not.toMatch(/[<>]/);
      expect(text.replace(/&(?:amp|lt|gt);/g, "")).not.toContain("&");
      expect(page).not.toMatch(
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/,
      );
      expect(page.match(/<li /g)).toHaveLength(rows.length);
    }),
    { numRuns: 300 },
  );
});
