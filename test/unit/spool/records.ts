import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { SpoolRecord } from "../../../src/spool/spool-record.js";

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
