/** CRC-32C (Castagnoli, RFC 3720), by which Kafka knows that a batch is whole. Eight bytes a step. */
const POLYNOMIAL = 0x82f63b78;
const STEP = 8;
/** One table after the other: the nth is of a byte that n others follow. */
const TABLE = createTable();

export function crc32c(bytes: Buffer, start = 0, end = bytes.length): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let crc = -1;
  let at = start;
  for (; at + STEP <= end; at += STEP) {
    const first = crc ^ view.getInt32(at, true);
    const second = view.getInt32(at + 4, true);
    crc =
      entry(7, first & 0xff) ^
      entry(6, (first >>> 8) & 0xff) ^
      entry(5, (first >>> 16) & 0xff) ^
      entry(4, first >>> 24) ^
      entry(3, second & 0xff) ^
      entry(2, (second >>> 8) & 0xff) ^
      entry(1, (second >>> 16) & 0xff) ^
      entry(0, second >>> 24);
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ entry(0, (crc ^ view.getUint8(at)) & 0xff);
  return ~crc >>> 0;
}

function entry(table: number, byte: number): number {
  return TABLE[(table << 8) | byte] as number;
}

function createTable(): Int32Array {
  const made = new Int32Array(STEP * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    made[byte] = crc;
  }
  for (let at = 256; at < made.length; at++) {
    const before = made[at - 256] as number;
    made[at] = (before >>> 8) ^ (made[before & 0xff] as number);
  }
  return made;
}
