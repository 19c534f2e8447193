import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ActionReport } from "../../../exporter/read/reports/report.js";
import type { TranscriptFormat } from "../../../exporter/transcripts/transcript-format.js";
import { followTranscripts } from "../../../src/cli/import/follow-transcripts.js";
import { noCounts } from "../../../src/cli/import/import-counts.js";
import { openState } from "../../../src/cli/import/import-state.js";
import type { ImportWork } from "../../../src/cli/import/import-transcript.js";
import { captureOutput } from "./captured-output.js";

test("of so many files a reader is kept; one that grows after that is read again, and nothing is passed over", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "agent-actions-follow-"));
  t.onTestFinished(async () => rmSync(folder, { recursive: true, force: true }));
  const files = ["a", "b", "c", "d"].map((name) => join(folder, `${name}.jsonl`));
  for (const file of files) writeFileSync(file, '{"say":1}\n');

  const opened: string[] = [];
  const said: string[] = [];
  const format: TranscriptFormat = {
    name: "pi",
    places: [],
    matches: () => true,
    open({ path }) {
      opened.push(path);
      return {
        read(value) {
          said.push(`${path} ${(value as { say: number }).say}`);
          return [] as ActionReport[];
        },
        unfinished: () => [],
        version: undefined,
        unknown: new Map(),
      };
    },
  };
  const ending = new AbortController();
  const counts = noCounts();
  let round = 0;
  const work = {
    sink: { sendRecords: async () => 0 },
    toRecords: () => ({ records: [], ignored: 0 }),
    state: await openState(undefined),
    counts,
    out: captureOutput(),
    interruption: { signal: ending.signal },
    named: new Set<string>(),
    callsOfAgents: new Map<string, string>(),
    toldLive: { concerns: () => false },
  } as unknown as ImportWork;
  const found = async (): Promise<readonly string[]> => {
    round++;
    // Of `a` the reader went when `c` came, of `b` when `d` did; that of `d` is kept.
    if (round === 2) for (const file of [files[0], files[3]]) appendFileSync(file ?? "", '{"say":2}\n');
    if (round === 3) ending.abort();
    return round === 3 ? [] : files;
  };
  await followTranscripts(found, format, work, 2);
  const [a, b, c, d] = files;
  expect(opened).toEqual([a, b, c, d, a]);
  expect(said).toEqual([...files.map((file) => `${file} 1`), `${a} 1`, `${a} 2`, `${d} 2`]);
  expect(b).toBeDefined();
  expect(c).toBeDefined();
  expect(counts.files).toBe(4);
});
