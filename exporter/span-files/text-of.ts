/** A value of a file as a text; empty where it is none. `String` would ask an object for a method, which is data here. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
