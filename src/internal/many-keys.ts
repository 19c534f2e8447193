/** From so many on, naming them again takes longer than remembering them. */
const MANY = 1_000;

/**
 * The keys of objects, remembered where there are many, for as long as one value is written. The engine names all keys of an object in
 * one step, also for a loop that ends with the first: 0.3 µs of CPU a key, so 3 ms for ten thousand, and the agent waits for it.
 */
export class ManyKeys {
  readonly #known = new Map<object, readonly string[]>();

  readonly of = (value: object): readonly string[] => {
    const known = this.known(value);
    if (known !== undefined) return known;
    const keys = Object.keys(value);
    if (keys.length >= MANY) this.#known.set(value, keys);
    return keys;
  };

  /** `undefined` where they were not asked for, or are few. */
  known(value: object): readonly string[] | undefined {
    return this.#known.size === 0 ? undefined : this.#known.get(value);
  }
}
