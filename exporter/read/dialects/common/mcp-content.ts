import { isPlainObject } from "../../../../src/event/json.js";
import { withoutTag } from "./call-outcome.js";
import { type Captured, capturedText } from "./captured.js";

/** What a tool gave, out of the blocks of content in which the Model Context Protocol (`CallToolResult`) and frameworks carry it. */
export interface McpContent {
  readonly result: Captured;
  /** The tool says that it failed, with this text. */
  readonly error?: string | undefined;
}

/** `undefined` when the value is no such answer. Texts are decoded, other content (images, resources) stays as it is. */
export function unwrapMcpContent(given: Captured): McpContent | undefined {
  // Some hand on the list alone.
  const value =
    Array.isArray(given) && given.some((item) => isContent(item) && isText(item))
      ? { content: given }
      : given;
  if (!isPlainObject(value) || !Array.isArray(value.content)) return undefined;
  // A sub-agent of Claude: the last thing that it said.
  const last =
    "agentType" in value && "agentId" in value
      ? value.content.findLast((item) => isContent(item) && isText(item))
      : undefined;
  if (isPlainObject(last)) return { result: capturedText(last.text) };
  if (!Object.keys(value).every((key) => MEMBERS.has(key)) || !value.content.every(isContent))
    return undefined;
  const structured = value.structuredContent ?? value.structured_content;
  const result = isPlainObject(structured) ? withoutResultMember(structured) : contentOf(value.content);
  const hasFailed = value.isError === true || value.is_error === true;
  if (hasFailed) return { result, error: textsOf(value.content) };
  // AgentScope's envelope says how the call ended.
  if (typeof value.state !== "string" || !FAILED_STATES.has(value.state)) return { result };
  return { result: undefined, error: withoutTag(textsOf(value.content) ?? value.state) };
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
  // AgentScope's own.
  "state",
  "metadata",
  "id",
]);
const FAILED_STATES = new Set(["error", "interrupted", "denied"]);

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
