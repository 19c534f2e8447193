import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { mapPending, pendingCaptures } from "../../../../helpers/pending-captures.js";

const FOLDER = "test/fixtures/spans/pending";
const captures = await pendingCaptures();

// What is pending is scored, not held; but a file without rows, or rows for a span that is not there, would score nothing.
test("every pending file has one capture, and the versions that it was made with", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".otlp.json"));
  const names = files.map((name) => name.replace(".otlp.json", "")).sort();
  const manifest = JSON.parse(readFileSync(`${FOLDER}/manifest.json`, "utf8")) as object;
  expect(captures.map(({ file }) => file.replace("pending/", "")).sort()).toEqual(names);
  expect(Object.keys(manifest)).toEqual(names);
});

test.each(captures.map((capture) => [capture.file, capture] as const))(
  "%s has a span for every row",
  (_file, capture) => {
    const ids = capture.rows.map(([id]) => id);
    expect(ids).toEqual([...new Set(ids)]);
    expect(mapPending(capture).spans).toBeGreaterThan(0);
  },
);
