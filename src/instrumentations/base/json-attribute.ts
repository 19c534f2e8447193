import type { Attributes } from "@opentelemetry/api";
import { toJson } from "../../internal/safe-json.js";

/** A value as JSON text under a key; nothing for `undefined`. */
export const jsonAttribute = (key: string, value: unknown): Attributes =>
  value === undefined ? {} : { [key]: toJson(value) };
