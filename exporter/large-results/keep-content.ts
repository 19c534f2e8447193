/** What a thread of its own does for one large content: decode, redact, write. */
import type { LargeResultWriter, WrittenResult } from "../../src/large-results/write-large-result.js";
import { decodeJson, decodeNestedJson } from "../read/dialects/common/decode-json.js";
import { unwrapMcpContent } from "../read/dialects/common/mcp-content.js";
import type { Redactor } from "../read/redaction/redactor.js";

export interface Content {
  /** As it was recorded. */
  readonly text: string;
  /** See `LargeText`. */
  readonly isForeign: boolean;
}

/**
 * Writes a content as the JSON that a row would have of it: what the text stands for, without what redaction hides in the whole of it.
 *
 * @returns `"full"` where the folder has no room
 * @throws what the file system throws
 */
export function keepContent(
  { text, isForeign }: Content,
  redact: Redactor,
  writer: LargeResultWriter,
): WrittenResult | "full" {
  const value = isForeign ? foreignValue(text) : decodeJson(text, Number.POSITIVE_INFINITY);
  const { content } = redact({ content: value });
  return writer.write(JSON.stringify(content ?? null));
}

function foreignValue(text: string): unknown {
  const value = decodeNestedJson(text, Number.POSITIVE_INFINITY);
  const unwrapped = unwrapMcpContent(value);
  return unwrapped === undefined ? value : unwrapped.result;
}
