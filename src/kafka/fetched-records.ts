/**
 * The records of a fetched record set: message format 2, https://kafka.apache.org/documentation/#recordbatch. Of each record one small object is
 * made; kafkajs makes some forty. Thousands of them wait at a time while a backlog is read, and the garbage collector copies what waits.
 */
import kafkajs from "kafkajs";
import type { HeaderValue, SourceMessage } from "./records.js";

/** What is not as expected here: kafkajs is to decode it, and says what is wrong with it. */
export class NotDecoded extends Error {
  override readonly name = "NotDecoded";
}

const BATCH_HEAD_BYTES = 12;
const BATCH_BYTES = 61;
const MAGIC = 2;
const CODEC_MASK = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/** What kafkajs asks a record for, to leave out those of aborted transactions. */
interface BatchContext {
  readonly producerId: string;
  readonly inTransaction: boolean;
}

/** @throws {@link NotDecoded} */
export async function recordsOf(set: Buffer): Promise<FetchedRecord[]> {
  if (set.length > 0 && set.length < BATCH_BYTES)
    throw new NotDecoded("a record set is shorter than a batch");
  const records: FetchedRecord[] = [];
  // The last batch may be cut off: it comes whole with the next fetch.
  for (let at = 0; at + BATCH_BYTES <= set.length; ) {
    const end = at + BATCH_HEAD_BYTES + set.readInt32BE(at + 8);
    if (set.readInt8(at + 16) !== MAGIC) throw new NotDecoded("another message format");
    if (end > set.length) break;
    if (end < at + BATCH_BYTES) throw new NotDecoded("a batch is shorter than its head");
    await decodeBatch(set.subarray(at, end), records);
    at = end;
  }
  return records;
}

async function decodeBatch(batch: Buffer, records: FetchedRecord[]): Promise<void> {
  const attributes = batch.readInt16BE(21);
  const isControl = (attributes & CONTROL) !== 0;
  const context: BatchContext = {
    producerId: batch.readBigInt64BE(43).toString(),
    inTransaction: (attributes & TRANSACTIONAL) !== 0,
  };
  const times =
    (attributes & LOG_APPEND_TIME) !== 0 ? { fixed: int64(batch, 35) } : { first: int64(batch, 27) };
  const firstOffset = int64(batch, 0);
  const count = batch.readInt32BE(57);
  if (count < 0) throw new NotDecoded("a number of records below 0");
  const plain = batch.subarray(BATCH_BYTES);
  const codec = attributes & CODEC_MASK;
  const reader = new RecordReader(codec === 0 ? plain : await decompressed(codec, plain));
  for (let index = 0; index < count; index++)
    records.push(reader.next(firstOffset, times.fixed, times.first ?? 0, context, isControl));
}

async function decompressed(codec: number, bytes: Buffer): Promise<Buffer> {
  const { CompressionCodecs } = kafkajs as unknown as {
    readonly CompressionCodecs: Readonly<
      Record<number, (() => { decompress(bytes: Buffer): Promise<Buffer> }) | undefined>
    >;
  };
  const create = CompressionCodecs[codec];
  if (create === undefined) throw new NotDecoded("an unknown codec");
  return create().decompress(bytes);
}

/** A whole number of 64 bits, where it is exact as a double. */
function int64(bytes: Buffer, at: number): number {
  const number = bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
  if (!Number.isSafeInteger(number)) throw new NotDecoded("a number beyond 2^53");
  return number;
}

class RecordReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  next(
    firstOffset: number,
    fixedTime: number | undefined,
    firstTime: number,
    context: BatchContext,
    isControl: boolean,
  ): FetchedRecord {
    const length = this.#varint();
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length) throw new NotDecoded("a record is longer than its batch");
    this.#at++;
    const time = this.#varint();
    const offset = firstOffset + this.#varint();
    const key = this.#part();
    const value = this.#part();
    const headers = this.#at;
    const count = this.#varint();
    if (count < 0) throw new NotDecoded("a number of headers below 0");
    for (let left = 2 * count; left > 0; left--) this.#part();
    if (this.#at > end) throw new NotDecoded("a record is longer than it says");
    this.#at = end;
    const timestampMillis = fixedTime ?? firstTime + time;
    return new FetchedRecord(
      this.#bytes,
      String(offset),
      timestampMillis,
      key,
      value,
      headers,
      context,
      isControl,
    );
  }

  /** Where a part stands: passes over it. -1: there is none. */
  #part(): number {
    const at = this.#at;
    const length = this.#varint();
    if (length < -1) throw new NotDecoded("a length below -1");
    if (length < 0) return -1;
    this.#at += length;
    return at;
  }

  #varint(): number {
    const value = varintAt(this.#bytes, this.#at);
    this.#at = endOfVarint(this.#bytes, this.#at);
    return value;
  }
}

/** Zigzag, seven bits a byte, the least first: https://kafka.apache.org/protocol#protocol_types */
function varintAt(bytes: Buffer, at: number): number {
  let value = 0;
  let weight = 1;
  for (let place = at; ; place++) {
    const byte = bytes[place];
    if (byte === undefined || weight > MAX_WEIGHT) throw new NotDecoded("a broken number");
    value += (byte & 0x7f) * weight;
    if (byte < 0x80) break;
    weight *= 0x80;
  }
  if (!Number.isSafeInteger(value)) throw new NotDecoded("a number beyond 2^53");
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

const MAX_WEIGHT = 2 ** 49;

function endOfVarint(bytes: Buffer, at: number): number {
  let place = at;
  while ((bytes[place] ?? 0) >= 0x80) place++;
  return place + 1;
}

/** A record in the bytes that it came in. What is asked for is read then, and not kept. */
export class FetchedRecord implements SourceMessage {
  readonly offset: string;
  readonly timestampMillis: number;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
  readonly #bytes: Buffer;
  readonly #key: number;
  readonly #value: number;
  readonly #headers: number;

  /** @param key place of its length, as are the others; -1: `null` */
  constructor(
    bytes: Buffer,
    offset: string,
    timestampMillis: number,
    key: number,
    value: number,
    headers: number,
    batchContext: BatchContext,
    isControlRecord: boolean,
  ) {
    this.#bytes = bytes;
    this.offset = offset;
    this.timestampMillis = timestampMillis;
    this.#key = key;
    this.#value = value;
    this.#headers = headers;
    this.batchContext = batchContext;
    this.isControlRecord = isControlRecord;
  }

  get timestamp(): string {
    return String(this.timestampMillis);
  }

  get key(): Buffer | null {
    return this.#key < 0 ? null : partAt(this.#bytes, this.#key);
  }

  get value(): Buffer | null {
    return this.#value < 0 ? null : partAt(this.#bytes, this.#value);
  }

  get valueBytes(): number {
    return this.#value < 0 ? 0 : varintAt(this.#bytes, this.#value);
  }

  /** A name that stands there more than once has all its values, in their order. */
  get headers(): Readonly<Record<string, HeaderValue>> {
    const bytes = this.#bytes;
    const count = varintAt(bytes, this.#headers);
    if (count === 0) return NO_HEADERS;
    const headers: Record<string, HeaderValue> = {};
    let at = endOfVarint(bytes, this.#headers);
    for (let index = 0; index < count; index++) {
      const name = partAt(bytes, at)?.toString("utf8") ?? "null";
      at = endOfPart(bytes, at);
      const value = partAt(bytes, at);
      at = endOfPart(bytes, at);
      const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
      const all = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
      Object.defineProperty(headers, name, {
        value: all,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return headers;
  }
}

const NO_HEADERS: Readonly<Record<string, HeaderValue>> = Object.freeze({});

function partAt(bytes: Buffer, at: number): Buffer | null {
  const length = varintAt(bytes, at);
  const start = endOfVarint(bytes, at);
  return length < 0 ? null : bytes.subarray(start, start + length);
}

function endOfPart(bytes: Buffer, at: number): number {
  const length = varintAt(bytes, at);
  return endOfVarint(bytes, at) + Math.max(length, 0);
}
