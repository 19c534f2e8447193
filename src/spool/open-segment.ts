import { open } from "node:fs/promises";
import { readSegment } from "./read-segment.js";
import { SegmentFile } from "./segment-file.js";
import { decodeHeader, HEADER_BYTES } from "./segment-header.js";

/** A segment that somebody else has written. */
export interface OpenSegment {
  readonly file: SegmentFile;
  /** `undefined`: nothing in it can be read. */
  readonly topic: string | undefined;
  /** The offset behind which everything is still to be sent. */
  readonly position: number;
}

/** Opens a segment of this process's own, to read it and to save how far it got. @throws what the file system says */
export async function openSegment(path: string): Promise<OpenSegment> {
  const file = await SegmentFile.open(path);
  try {
    const header = await file.header();
    // Each record names its topic, too, so a segment outlasts its header.
    const position = header?.position ?? HEADER_BYTES;
    return {
      file,
      topic: header?.topic ?? (await topicOfRecords(file)),
      position: Math.min(position, file.size),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The topic of a segment, whoever has it. `undefined` when it cannot be told, or the segment is gone. */
export async function topicOf(path: string): Promise<string | undefined> {
  const handle = await open(path, "r").catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const read = async (offset: number, bytes: number) =>
      (await handle.read(Buffer.alloc(bytes), 0, bytes, offset)).buffer;
    const header = decodeHeader(await read(0, HEADER_BYTES));
    const { size } = await handle.stat();
    return header?.topic ?? (await topicOfRecords({ size, read }));
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

async function topicOfRecords(file: Parameters<typeof readSegment>[0]): Promise<string | undefined> {
  const { records } = await readSegment(file, Math.min(HEADER_BYTES, file.size), {
    maxRecords: 1,
    maxBytes: 65_536,
  });
  return records[0]?.record.topic;
}
