/** How names and values stand in the attributes of a span. */
import type { Attributes } from "@opentelemetry/api";
import { LARGE_CONTENTS_KEY } from "../event/delivery-ack.js";
import { isRecord } from "../event/json.js";
import { MAX_NAME_BYTES, trimText } from "../event/limits.js";
import { bigintText } from "../internal/bigint-text.js";
import { toJson } from "../internal/safe-json.js";
import { reportProblem } from "./guard.js";

export const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

/**
 * A name as the event can store it. What is no string is written as one where that says something; else the fallback is
 * used. Either is reported once.
 */
export function nameText(name: unknown, fallback: string): string {
  if (typeof name === "string" && name !== "") return trimText(name, MAX_NAME_BYTES);
  reportProblem(`a name has to be a non-empty string; where it is none, ${fallback} is used`);
  if (typeof name === "bigint") return bigintText(name);
  return typeof name === "number" || typeof name === "boolean" || typeof name === "symbol"
    ? String(name)
    : fallback;
}

/** A non-empty string; `undefined` for any other value. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** An attribute for a non-empty string; nothing for any other value. */
export const textAttribute = (key: string, value: unknown): Attributes =>
  typeof value === "string" && value !== "" ? { [key]: value } : {};

/** Arguments or a result as JSON text under a key, whole where somebody keeps large ones; nothing for `undefined`. */
export const jsonAttribute = (key: string, value: unknown): Attributes =>
  value === undefined ? {} : { [key]: toJson(value, contentLimits()) };

function contentLimits(): { readonly maxBytes?: number } {
  const maxBytes: unknown = Reflect.get(globalThis, LARGE_CONTENTS_KEY);
  return typeof maxBytes === "number" ? { maxBytes } : {};
}

/** The text of a JSON object from texts that are JSON already; a member that is `undefined` is left out. */
export function jsonObjectText(members: Readonly<Record<string, string | undefined>>): string {
  const written = Object.entries(members).filter(([, text]) => text !== undefined);
  return `{${written.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",")}}`;
}

/** Details as the text of a JSON object, which the event needs: any other value becomes its member `details`. */
export function detailsText(details: unknown): string {
  if (details === undefined || details === null) return "{}";
  const text = toJson(details);
  return text.startsWith("{") ? text : jsonObjectText({ details: text });
}

/**
 * Options of the API as fields of an event: `userRequest` becomes `user_request`. Only the names at the top change; what
 * is undefined is left out, and what the contract does not know is kept under its name in that form.
 */
export function wireFields(options: object | undefined): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(isRecord(options) ? options : {})) {
    if (value !== undefined) fields[snakeCase(name)] = value;
  }
  return fields;
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
