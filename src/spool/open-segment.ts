import { readSegment } from "./read-segment.js";
import { SegmentFile } from "./segment-file.js";
import { HEADER_BYTES } from "./segment-header.js";

/** A segment that somebody else has written. */
export interface OpenSegment {
  readonly file: SegmentFile;
  /** `undefined`: nothing in it can be read. */
  readonly topic: string | undefined;
  /** The offset behind which everything is still to be sent. */
  readonly position: number;
}

/** @throws what the file system says */
export async function openSegment(path: string, access?: "to look" | "to own"): Promise<OpenSegment> {
  const file = await SegmentFile.open(path, access);
  try {
    const header = await file.header();
    const position = Math.min(header?.position ?? HEADER_BYTES, file.size);
    return { file, topic: header?.topic ?? (await topicOfRecords(file)), position };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The topic of a segment, whoever has it. `undefined` when it cannot be told, or the segment is gone. */
export async function topicOf(path: string): Promise<string | undefined> {
  const opened = await openSegment(path, "to look").catch(() => undefined);
  await opened?.file.close();
  return opened?.topic;
}

// Each record names its topic, too, so a segment outlasts its header.
async function topicOfRecords(file: SegmentFile): Promise<string | undefined> {
  const from = Math.min(HEADER_BYTES, file.size);
  const { records } = await readSegment(file, from, { maxRecords: 1, maxBytes: 65_536 });
  return records[0]?.record.topic;
}
