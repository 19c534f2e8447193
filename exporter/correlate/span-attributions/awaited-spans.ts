/** About a hundred bytes each. A span that is open for longer than so many others are awaited is given up. */
const MAX_AWAITED = 50_000;

/** The spans that something waits for. */
export class AwaitedSpans {
  readonly #keys = new Set<string>();

  add(key: string): void {
    this.#keys.add(key);
    if (this.#keys.size > MAX_AWAITED) this.#keys.delete(this.#keys.keys().next().value ?? "");
  }

  /** Not forgotten when it is asked: spans whose delivery failed come again. */
  has(key: string): boolean {
    return this.#keys.has(key);
  }
}
