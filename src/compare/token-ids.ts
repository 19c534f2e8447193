/**
 * Small numbers for texts: the same text has the same number, in all runs that share the table. Of a text only its 53-bit hash is kept, so that
 * results of megabytes take no memory; that two different of a million texts meet in one hash has a probability of 1 in 18,000.
 */
export class TokenIds {
  readonly #ids = new Map<number, number>();

  /** How many different texts there were. */
  get size(): number {
    return this.#ids.size;
  }

  of(text: string): number {
    const hash = hash53(text);
    let id = this.#ids.get(hash);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(hash, id);
    }
    return id;
  }
}

/** Two lanes of 32 bits, each mixed as MurmurHash3 finishes its own; not cryptographic. */
function hash53(text: string): number {
  let low = 0x9e3779b9;
  let high = 0x85ebca6b;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x9e3779b1);
    high = Math.imul(high ^ unit, 0x5f356495);
    low ^= high >>> 15;
  }
  low = mixed(low ^ high);
  high = mixed(high ^ text.length ^ (low >>> 7));
  return (high >>> 0) * 0x200000 + (low >>> 11);
}

function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
