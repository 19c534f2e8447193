import { sharedByCopies } from "../internal/shared-by-copies.js";

/** What stands in a traced object where the original has this value; the value itself where nothing changes. */
export type Replace = (key: PropertyKey, value: unknown) => unknown;

const originals = sharedByCopies("overlaid-objects", () => new WeakMap<object, object>());

/** The object that a stand-in was made for; any other object is its own. */
export const originalOf = (value: object): object => originals.get(value) ?? value;

/**
 * A stand-in for an object in which some values are replaced. Reading and writing go through to the original, so state
 * stays in one place. Values are replaced when they are read, getters run only then, and on the original; methods run on
 * the original too, since `#private` fields exist only there.
 *
 * A Proxy has to show what is fixed in its target (a frozen object's properties) as it is. So where something fixed has to
 * be replaced, a copy that is just as fixed takes the target's place.
 */
export function overlay<Target extends object>(
  target: Target,
  replace: (standIn: () => object) => Replace,
): Target {
  const known = new Map<PropertyKey, { readonly value: unknown; readonly replaced: unknown }>();
  const replaceWith = replace(() => standIn);
  const replaced = (key: PropertyKey, value: unknown): unknown => {
    const last = known.get(key);
    if (last !== undefined && Object.is(last.value, value)) return last.replaced;
    const now = replaceWith(key, value);
    known.set(key, { value, replaced: now });
    return now;
  };
  const standIn: Target = new Proxy(fixedCopy(target, replaced) ?? target, {
    get: (shown, key) =>
      isFixed(shown, key) ? Reflect.get(shown, key) : replaced(key, Reflect.get(target, key, target)),
    set: (shown, key, value, receiver) =>
      receiver === standIn
        ? Reflect.set(target, key, value, target)
        : Reflect.set(shown, key, value, receiver),
    getOwnPropertyDescriptor(shown, key) {
      const descriptor = Reflect.getOwnPropertyDescriptor(shown, key);
      if (descriptor === undefined || !("value" in descriptor) || !descriptor.configurable) return descriptor;
      return { ...descriptor, value: replaced(key, descriptor.value) };
    },
  });
  originals.set(standIn, target);
  return standIn;
}

function fixedCopy<Target extends object>(target: Target, replaced: Replace): Target | undefined {
  const keys = Reflect.ownKeys(target);
  if (!keys.some((key) => isFixed(target, key) && changes(target, key, replaced))) return undefined;
  const copy = Object.create(Object.getPrototypeOf(target));
  for (const key of keys) {
    const descriptor = Reflect.getOwnPropertyDescriptor(target, key);
    if (descriptor === undefined) continue;
    const fixed =
      "value" in descriptor ? { ...descriptor, value: replaced(key, descriptor.value) } : descriptor;
    Object.defineProperty(copy, key, fixed);
  }
  return Object.isExtensible(target) ? copy : Object.preventExtensions(copy);
}

function changes(target: object, key: PropertyKey, replaced: Replace): boolean {
  const value: unknown = Reflect.get(target, key);
  return !Object.is(replaced(key, value), value);
}

function isFixed(target: object, key: PropertyKey): boolean {
  const descriptor = Reflect.getOwnPropertyDescriptor(target, key);
  return (
    descriptor !== undefined && "value" in descriptor && !descriptor.configurable && !descriptor.writable
  );
}
