/**
 * What all copies of this package's modules in a thread have in common: a host's own imports, and what `register` has loaded, are two of them.
 *
 * @param name of the thing; it stays the same for as long as its form does
 */
export function sharedByCopies<Thing extends object>(name: string, make: () => Thing): Thing {
  const key = Symbol.for(`otel-agent-actions.${name}`);
  const known = Reflect.get(globalThis, key) as Thing | undefined;
  if (known !== undefined) return known;
  const made = make();
  Object.defineProperty(globalThis, key, { value: made });
  return made;
}
