import { describeError } from "./describe-error.js";
import { type KeysOf, type PlainForm, plainForm } from "./plain-form.js";

/** What a getter, a proxy or an index gives; whatever it throws stands in its place. */
export function readAnything<Name>(get: (name: Name) => unknown, name: Name): unknown {
  try {
    return get(name);
  } catch (error) {
    return threw(error);
  }
}

/** The plain form of anything; whatever is thrown on the way stands in its place. */
export function formOfAnything(value: unknown, keysOf?: KeysOf): PlainForm {
  try {
    return plainForm(value, keysOf);
  } catch (error) {
    return { is: "primitive", value: threw(error) };
  }
}

/** Says what was thrown, in the place of what could not be read. */
export function threw(error: unknown): string {
  const { type, message } = describeError(error);
  return `[threw ${type}: ${message}]`;
}
