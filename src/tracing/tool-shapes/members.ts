/** Reading values of unknown shape without triggering anything of the host's. */
export type Members = Readonly<Record<string, unknown>>;

/** The members of an object; of anything else none. */
export const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null ? (value as Members) : {};

/** The value of a property, own or inherited. `undefined` for a getter, which is not called: it may connect to something. */
export function dataAt(value: object, key: PropertyKey): unknown {
  return descriptorOf(value, key)?.value;
}

/** Whether there is a method of that name. A getter counts without being called. */
export function mayBeMethod(value: object, key: PropertyKey): boolean {
  const descriptor = descriptorOf(value, key);
  return descriptor !== undefined && (descriptor.get !== undefined || typeof descriptor.value === "function");
}

function descriptorOf(value: object, key: PropertyKey): PropertyDescriptor | undefined {
  for (let holder: object | null = value; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

/** Arguments as a model writes them: JSON text. Any other text is returned as it is. */
export function jsonArguments(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
