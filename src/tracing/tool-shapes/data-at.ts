/** The value of a property, own or inherited. `undefined` for a getter, which is not asked: it may connect to something. */
export function dataAt(value: object, key: PropertyKey): unknown {
  return descriptorOf(value, key)?.value;
}

/** Whether there is a method of that name. A getter counts without being asked. */
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
