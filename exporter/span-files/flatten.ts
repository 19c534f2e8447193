import { isPlainObject } from "../../src/event/json.js";
import type { Attributes } from "../read/dialects/common/attributes.js";
import { textOf } from "./text-of.js";

/** Attributes that the conventions write as one JSON text, however a tool that stores spans unfolds them. */
const JSON_TEXTS = new Set(["metadata"]);
const MAX_DEPTH = 20;

/**
 * The flat keys of attributes that a store has unfolded: `{llm: {input_messages: [{message: {role: "user"}}]}}` is
 * `llm.input_messages.0.message.role`. Lists of plain values stay lists; what is flat already stays as it is.
 */
export function flatten(value: unknown, prefix = "", depth = 0): Attributes {
  if (isPlainObject(value) && JSON_TEXTS.has(prefix)) return { [prefix]: JSON.stringify(value) };
  const entries = isPlainObject(value) ? Object.entries(value) : listEntries(value);
  if (entries === undefined || depth > MAX_DEPTH)
    return prefix === "" || value === undefined || value === null ? {} : { [prefix]: value };
  return Object.assign(
    {},
    ...entries.map(([key, inner]) => flatten(inner, prefix === "" ? key : `${prefix}.${key}`, depth + 1)),
  );
}

function listEntries(value: unknown): [string, unknown][] | undefined {
  if (!Array.isArray(value) || !value.some(isPlainObject)) return undefined;
  return value.map((item: unknown, index) => [textOf(index), item]);
}
