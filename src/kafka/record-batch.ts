/**
 * A batch of records as Kafka stores it: message format 2, https://kafka.apache.org/documentation/#recordbatch. Each record is written
 * once, into one buffer. kafkajs makes an object, and some small buffers, for each record and each header, and asks BigInt for each number.
 */
import { promisify } from "node:util";
import { gzip as zlibGzip } from "node:zlib";
import { crc32c } from "./crc32c.js";

export interface BatchMessage {
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, Buffer | string | null | readonly (Buffer | string | null)[]>>;
}

export interface BatchSettings {
  /** Of an idempotent producer; -1 for none. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Of the first record among those that this producer sends to this partition. */
  readonly firstSequence: number;
  readonly compress: boolean;
  /** When the records were sent, milliseconds since 1970. */
  readonly timestamp: number;
}

const gzip = promisify(zlibGzip);
/** A third of the time of the usual level 6, for records that become a tenth larger. It runs beside the agent's thread. */
const GZIP_LEVEL = 1;

const HEADER_BYTES = 61;
const AT_LENGTH = 8;
const AT_EPOCH = 12;
const AT_MAGIC = 16;
const AT_CRC = 17;
const AT_ATTRIBUTES = 21;
const AT_LAST_OFFSET = 23;
const AT_FIRST_TIMESTAMP = 27;
const AT_MAX_TIMESTAMP = 35;
const AT_PRODUCER_ID = 43;
const AT_PRODUCER_EPOCH = 51;
const AT_SEQUENCE = 53;
const AT_COUNT = 57;
const MAGIC = 2;
const ATTRIBUTE_GZIP = 1;

/**
 * The bytes of one batch: at once, or a promise where they are compressed, which is done by Node's thread pool. Work in the caller's turn is proportional to
 * the bytes of the records.
 */
export function encodeRecordBatch(
  messages: readonly BatchMessage[],
  settings: BatchSettings,
): Buffer | Promise<Buffer> {
  const room = HEADER_BYTES + messages.reduce((sum, message) => sum + roomFor(message), 0);
  const plain = new RecordWriter(Buffer.allocUnsafe(room), HEADER_BYTES);
  for (const [offset, message] of messages.entries()) plain.record(message, offset);
  const batch = plain.written;
  if (settings.compress) return compressed(batch, messages.length, settings);
  writeHeader(batch, messages.length, settings);
  return batch;
}

async function compressed(plain: Buffer, count: number, settings: BatchSettings): Promise<Buffer> {
  const packed = await gzip(plain.subarray(HEADER_BYTES), { level: GZIP_LEVEL });
  const batch = Buffer.allocUnsafe(HEADER_BYTES + packed.length);
  packed.copy(batch, HEADER_BYTES);
  writeHeader(batch, count, settings);
  return batch;
}

function writeHeader(
  batch: Buffer,
  count: number,
  { compress, timestamp, producerId, producerEpoch, firstSequence }: BatchSettings,
): void {
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - AT_EPOCH, AT_LENGTH);
  batch.writeInt32BE(0, AT_EPOCH);
  batch.writeInt8(MAGIC, AT_MAGIC);
  batch.writeInt16BE(compress ? ATTRIBUTE_GZIP : 0, AT_ATTRIBUTES);
  batch.writeInt32BE(count - 1, AT_LAST_OFFSET);
  batch.writeBigInt64BE(BigInt(timestamp), AT_FIRST_TIMESTAMP);
  batch.writeBigInt64BE(BigInt(timestamp), AT_MAX_TIMESTAMP);
  batch.writeBigInt64BE(producerId, AT_PRODUCER_ID);
  batch.writeInt16BE(producerEpoch, AT_PRODUCER_EPOCH);
  batch.writeInt32BE(firstSequence, AT_SEQUENCE);
  batch.writeInt32BE(count, AT_COUNT);
  batch.writeUInt32BE(crc32c(batch, AT_ATTRIBUTES), AT_CRC);
}

/** Five bytes hold any length, and a UTF-16 unit has three bytes of UTF-8 at most. */
const VARINT_ROOM = 5;
const roomOf = (part: Buffer | string | null | undefined): number =>
  VARINT_ROOM + (part == null ? 0 : typeof part === "string" ? part.length * 3 : part.length);

function roomFor({ key, value, headers = {} }: BatchMessage): number {
  // Length, attributes, time, offset, number of headers.
  let room = 4 * VARINT_ROOM + 1 + roomOf(key) + roomOf(value);
  for (const name of Object.keys(headers)) {
    const said = headers[name];
    if (isList(said)) for (const one of said) room += roomOf(name) + roomOf(one);
    else room += roomOf(name) + roomOf(said);
  }
  return room;
}

const isList = (said: unknown): said is readonly (Buffer | string | null)[] => Array.isArray(said);

class RecordWriter {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get written(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  // Its length stands before it and is known after it: so it is written behind the longest length that there is, and moved up.
  record({ key, value, headers = {} }: BatchMessage, offset: number): void {
    const start = this.#at;
    const body = start + VARINT_ROOM;
    this.#at = body;
    this.#bytes[this.#at++] = 0;
    this.#varint(0);
    this.#varint(offset);
    this.#part(key);
    this.#part(value);
    this.#headers(headers);
    const end = this.#at;
    this.#at = start;
    this.#varint(end - body);
    this.#bytes.copyWithin(this.#at, body, end);
    this.#at += end - body;
  }

  #headers(headers: NonNullable<BatchMessage["headers"]>): void {
    let count = 0;
    for (const name of Object.keys(headers)) {
      const said = headers[name];
      count += isList(said) ? said.length : 1;
    }
    this.#varint(count);
    for (const name of Object.keys(headers)) {
      const said = headers[name];
      for (const one of isList(said) ? said : [said]) {
        this.#part(name);
        this.#part(one ?? null);
      }
    }
  }

  /** Length and bytes; -1 stands for none. */
  #part(part: Buffer | string | null): void {
    if (part === null || part === undefined) this.#varint(-1);
    else if (typeof part === "string") this.#text(part);
    else {
      this.#varint(part.length);
      this.#bytes.set(part, this.#at);
      this.#at += part.length;
    }
  }

  // Ids and names are short and ASCII: written here they cost less than a call to Node's own encoder.
  #text(text: string): void {
    const { length } = text;
    if (length > SHORT_TEXT || !this.#ascii(text)) {
      this.#varint(Buffer.byteLength(text, "utf8"));
      this.#at += this.#bytes.write(text, this.#at, "utf8");
    }
  }

  #ascii(text: string): boolean {
    const start = this.#at;
    this.#varint(text.length);
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) {
        this.#at = start;
        return false;
      }
      this.#bytes[this.#at++] = unit;
    }
    return true;
  }

  /** Zigzag, seven bits a byte, the least first. */
  #varint(value: number): void {
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    for (; rest > 0x7f; rest >>>= 7) this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
    this.#bytes[this.#at++] = rest;
  }
}

const SHORT_TEXT = 64;
