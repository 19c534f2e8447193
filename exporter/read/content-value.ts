import { decodeJson, decodeNestedJson } from "./dialects/common/decode-json.js";
import { unwrapMcpContent } from "./dialects/common/mcp-content.js";
import type { ContentForm } from "./large-text.js";

/** What the text of a content stands for, as a dialect would have read it. @param longest a longer one stays a text */
export function contentValue(text: string, form: ContentForm, longest?: number): unknown {
  if (form === "json") return JSON.parse(text);
  if (form === "own") return decodeJson(text, longest);
  const value = decodeNestedJson(text, longest);
  const unwrapped = unwrapMcpContent(value);
  return unwrapped === undefined ? value : unwrapped.result;
}
