import { LARGE_CONTENTS_KEY } from "../../src/event/delivery-ack.js";

/** From now on the API of this thread leaves large contents whole. */
export function takeLargeContents(maxBytes: number): void {
  const before: unknown = Reflect.get(globalThis, LARGE_CONTENTS_KEY);
  Reflect.set(globalThis, LARGE_CONTENTS_KEY, Math.max(maxBytes, typeof before === "number" ? before : 0));
}
