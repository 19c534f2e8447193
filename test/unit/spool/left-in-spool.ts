import { openSegment } from "../../../src/spool/open-segment.js";
import { readSegment } from "../../../src/spool/read-segment.js";
import { SpoolFolder } from "../../../src/spool/spool-folder.js";
import type { SpoolRecord } from "../../../src/spool/spool-record.js";

/** What a process that comes later would send, and in which order. */
export async function leftInSpool(path: string): Promise<SpoolRecord[]> {
  const folder = new SpoolFolder(path);
  const left: SpoolRecord[] = [];
  for (const entry of await folder.list()) {
    const owned = await folder.claim(entry);
    if (owned === undefined) continue;
    const { file, position } = await openSegment(owned.path);
    const { records } = await readSegment(file, position, { maxRecords: 100_000, maxBytes: 10_000_000 });
    left.push(...records.filter(({ isCancelled }) => !isCancelled).map(({ record }) => record));
    await file.close();
  }
  return left;
}
