import type { JsonValue } from "../../event/json.js";
import { canonicalJson } from "../../internal/canonical-json.js";

/** Something that setup puts into a configuration. */
export interface Addition {
  /** Names of members from the outside in. */
  readonly at: readonly string[];
  readonly value: JsonValue;
  /** The value is added to the list at this place, beside what is in it. */
  readonly isItem?: true;
}

/** What was done to a file. */
export interface Edited {
  readonly text: string;
  readonly added: readonly Addition[];
  /** What is there already with another value, and stays. */
  readonly kept: readonly Addition[];
}

/** One language of configuration files: keeps comments and the order of what it does not change. */
export interface ConfigLanguage {
  /** @throws ConfigTextError when the text cannot be read, or cannot be changed without touching what is there */
  add(text: string, additions: readonly Addition[]): Edited;
  /** Takes out what was added and is as it was; containers that are empty then go as well. */
  remove(text: string, added: readonly Addition[]): Edited;
}

/** The text of a file that cannot be changed. The message says why. */
export class ConfigTextError extends Error {
  override readonly name = "ConfigTextError";
}

export const isSame = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

/** What stands at a place of a value. */
export function valueAt(value: unknown, at: readonly string[]): unknown {
  return at.reduce<unknown>(
    (inner, name) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, name)
        ? (inner as Readonly<Record<string, unknown>>)[name]
        : undefined,
    value,
  );
}
