import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { SpoolFolder } from "../../../src/spool/spool-folder.js";
import { encodeRecord, type SpoolRecord } from "../../../src/spool/spool-record.js";
import { TopicSpool } from "../../../src/spool/topic-spool.js";

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "agent-actions-spool-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function spoolRecord(name: string, bytes = 0): SpoolRecord {
  return {
    topic: "agent-actions",
    key: "9a3b2c1d-0000-5000-8000-000000000001",
    headers: { "event-kind": "action", "producer-epoch": "Ab3dE_fgh-12", "producer-sequence": name },
    value: Buffer.from(name.padEnd(bytes, ".")),
    spooledAt: 1_764_400_000_000,
  };
}

export const nameIn = ({ value }: SpoolRecord): string => value.toString().replace(/\.+$/, "");

/** Files as a process that has ended leaves them. */
export function writeSegments(
  path: string,
  records: readonly SpoolRecord[],
  {
    epoch = "earlier",
    topic = "agent-actions",
    spooledAt = 1_764_400_000_000,
    segmentBytes = 10_000,
  }: { epoch?: string; topic?: string; spooledAt?: number; segmentBytes?: number } = {},
): void {
  let number = 0;
  const spool = new TopicSpool({
    folder: new SpoolFolder(path),
    topic,
    nextName: () => ({ createdAt: spooledAt, epoch, number: ++number, owner: undefined }),
    segmentBytes,
    onProblem: (error) => {
      throw error;
    },
  });
  for (const record of records) spool.append(encodeRecord({ ...record, topic, spooledAt }), false);
  spool.release();
}
