import { ManyKeys } from "./many-keys.js";

/**
 * Looks through a value before it is written: whether the engine's own `JSON.stringify`, which is ten times as fast as a writer in JavaScript,
 * writes it as `toJson` has to, and about how long that will be. Stops as soon as it knows that the value is too large.
 */
export class PlainData {
  readonly #longest: number;
  readonly #keys: ManyKeys;
  /** Characters of JSON of what was looked at, about. */
  size = 0;
  /** Values that were looked at. */
  nodes = 0;
  /** Some length of a number with a fraction. */
  #fractionLength = 0;

  /**
   * @param longest characters after which it stops
   * @param keys those that are known already
   */
  constructor(longest: number, keys: ManyKeys = new ManyKeys()) {
    this.#longest = longest;
    this.#keys = keys;
  }

  get isTooLarge(): boolean {
    return this.size > this.#longest;
  }

  /**
   * Whether it is made of plain objects and arrays, texts, finite numbers, valid dates, booleans, null and undefined, no more than `levels` deep. `false`
   * also where it is too large.
   */
  holds(value: unknown, levels: number): boolean {
    this.nodes++;
    if (typeof value === "string") return this.#fits(value.length + 3);
    if (typeof value === "number") return Number.isFinite(value) && this.#fits(this.#lengthOf(value));
    if (typeof value === "boolean" || value === null || value === undefined) return this.#fits(5);
    if (typeof value !== "object" || levels <= 0) return false;
    return Array.isArray(value) ? this.#holdsList(value, levels) : this.#holdsObject(value, levels);
  }

  #holdsList(value: readonly unknown[], levels: number): boolean {
    if (Object.getPrototypeOf(value) !== Array.prototype || "toJSON" in value || !this.#fits(3)) return false;
    if (value.length >= LONG_LIST && this.#isFarTooLong(value.length, (index) => value[index], levels))
      return false;
    for (let index = 0; index < value.length; index++)
      if (!this.holds(value[index], levels - 1)) return false;
    return true;
  }

  /** Whether parts from all over a value say that it is far too long: then there is no need to look at all up to where it becomes so. */
  #isFarTooLong(length: number, at: (index: number) => unknown, levels: number): boolean {
    const sample = new PlainData(this.#longest, this.#keys);
    const step = Math.floor(length / SAMPLES);
    for (let index = 0; index < SAMPLES && !sample.isTooLarge; index++)
      sample.holds(at(index * step), levels - 1);
    const times = length / SAMPLES;
    if (sample.size * times < this.#longest * FAR) return false;
    this.size += sample.size * times;
    this.nodes += sample.nodes * times;
    return true;
  }

  #holdsObject(value: object, levels: number): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Date.prototype) return isUsualDate(value as Date) && this.#fits(27);
    if ((prototype !== Object.prototype && prototype !== null) || "toJSON" in value || !this.#fits(3))
      return false;
    const known = this.#keys.known(value);
    if (known !== undefined) {
      // What a name takes counts as a value beside its own.
      const member = (index: number) => [known[index], Reflect.get(value, known[index] as string)];
      if (known.length >= LONG_LIST && this.#isFarTooLong(known.length, member, levels + 1)) return false;
      return known.every((key) => this.#holdsMember(value, key, levels));
    }
    for (const key in value) if (!this.#holdsMember(value, key, levels)) return false;
    return true;
  }

  #holdsMember(value: object, key: string, levels: number): boolean {
    this.size += key.length + 3;
    return this.holds((value as Readonly<Record<string, unknown>>)[key], levels - 1);
  }

  #fits(length: number): boolean {
    this.size += length;
    return !this.isTooLarge;
  }

  #lengthOf(value: number): number {
    if (Number.isInteger(value)) {
      const size = Math.abs(value);
      return size < 100 ? 3 : size < 10_000 ? 5 : size < 1_000_000 ? 7 : 10;
    }
    // To write a fraction costs as much as all else here, so one of some stands for the others.
    if (this.nodes % FRACTIONS_A_LOOK === 0 || this.#fractionLength === 0)
      this.#fractionLength = String(value).length + 1;
    return this.#fractionLength;
  }
}

const FRACTIONS_A_LOOK = 16;

const LONG_LIST = 2_048;
const SAMPLES = 64;
/** An estimate may be wrong where items differ: with this, one that is half too much is not taken for too long. */
const FAR = 1.25;

const isUsualDate = (date: Date): boolean =>
  date.toJSON === Date.prototype.toJSON &&
  date.toISOString === Date.prototype.toISOString &&
  !Number.isNaN(Date.prototype.getTime.call(date));
