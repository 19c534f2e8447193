import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ageInMillis, spoolCommand } from "../../../src/cli/commands/spool.js";
import { runCommandLine } from "../../../src/cli/framework/program.js";
import { ownSegmentOwner } from "../../../src/spool/segment-owner.js";
import { SpoolFolder } from "../../../src/spool/spool-folder.js";
import { encodeRecord } from "../../../src/spool/spool-record.js";
import { TopicSpool } from "../../../src/spool/topic-spool.js";
import { spoolRecord, temporaryFolder, writeSegments } from "../spool/records.js";
import { captureOutput, quietContext } from "./captured-output.js";

const NOW = Date.now();

const recordOf = (id: string) => ({ ...spoolRecord(id), value: Buffer.from(JSON.stringify({ id })) });

/** Two events of three days ago, one of another topic, and one of a process that runs. */
function usedFolder(): string {
  const folder = temporaryFolder();
  writeSegments(folder, [recordOf("a"), recordOf("b")], { epoch: "old", spooledAt: NOW - 3 * 86_400_000 });
  writeSegments(folder, [recordOf("c")], {
    epoch: "new",
    topic: "agent-execution-logs",
    spooledAt: NOW - 1_000,
  });
  const owner = { ...ownSegmentOwner(), machine: "00000000", pid: 4_711 };
  const running = new TopicSpool({
    folder: new SpoolFolder(folder),
    topic: "agent-actions",
    nextName: () => ({ createdAt: NOW, epoch: "running", number: 1, owner }),
    segmentBytes: 10_000,
    onProblem: () => undefined,
  });
  running.append(encodeRecord({ ...recordOf("d"), spooledAt: NOW }), false);
  return folder;
}

async function spool(folder: string, ...args: string[]) {
  const out = captureOutput();
  const ended = runCommandLine([spoolCommand], ["spool", ...args, "--directory", folder], quietContext(out));
  const code = await ended.catch((error: Error) => error.message);
  return { code, results: out.results, progress: out.progressLines };
}

const json = (lines: readonly string[]): unknown[] => lines.map((line) => JSON.parse(line));

const epochsIn = (folder: string) => readdirSync(folder).map((file) => file.split(".")[1]);

test("status says what is there, how old, and whose", async () => {
  const folder = usedFolder();
  writeFileSync(join(folder, "1764400000000.gone.000001.corrupt"), "x".repeat(120));
  const { code, results } = await spool(folder, "status", "--json");
  expect(code).toBe(0);
  expect(json(results)).toEqual([
    expect.objectContaining({
      topic: "agent-actions",
      records: 2,
      oldest: new Date(NOW - 3 * 86_400_000).toISOString(),
      holder: "nobody",
      pid: null,
    }),
    expect.objectContaining({ topic: "agent-execution-logs", records: 1, holder: "nobody" }),
    expect.objectContaining({ topic: "agent-actions", records: 1, holder: "a running process", pid: 4_711 }),
    expect.objectContaining({ bytes: 120, corrupt: true }),
  ]);
  const people = (await spool(folder, "status")).results.join("\n");
  expect(people).toMatch(/agent-actions +2 +\d+ B +3 d +nobody/);
  expect(people).toContain("a running process (4711)");
  expect(people).toMatch(/: 3 files, 4 events, .*\n.*1 file, 120 B/);
  expect((await spool(join(folder, "missing"), "status")).results).toEqual([
    `${join(folder, "missing")}: 0 files, 0 events, 0 B.`,
  ]);
});

test("inspect shows events, the oldest first, of one topic and so many where that is asked for", async () => {
  const folder = usedFolder();
  const shown = json((await spool(folder, "inspect")).results) as { value: unknown; topic: string }[];
  expect(shown.map(({ value }) => value)).toEqual([{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" }]);
  expect(shown[0]).toMatchObject({
    topic: "agent-actions",
    spooled_at: new Date(NOW - 3 * 86_400_000).toISOString(),
    headers: { "producer-sequence": "a" },
  });
  const few = json((await spool(folder, "inspect", "--topic", "agent-actions", "--limit", "1")).results);
  expect(few).toHaveLength(1);
});

test("drop says what would be lost, does it with --yes, and leaves what is of running processes", async () => {
  const folder = usedFolder();
  const asked = await spool(folder, "drop");
  expect(asked.code).toBe("This would drop 3 events in 2 files, for good. --yes does it.");
  expect(asked.progress).toEqual([
    "Left to processes that still run: 1 file.",
    "  below an hour: 1 event",
    "  below a week: 2 events",
  ]);
  expect(epochsIn(folder)).toEqual(["old", "new", "running"]);

  const old = await spool(folder, "drop", "--older-than", "36h", "--yes", "--json");
  expect(json(old.results)).toEqual([{ dropped: 2, files: 1, corrupt_files: 0 }]);
  expect(epochsIn(folder)).toEqual(["new", "running"]);
  expect((await spool(folder, "drop", "--topic", "agent-actions", "--yes")).results).toEqual([
    "Dropped 0 events in 0 files.",
  ]);
  expect((await spool(folder, "drop", "--yes")).results).toEqual(["Dropped 1 event in 1 file."]);
  expect(epochsIn(folder)).toEqual(["running"]);
});

test("ages are numbers with a unit, and other actions are named", async () => {
  expect(["90s", "15m", "36h", "7d"].map(ageInMillis)).toEqual([90_000, 900_000, 129_600_000, 604_800_000]);
  expect(["7", "d", "-1d", "1w", ""].map(ageInMillis)).toEqual(Array(5).fill(undefined));
  expect((await spool("/nowhere", "drop", "--older-than", "soon")).code).toContain("as 36h");
  expect((await spool("/nowhere", "flush")).code).toBe('"flush" is none of status, inspect, replay, drop.');
});
