/**
 * The first bytes of a segment file: `AASPOOL1`, the position with a checksum of its own, and the topic of all its records.
 *
 * The position is the offset behind which everything is still to be sent. It is rewritten in place as records are acknowledged, so that
 * whoever goes on after a crash sends little twice. One that was torn fails its checksum, and the segment is read from its beginning.
 */
import { crc32 } from "node:zlib";

export interface SegmentHeader {
  readonly topic: string;
  readonly position: number;
}

const MAGIC = Buffer.from("AASPOOL1", "latin1");
/** Where in the header the position is. */
export const POSITION_OFFSET = 8;
const TOPIC_OFFSET = 20;

/** Kafka's names of topics have 249 characters at most. */
export const HEADER_BYTES = 280;

export function encodeHeader({ topic, position }: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(bytes);
  encodePosition(position).copy(bytes, POSITION_OFFSET);
  bytes.writeUInt16BE(Math.min(Buffer.byteLength(topic), HEADER_BYTES - TOPIC_OFFSET - 2), TOPIC_OFFSET);
  bytes.write(topic, TOPIC_OFFSET + 2);
  return bytes;
}

/** The bytes to be written at {@link POSITION_OFFSET}. */
export function encodePosition(position: number): Buffer {
  const bytes = Buffer.allocUnsafe(12);
  bytes.writeDoubleBE(position, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  return bytes;
}

/** `undefined` when the bytes are no header of a segment. */
export function decodeHeader(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const topicBytes = bytes.readUInt16BE(TOPIC_OFFSET);
  if (topicBytes > HEADER_BYTES - TOPIC_OFFSET - 2) return undefined;
  const topic = bytes.toString("utf8", TOPIC_OFFSET + 2, TOPIC_OFFSET + 2 + topicBytes);
  return { topic, position: decodePosition(bytes.subarray(POSITION_OFFSET, TOPIC_OFFSET)) };
}

function decodePosition(bytes: Buffer): number {
  const position = bytes.readDoubleBE(0);
  const isWhole = crc32(bytes.subarray(0, 8)) === bytes.readUInt32BE(8);
  return isWhole && Number.isSafeInteger(position) && position >= HEADER_BYTES ? position : HEADER_BYTES;
}
