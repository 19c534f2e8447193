/**
 * One record of a segment file:
 *
 *     magic u32 | length of the body u32 | CRC-32 of the body u32 | state u8 | 3 bytes 0 | body
 *     body: time f64 | length of topic u16 | of key u16 | of headers u32 | topic | key | headers as JSON | value
 *
 * Numbers are big-endian, texts UTF-8. The magic number is what a reader looks for behind a damaged record. The state is outside the
 * checksum, so that a record can be cancelled in place by one byte.
 */
import { crc32 } from "node:zlib";

/** A Kafka record, with the time at which it was taken. */
export interface SpoolRecord {
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer;
  /** Unix milliseconds. */
  readonly spooledAt: number;
}

export type Decoded =
  /** `end` is the offset behind it. A cancelled record is not to be sent: another one stands for it. */
  | {
      readonly status: "record";
      readonly record: SpoolRecord;
      readonly end: number;
      readonly isCancelled: boolean;
    }
  /** So many bytes from its first one would be needed to tell. */
  | { readonly status: "incomplete"; readonly needed: number }
  | { readonly status: "damaged" };

export const RECORD_MAGIC = Buffer.from([0xa7, 0x5e, 0xc0, 0x1d]);
/** Where in a record its state is. */
export const STATE_OFFSET = 12;
export const CANCELLED = 1;

const HEAD_BYTES = 16;
const BODY_HEAD_BYTES = 16;
/** A length above this is damage: the largest record that an option allows is half of it. */
const MAX_BODY_BYTES = 209_715_200;

/** @param topic and key have at most 65,535 bytes each */
export function encodeRecord({ topic, key, headers, value, spooledAt }: SpoolRecord): Buffer {
  const headersText = JSON.stringify(headers);
  const topicBytes = Buffer.byteLength(topic);
  const keyBytes = Buffer.byteLength(key);
  const headersBytes = Buffer.byteLength(headersText);
  const bodyBytes = BODY_HEAD_BYTES + topicBytes + keyBytes + headersBytes + value.length;
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + bodyBytes);
  bytes.writeDoubleBE(spooledAt, HEAD_BYTES);
  bytes.writeUInt16BE(topicBytes, HEAD_BYTES + 8);
  bytes.writeUInt16BE(keyBytes, HEAD_BYTES + 10);
  bytes.writeUInt32BE(headersBytes, HEAD_BYTES + 12);
  let at = HEAD_BYTES + BODY_HEAD_BYTES;
  at += bytes.write(topic, at);
  at += bytes.write(key, at);
  at += bytes.write(headersText, at);
  value.copy(bytes, at);
  RECORD_MAGIC.copy(bytes, 0);
  bytes.writeUInt32BE(bodyBytes, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(HEAD_BYTES)), 8);
  bytes.writeUInt32BE(0, STATE_OFFSET);
  return bytes;
}

/** Reads the record that begins at `offset`. Its value is a view of `bytes`. Never throws. */
export function decodeRecord(bytes: Buffer, offset: number): Decoded {
  const available = bytes.length - offset;
  if (available < HEAD_BYTES) return { status: "incomplete", needed: HEAD_BYTES };
  if (RECORD_MAGIC.compare(bytes, offset, offset + RECORD_MAGIC.length) !== 0) return { status: "damaged" };
  const bodyBytes = bytes.readUInt32BE(offset + 4);
  if (bodyBytes < BODY_HEAD_BYTES || bodyBytes > MAX_BODY_BYTES) return { status: "damaged" };
  if (available < HEAD_BYTES + bodyBytes) return { status: "incomplete", needed: HEAD_BYTES + bodyBytes };
  const body = bytes.subarray(offset + HEAD_BYTES, offset + HEAD_BYTES + bodyBytes);
  if (crc32(body) !== bytes.readUInt32BE(offset + 8)) return { status: "damaged" };
  const record = readBody(body);
  if (record === undefined) return { status: "damaged" };
  const isCancelled = bytes[offset + STATE_OFFSET] === CANCELLED;
  return { status: "record", record, end: offset + HEAD_BYTES + bodyBytes, isCancelled };
}

// A body with the right checksum that is none of ours (32 bits agree by chance, or another program wrote it) is damage, too.
function readBody(body: Buffer): SpoolRecord | undefined {
  const topicEnd = BODY_HEAD_BYTES + body.readUInt16BE(8);
  const keyEnd = topicEnd + body.readUInt16BE(10);
  const headersEnd = keyEnd + body.readUInt32BE(12);
  if (headersEnd > body.length) return undefined;
  const headers = readHeaders(body.toString("utf8", keyEnd, headersEnd));
  if (headers === undefined) return undefined;
  return {
    topic: body.toString("utf8", BODY_HEAD_BYTES, topicEnd),
    key: body.toString("utf8", topicEnd, keyEnd),
    headers,
    value: body.subarray(headersEnd),
    spooledAt: body.readDoubleBE(0),
  };
}

function readHeaders(text: string): Record<string, string> | undefined {
  try {
    const headers: unknown = JSON.parse(text);
    if (typeof headers !== "object" || headers === null || Array.isArray(headers)) return undefined;
    return Object.values(headers).every((value) => typeof value === "string")
      ? (headers as Record<string, string>)
      : undefined;
  } catch {
    return undefined;
  }
}
