/** Finds contents of a span's event that are too large for a record, before anything is redacted or written of them. */
import { LARGE_CONTENTS_KEY } from "../../src/event/delivery-ack.js";
import type { ActionEvent, JsonObject } from "../../src/event/index.js";
import { LARGE_MEMBERS, type LargeMember } from "../../src/event/large-result.js";
import { toJson } from "../../src/internal/safe-json.js";
import { contentValue } from "./content-value.js";
import { type ContentForm, LargeText, SHOWN_LENGTH } from "./large-text.js";
import { redactedBeginning, SEARCHED_BEHIND } from "./redaction/redacted-beginning.js";
import type { Redactor } from "./redaction/redactor.js";
import type { ReadableSpan } from "./sdk-types.js";

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
  const attributes = Object.values(span.attributes).filter((value) => isLong(value, above));
  if (attributes.length === 0) return undefined;
  const details: Readonly<Record<string, unknown>> = event.action_details ?? {};
  const large = new Map<LargeMember, string>();
  const forms = new Map<string, ContentForm>();
  for (const member of LARGE_MEMBERS) {
    const value = details[member];
    // What a dialect left as it is stands in an attribute; what it decoded is written as JSON again.
    const isRecorded = typeof value === "string" && attributes.includes(value);
    const text = isRecorded ? value : jsonOf(value, above);
    if (text === undefined || text.length <= above || isHiddenByName(member, redact)) continue;
    large.set(member, text);
    forms.set(member, isRecorded ? (isForeign ? "foreign" : "own") : "json");
  }
  if (large.size === 0) return undefined;
  const beginnings = [...large].map(([member, text]) => [
    member,
    text.slice(0, SHOWN_LENGTH + SEARCHED_BEHIND),
  ]);
  const shortened = { ...details, ...Object.fromEntries(beginnings) } as JsonObject;
  const safe = redact({ ...event, action_details: shortened });
  const texts = [...large].map(([member, text]) => {
    const shown = String(safe.action_details?.[member] ?? "");
    const form = forms.get(member) ?? "json";
    const recorded = (): unknown => redact({ [member]: contentValue(text, form) })[member];
    return [
      member,
      new LargeText({
        text,
        name: member,
        shown: redactedBeginning(shown, SHOWN_LENGTH, text.length),
        form,
        recorded,
      }),
    ];
  });
  const action_details = { ...safe.action_details, ...Object.fromEntries(texts) } as JsonObject;
  return { ...safe, action_details };
}

/** A rule of the user's own hides arguments or results whatever they say: then there is nothing to keep. */
function isHiddenByName(member: string, redact: Redactor): boolean {
  const { action_details } = redact({ action_details: { [member]: "text" } });
  return action_details?.[member] !== "text";
}

/** A text, or a list of texts, of more characters. */
function isLong(value: unknown, above: number): boolean {
  if (typeof value === "string") return value.length > above;
  if (!Array.isArray(value)) return false;
  let length = 0;
  for (let index = 0; index < value.length && length <= above; index++)
    length += typeof value[index] === "string" ? value[index].length + 3 : 2;
  return length > above;
}

/** JSON text of a value of many parts or characters, no more than becomes of it; `undefined` where it cannot be too large. */
function jsonOf(value: unknown, above: number): string | undefined {
  if (typeof value === "string" ? value.length <= above : typeof value !== "object" || value === null)
    return undefined;
  const kept: unknown = Reflect.get(globalThis, LARGE_CONTENTS_KEY);
  return toJson(value, typeof kept === "number" ? { maxBytes: kept } : {});
}
