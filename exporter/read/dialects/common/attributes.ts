import type { ReadableSpan } from "../../sdk-types.js";

/** Values of any shape: since SDK 3 an attribute may be an object, a mixed list or null. */
export type Attributes = Readonly<Record<string, unknown>>;

/** The value of the first of these keys that is there. */
export function firstPresent(attributes: Attributes, keys: readonly string[]): unknown {
  for (const key of keys) {
    const value = attributes[key];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** The first of these attributes that is a text which says something; a number counts as its digits. */
export function firstText(attributes: Attributes, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = textAt(attributes, key);
    if (text !== undefined) return text;
  }
  return undefined;
}

export function textAt(attributes: Attributes, key: string): string | undefined {
  const value = attributes[key];
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  return typeof value === "number" && Number.isFinite(value) ? String(value) : undefined;
}

/** A list of non-empty strings; one string counts as a list of it. */
export function textsAt(attributes: Attributes, key: string): readonly string[] | undefined {
  const texts = [attributes[key] ?? []]
    .flat()
    .filter((item) => typeof item === "string" && item.trim() !== "");
  return texts.length === 0 ? undefined : (texts as string[]);
}

/** A number, also where an instrumentation wrote it as text. */
export function numberAt(attributes: Attributes, key: string): number | undefined {
  const value = attributes[key];
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** A boolean, also where an instrumentation wrote it as text (Python's is `False`) or as 0 or 1. */
export function booleanAt(attributes: Attributes, key: string): boolean | undefined {
  const value = attributes[key];
  if (typeof value === "boolean") return value;
  const text = typeof value === "string" ? value.trim().toLowerCase() : value;
  if (text === "true" || text === 1) return true;
  return text === "false" || text === 0 ? false : undefined;
}

/** The name of the instrumentation; SDKs before 1.x's end called the scope a library. */
export function scopeName(span: ReadableSpan): string {
  const { instrumentationScope, instrumentationLibrary } = span as ReadableSpan & {
    readonly instrumentationLibrary?: { readonly name?: unknown };
  };
  const name: unknown = instrumentationScope?.name ?? instrumentationLibrary?.name;
  return typeof name === "string" ? name : "";
}
