import { PbfReader } from "pbf";

/** The bytes are not a protobuf message of the kind that was expected. */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage";
}

/** The message is well formed as far as it was read, and has more in it than anybody wants to hold in memory. */
export class MessageTooLarge extends Error {
  override readonly name = "MessageTooLarge";
}

/** How a value stands on the wire; the numbers are those of the encoding. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
export type WireType = (typeof WIRE)[keyof typeof WIRE];

/** As in Google's own implementations. */
const MAX_DEPTH = 100;

export interface Tag {
  readonly field: number;
  readonly type: number;
}

/**
 * Reads values one after the other and never beyond the end of the message that they are in. `pbf` does the decoding of
 * single values; it trusts its input, so every length and every step is checked here.
 *
 * @throws MalformedMessage from every method, when the bytes cannot be what is asked for
 */
export class WireReader {
  readonly #pbf: PbfReader;
  #depth: number;

  /** @param depth levels of messages that the bytes stand in already */
  constructor(bytes: Uint8Array, depth = 0) {
    this.#pbf = new PbfReader(bytes);
    this.#depth = depth;
  }

  /** The next field before `end`; `undefined` when there is none. */
  nextTag(end: number): Tag | undefined {
    if (this.#pbf.pos >= end) return undefined;
    const tag = this.#varint(end);
    const field = Math.floor(tag / 8);
    if (field === 0 || field > 0x1fff_ffff) throw new MalformedMessage(`no field has the number ${field}`);
    return { field, type: tag % 8 };
  }

  skip(type: number, end: number): void {
    if (type === WIRE.varint) this.#varint(end);
    else if (type === WIRE.fixed64) this.#advance(8, end);
    else if (type === WIRE.fixed32) this.#advance(4, end);
    else if (type === WIRE.bytes) this.#advance(this.#varint(end), end);
    else throw new MalformedMessage(`wire type ${type} is not used any more`);
  }

  /** Reads a message that stands inside another one; `read` gets the place where it ends. */
  message<Result>(end: number, read: (end: number) => Result): Result {
    const inner = this.#lengthEnd(end);
    if (++this.#depth > MAX_DEPTH) throw new MalformedMessage(`more than ${MAX_DEPTH} levels`);
    const result = read(inner);
    this.#depth--;
    return result;
  }

  text(end: number): string {
    this.#peekLength(end);
    return this.#pbf.readString();
  }

  bytes(end: number): Buffer {
    this.#peekLength(end);
    const bytes = this.#pbf.readBytes();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  bool(end: number): boolean {
    return this.#varint(end) !== 0;
  }

  /** A number where a double holds it exactly, else its digits. */
  int64(end: number): number | string {
    const small = this.#oneByte(end);
    if (small !== undefined) return small;
    const value = this.#longVarint(end);
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }

  int32(end: number): number {
    return this.#oneByte(end) ?? Number(BigInt.asIntN(32, this.#longVarint(end)));
  }

  /** Digits. */
  fixed64(end: number): string {
    const at = this.#pbf.pos;
    this.#advance(8, end);
    return String(this.#pbf.dataView.getBigUint64(at, true));
  }

  double(end: number): number {
    const at = this.#pbf.pos;
    this.#advance(8, end);
    return this.#pbf.dataView.getFloat64(at, true);
  }

  #lengthEnd(end: number): number {
    const length = this.#varint(end);
    const inner = this.#pbf.pos + length;
    if (inner > end) throw new MalformedMessage("a length goes beyond the end");
    return inner;
  }

  // pbf reads the length itself, so the place is given back.
  #peekLength(end: number): void {
    const at = this.#pbf.pos;
    this.#lengthEnd(end);
    this.#pbf.pos = at;
  }

  #advance(bytes: number, end: number): void {
    if (this.#pbf.pos + bytes > end) throw new MalformedMessage("it ends in the middle of a value");
    this.#pbf.pos += bytes;
  }

  #varint(end: number): number {
    return this.#oneByte(end) ?? Number(BigInt.asUintN(64, this.#longVarint(end)));
  }

  // Most numbers are small, and a BigInt of one would cost more than all the rest.
  #oneByte(end: number): number | undefined {
    const byte = this.#pbf.buf[this.#pbf.pos];
    if (byte === undefined || byte > 0x7f || this.#pbf.pos >= end) return undefined;
    this.#pbf.pos++;
    return byte;
  }

  #longVarint(end: number): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#pbf.pos < end ? this.#pbf.buf[this.#pbf.pos++] : undefined;
      if (byte === undefined) throw new MalformedMessage("it ends in the middle of a number");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new MalformedMessage("a number has more than ten bytes");
  }
}
