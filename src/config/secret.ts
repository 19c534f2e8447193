import { inspect } from "node:util";

const HIDDEN = "[hidden]";

/**
 * A value that no log, `inspect()`, `JSON.stringify()`, spread or template shows. `reveal()` is the one way to it, so
 * every place that uses a secret can be found by that word.
 */
export class Secret<Value = string> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  reveal(): Value {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
