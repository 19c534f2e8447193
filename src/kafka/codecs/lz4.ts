/**
 * Decompresses LZ4 frames (lz4/lz4, lz4_Frame_format.md and lz4_Block_format.md), one or more behind one another. Checksums are
 * passed over: the batch around them has one of its own. Throws when the bytes are no such frames.
 */
export function decompressLz4(bytes: Buffer): Buffer {
  const output = new Output();
  for (let at = 0; at < bytes.length; ) at = decompressFrame(bytes, at, output);
  return output.taken();
}

const MAGIC = 0x184d2204;
const FLAG_BLOCK_CHECKSUM = 0x10;
const FLAG_CONTENT_SIZE = 0x08;
const FLAG_CONTENT_CHECKSUM = 0x04;
const FLAG_DICTIONARY = 0x01;
const UNCOMPRESSED_BLOCK = 0x8000_0000;

/** Returns where the frame ends. */
function decompressFrame(bytes: Buffer, from: number, output: Output): number {
  if (from + 7 > bytes.length || bytes.readUInt32LE(from) !== MAGIC) throw malformed();
  const flags = bytes.readUInt8(from + 4);
  let at = from + 7 + (flags & FLAG_CONTENT_SIZE ? 8 : 0) + (flags & FLAG_DICTIONARY ? 4 : 0);
  for (;;) {
    if (at + 4 > bytes.length) throw malformed();
    const header = bytes.readUInt32LE(at);
    at += 4;
    if (header === 0) break;
    const size = header & ~UNCOMPRESSED_BLOCK;
    if (at + size > bytes.length) throw malformed();
    const block = bytes.subarray(at, at + size);
    if (header >= UNCOMPRESSED_BLOCK) output.append(block);
    else decompressBlock(block, output);
    at += size + (flags & FLAG_BLOCK_CHECKSUM ? 4 : 0);
  }
  return at + (flags & FLAG_CONTENT_CHECKSUM ? 4 : 0);
}

function decompressBlock(input: Buffer, output: Output): void {
  let at = 0;
  const byte = (): number => {
    const value = input[at++];
    if (value === undefined) throw malformed();
    return value;
  };
  const length = (short: number): number => {
    let total = short;
    if (short === 15) for (let more = 255; more === 255; total += more) more = byte();
    return total;
  };

  while (at < input.length) {
    const token = byte();
    const literals = length(token >> 4);
    if (at + literals > input.length) throw malformed();
    output.append(input.subarray(at, at + literals));
    at += literals;
    // The last sequence has literals only.
    if (at === input.length) return;
    const offset = byte() | (byte() << 8);
    output.repeat(offset, length(token & 15) + 4);
  }
}

/** What has been decompressed so far: matches may reach back over blocks. Grows by doubling. */
class Output {
  #bytes = Buffer.alloc(65_536);
  #length = 0;

  append(bytes: Buffer): void {
    this.#reserve(bytes.length);
    bytes.copy(this.#bytes, this.#length);
    this.#length += bytes.length;
  }

  repeat(offset: number, length: number): void {
    if (offset === 0 || offset > this.#length) throw malformed();
    this.#reserve(length);
    const bytes = this.#bytes;
    // Byte by byte: a match may reach into what it is just writing.
    for (const end = this.#length + length; this.#length < end; this.#length++)
      bytes[this.#length] = bytes[this.#length - offset] ?? 0;
  }

  taken(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.alloc(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

const malformed = (): Error => new Error("a batch says that it is compressed with LZ4, and is not");
