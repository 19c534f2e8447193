/**
 * Decompresses Snappy: the raw format (google/snappy, format_description.txt), which librdkafka and Python write, and the
 * stream of framed blocks around it that Java writes (xerial/snappy-java). Throws when the bytes are neither.
 */
export function decompressSnappy(bytes: Buffer): Buffer {
  return bytes.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)
    ? unframe(bytes)
    : decompressBlock(bytes);
}

const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
/** The magic, and two version numbers of four bytes. */
const XERIAL_HEADER_BYTES = 16;

function unframe(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEADER_BYTES; at < bytes.length; ) {
    const size = bytes.readInt32BE(at);
    at += 4;
    if (size <= 0 || at + size > bytes.length) throw malformed();
    blocks.push(decompressBlock(bytes.subarray(at, at + size)));
    at += size;
  }
  return Buffer.concat(blocks);
}

function decompressBlock(input: Buffer): Buffer {
  let at = 0;
  const byte = (): number => {
    const value = input[at++];
    if (value === undefined) throw malformed();
    return value;
  };
  const number = (bytes: number): number => {
    let value = 0;
    for (let index = 0; index < bytes; index++) value += byte() * 256 ** index;
    return value;
  };

  const output = Buffer.alloc(uncompressedLength(byte));
  let written = 0;
  while (at < input.length) {
    const tag = byte();
    if ((tag & 3) === 0) {
      const short = tag >> 2;
      const length = 1 + (short < 60 ? short : number(short - 59));
      if (at + length > input.length || written + length > output.length) throw malformed();
      input.copy(output, written, at, at + length);
      at += length;
      written += length;
      continue;
    }
    const [length, offset] = copyOf(tag, byte, number);
    if (offset === 0 || offset > written || written + length > output.length) throw malformed();
    // Byte by byte: a copy may reach into what it is just writing.
    for (const end = written + length; written < end; written++)
      output[written] = output[written - offset] ?? 0;
  }
  if (written !== output.length) throw malformed();
  return output;
}

function copyOf(tag: number, byte: () => number, number: (bytes: number) => number): [number, number] {
  if ((tag & 3) === 1) return [4 + ((tag >> 2) & 7), ((tag >> 5) << 8) | byte()];
  return [1 + (tag >> 2), number((tag & 3) === 2 ? 2 : 4)];
}

/** More than any fetch holds uncompressed, so a broken length cannot ask for all memory. */
const MAX_BYTES = 1_073_741_824;

function uncompressedLength(byte: () => number): number {
  let length = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const part = byte();
    length += (part & 0x7f) * 2 ** shift;
    if (part < 0x80) {
      if (length > MAX_BYTES) throw malformed();
      return length;
    }
  }
  throw malformed();
}

const malformed = (): Error => new Error("a batch says that it is compressed with Snappy, and is not");
