import { openSegment } from "./open-segment.js";
import { type ReadRecord, readSegment } from "./read-segment.js";

const LIMITS = { maxRecords: 1_000, maxBytes: 1_048_576 } as const;

/**
 * What is still to be sent of a segment, whoever has it. It changes nothing, and its owner may be writing: the last record may be torn. A
 * segment that is gone has none.
 *
 * @throws what the file system says
 */
export async function* segmentRecords(path: string): AsyncGenerator<ReadRecord> {
  const opened = await openSegment(path, "to look").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (opened === undefined) return;
  const { file } = opened;
  try {
    let { position } = opened;
    for (let isEnd = false; !isEnd; ) {
      const chunk = await readSegment(file, position, LIMITS);
      for (const record of chunk.records) if (!record.isCancelled) yield record;
      position = chunk.next;
      isEnd = chunk.isEnd;
    }
  } finally {
    await file.close();
  }
}
