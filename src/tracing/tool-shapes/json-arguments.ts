/** Arguments as a model writes them: JSON text. Text that is none stays what it is. */
export function jsonArguments(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
