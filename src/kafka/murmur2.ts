const SEED = 0x9747b28c;
const MIX = 0x5bd1e995;

/**
 * Murmur2 of a key as Kafka's Java client computes it (`org.apache.kafka.common.utils.Utils`), in 32-bit arithmetic: kafkajs does it in
 * BigInt, which takes some microseconds a key.
 */
export function murmur2(key: Buffer): number {
  const { length } = key;
  const view = new DataView(key.buffer, key.byteOffset, length);
  let hash = SEED ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    const word = Math.imul(view.getInt32(at, true), MIX);
    hash = Math.imul(hash, MIX) ^ Math.imul(word ^ (word >>> 24), MIX);
  }
  const rest = length - at;
  if (rest > 2) hash ^= view.getUint8(at + 2) << 16;
  if (rest > 1) hash ^= view.getUint8(at + 1) << 8;
  if (rest > 0) hash = Math.imul(hash ^ view.getUint8(at), MIX);
  hash = Math.imul(hash ^ (hash >>> 13), MIX);
  return hash ^ (hash >>> 15);
}
