/** A seeded generator: the corpus is the same on every machine, and none of its secrets has ever been one. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 up to, but not including, `limit`. */
  below(limit: number): number {
    // Mulberry32.
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  text(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet[this.below(alphabet.length)]).join("");
  }

  digits = (length: number): string => this.text("0123456789", length);
  hex = (length: number): string => this.text("0123456789abcdef", length);
  lower = (length: number): string => this.text("abcdefghijklmnopqrstuvwxyz0123456789", length);
  upper = (length: number): string => this.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", length);
  letters = (length: number): string =>
    this.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", length);
  alnum = (length: number): string =>
    this.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", length);
  urlSafe = (length: number): string =>
    this.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", length);
  base64 = (bytes: number): string =>
    Buffer.from(Array.from({ length: bytes }, () => this.below(256))).toString("base64");
  uuid = (): string => [8, 4, 4, 4, 12].map((length) => this.hex(length)).join("-");
}
