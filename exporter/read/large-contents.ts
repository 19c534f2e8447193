/** Finds contents of a span's event that are too large for a record, before anything is redacted or written of them. */
import type { ActionEvent, JsonObject } from "../../src/event/index.js";
import { LARGE_MEMBERS } from "../../src/event/large-result.js";
import { decodeJson } from "./dialects/common/decode-json.js";
import { LargeText } from "./large-text.js";
import type { Redactor } from "./redaction/redactor.js";
import type { ReadableSpan } from "./sdk-types.js";

/** How much of a large content stands in the row. */
const SHOWN_LENGTH = 32_768;
/** So much behind it is looked at as well: a credential at the end of what is shown is seen whole. */
const BEHIND = 16_384;

export interface LargeContents {
  /** What has more characters is too large. */
  readonly above: number;
  readonly redact: Redactor;
  readonly isForeign: boolean;
}

/**
 * The redacted event, in which a {@link LargeText} stands for each content that is too large; `undefined` where none is.
 *
 * @param event not redacted
 */
export function withLargeTexts(
  event: ActionEvent,
  span: ReadableSpan,
  { above, redact, isForeign }: LargeContents,
): ActionEvent | undefined {
  const attributes = Object.values(span.attributes).filter(
    (value) => typeof value === "string" && value.length > above,
  );
  if (attributes.length === 0) return undefined;
  const details: Readonly<Record<string, unknown>> = event.action_details ?? {};
  const large = new Map<string, string>();
  for (const member of LARGE_MEMBERS) {
    const value = details[member];
    // What a dialect left as it is stands in an attribute; what it decoded is written as JSON again.
    const text = attributes.includes(value as string) ? (value as string) : jsonOf(value, above);
    if (text !== undefined && text.length > above) large.set(member, text);
  }
  if (large.size === 0) return undefined;
  const beginnings = [...large].map(([member, text]) => [member, text.slice(0, SHOWN_LENGTH + BEHIND)]);
  const shortened = { ...details, ...Object.fromEntries(beginnings) } as JsonObject;
  const safe = redact({ ...event, action_details: shortened });
  const texts = [...large].map(([member, text]) => {
    const shown = String(safe.action_details?.[member] ?? "");
    const recorded = (): unknown => {
      const value = details[member] === text ? decodeJson(text) : details[member];
      return redact({ action_details: { [member]: value } }).action_details[member];
    };
    return [member, new LargeText({ text, shown: beginningOf(shown), isForeign, recorded })];
  });
  const action_details = { ...safe.action_details, ...Object.fromEntries(texts) } as JsonObject;
  return { ...safe, action_details };
}

/** JSON text of a value of many parts or characters; `undefined` where it cannot be too large, or JSON cannot say it. */
function jsonOf(value: unknown, above: number): string | undefined {
  if (typeof value === "string" ? value.length <= above : typeof value !== "object" || value === null)
    return undefined;
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function beginningOf(text: string): string {
  const last = text.charCodeAt(SHOWN_LENGTH - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? SHOWN_LENGTH - 1 : SHOWN_LENGTH);
}
