import { choice, flag, list, type Option } from "./option.js";

/**
 * Reads environment variables with their types, and collects every problem instead of stopping at the first. An empty
 * variable counts as absent, as the OpenTelemetry specification asks. Values never appear in a problem: they may be secrets.
 */
export class EnvReader {
  /** Sentences about values that cannot be used. */
  readonly problems: string[] = [];
  /** Sentences about values that are no attempt to set anything, and are passed over. */
  readonly notices: string[] = [];
  readonly #env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /** The first of these variables that is set. */
  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.#env[name]?.trim();
      if (value !== undefined && value !== "") return value;
    }
    return undefined;
  }

  /** What a variable says of an option; `undefined` when it is not set or cannot be used. */
  value<Value>(name: string, option: Pick<Option<Value>, "expected" | "fromText"> & Partial<Option<Value>>) {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const passedOver = option.passesOver?.(text);
    const value = passedOver === undefined ? option.fromText(text) : undefined;
    if (passedOver !== undefined) this.notices.push(`${name} ${passedOver}`);
    else if (value === undefined) this.problems.push(`${name} has to be ${option.expected}`);
    return value;
  }

  boolean(name: string): boolean | undefined {
    return this.value(name, flag({ description: "" }));
  }

  /** Comma-separated; empty parts are left out. */
  list(name: string): readonly string[] | undefined {
    const { fromText } = list({ description: "", expected: "" });
    return fromText(this.text(name) ?? "");
  }

  choice<const Word extends string>(name: string, of: readonly Word[]): Word | undefined {
    return this.value(name, choice({ description: "", of }));
  }
}
