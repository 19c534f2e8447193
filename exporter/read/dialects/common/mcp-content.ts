import { isPlainObject } from "../../../../src/event/json.js";
import { type Captured, capturedText } from "./captured.js";

/** What a tool of MCP gave, out of the form in which the protocol carries it (`CallToolResult`). */
export interface McpContent {
  readonly result: Captured;
  /** The tool says that it failed, with this text. */
  readonly error?: string | undefined;
}

/** `undefined` when the value is no such answer. Texts are decoded, other content (images, resources) stays as it is. */
export function unwrapMcpContent(value: Captured): McpContent | undefined {
  if (!isPlainObject(value) || !Array.isArray(value.content)) return undefined;
  if (!Object.keys(value).every((key) => MEMBERS.has(key)) || !value.content.every(isContent))
    return undefined;
  const structured = value.structuredContent ?? value.structured_content;
  const result = isPlainObject(structured) ? withoutResultMember(structured) : contentOf(value.content);
  if (value.isError !== true && value.is_error !== true) return { result };
  return { result, error: textsOf(value.content) };
}

// Python's SDK writes the protocol's names in its own way, and members without a value.
const MEMBERS = new Set([
  "content",
  "isError",
  "is_error",
  "structuredContent",
  "structured_content",
  "_meta",
  "meta",
  "annotations",
]);

type Content = Readonly<Record<string, unknown>>;

const TYPES = new Set(["text", "image", "audio", "resource", "resource_link"]);
const isContent = (item: unknown): item is Content =>
  isPlainObject(item) && typeof item.type === "string" && TYPES.has(item.type);
const isText = (item: Content): boolean => item.type === "text" && typeof item.text === "string";

function contentOf(content: readonly Content[]): Captured {
  const items = content.map((item) => (isText(item) ? capturedText(item.text) : item));
  return items.length === 1 ? items[0] : items;
}

// What is no object is wrapped in one by the servers of FastMCP.
function withoutResultMember(structured: Content): unknown {
  return Object.keys(structured).length === 1 && "result" in structured ? structured.result : structured;
}

const textsOf = (content: readonly Content[]): string | undefined =>
  content
    .filter(isText)
    .map(({ text }) => text)
    .join("\n") || undefined;
