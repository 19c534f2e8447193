import { toJson } from "../internal/safe-json.js";
import { jsonObjectText } from "./json-object-text.js";

/** Details as the text of a JSON object, which the event wants: what is none becomes its member `details`. */
export function detailsText(details: unknown): string {
  if (details === undefined || details === null) return "{}";
  const text = toJson(details);
  return text.startsWith("{") ? text : jsonObjectText({ details: text });
}
