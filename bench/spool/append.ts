/** `npx tsx bench/spool/append.ts`: a record to a file, one by one and in groups, in CPU time of one thread. See ../README.md. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SegmentFile } from "../../src/spool/segment-file.js";
import { encodeRecord } from "../../src/spool/spool-record.js";
import { spreadOf } from "../agent/median.js";

const RECORDS = 20_000;
const record = {
  topic: "agent-actions",
  key: "9a3b2c1d-0000-5000-8000-000000000001",
  headers: {
    "content-type": "application/json",
    "schema-version": "1",
    "event-kind": "action",
    "producer-epoch": "Ab3dE_fgh-12",
    "producer-sequence": "123456",
  },
  value: Buffer.alloc(870, "x"),
  spooledAt: Date.now(),
};

function micros(group: number, writes: boolean): number {
  const folder = mkdtempSync(join(tmpdir(), "agent-actions-bench-"));
  const file = SegmentFile.create(join(folder, "segment"), record.topic);
  const before = process.cpuUsage();
  for (let done = 0; done < RECORDS; done += group) {
    const bytes = Array.from({ length: group }, () => encodeRecord(record));
    if (writes) file.append(group === 1 ? bytes[0]! : Buffer.concat(bytes));
  }
  const { user, system } = process.cpuUsage(before);
  file.closeNow();
  rmSync(folder, { recursive: true });
  return (user + system) / RECORDS;
}

for (const [name, group, writes] of [
  ["encoded only", 1, false],
  ["one write a record", 1, true],
  ["one write for 10", 10, true],
  ["one write for 100", 100, true],
] as const) {
  micros(group, writes);
  const { median, lowest, highest } = spreadOf(Array.from({ length: 7 }, () => micros(group, writes)));
  console.log(`${name.padEnd(20)} ${median.toFixed(1)} us (${lowest.toFixed(1)}..${highest.toFixed(1)})`);
}
