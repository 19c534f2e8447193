import { promisify } from "node:util";
import type { Around, Patches } from "../base/patches.js";

type Method = (...args: unknown[]) => unknown;

/**
 * Puts `around` about a function and about what `util.promisify` makes of it. Node fixes that on the function itself, where
 * nobody can change it: so another function takes the place, with all else that the original has.
 */
export function patchPromisified(
  exports: Readonly<Record<string, unknown>>,
  name: string,
  patches: Patches,
  around: Around,
): void {
  const own = Reflect.getOwnPropertyDescriptor(exports, name);
  const original = own?.value as Method;
  if (own === undefined || made.has(original)) return;
  const replaced = wrap(original, around);
  Object.defineProperties(replaced, {
    ...Object.getOwnPropertyDescriptors(original),
    ...promisified(original, around),
  });
  made.add(replaced);
  if (!Reflect.defineProperty(exports, name, { ...own, value: replaced })) return;
  patches.onUndo(() => {
    if (Reflect.get(exports, name) === replaced) Reflect.defineProperty(exports, name, own);
  });
}

const made = new WeakSet<object>();

function promisified(original: Method, around: Around): PropertyDescriptorMap {
  const descriptor = Reflect.getOwnPropertyDescriptor(original, promisify.custom);
  return descriptor === undefined
    ? {}
    : { [promisify.custom]: { ...descriptor, value: wrap(descriptor.value as Method, around) } };
}

function wrap(original: Method, around: Around): Method {
  return function (this: unknown, ...args: unknown[]) {
    return around({
      receiver: this,
      args,
      proceed: (other = args) => Reflect.apply(original, this, other as unknown[]),
    });
  };
}
