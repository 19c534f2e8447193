import { isUtf8 } from "node:buffer";
import { type RecordKind, type ValidRecord, validateRecord } from "../event/index.js";
import type { SourceRecord } from "./source-record.js";

/** What a record turned out to be. */
export type Decoded = Valid | Invalid | Skipped;

export interface Valid {
  readonly outcome: "valid";
  readonly event: ValidRecord;
  /** The record's value as text. */
  readonly text: string;
}

export interface Invalid {
  readonly outcome: "invalid";
  readonly reason: "not_utf8" | "not_json" | "not_an_event";
  /** Names fields and types, never values: it travels in headers and logs. */
  readonly explanation: string;
}

export interface Skipped {
  readonly outcome: "skipped";
  readonly reason: "tombstone" | "empty";
}

/** Why a record became no row and no dead letter: `erased` is what somebody erased before. */
export type SkipReason = Skipped["reason"] | "erased";

const BYTE_ORDER_MARK = "\ufeff";

/**
 * From bytes to an event, or to the reason why not. Total: whatever the bytes are, it returns and never throws.
 *
 * Bytes that are no UTF-8 are not repaired: each broken one would become U+FFFD, and what it was would be lost. The dead
 * letter keeps it.
 */
export function decode(kind: RecordKind, record: SourceRecord): Decoded {
  const { value } = record;
  if (value === null) return { outcome: "skipped", reason: "tombstone" };
  if (value.length === 0) return { outcome: "skipped", reason: "empty" };
  if (!isUtf8(value)) return invalid("not_utf8", "the value is not UTF-8");
  const text = withoutMark(value.toString("utf8"));
  const parsed = parse(text);
  if (parsed === undefined) return invalid("not_json", "the value is not JSON");
  const event = validateRecord(kind, parsed.value, record);
  if (!event.valid) return invalid("not_an_event", event.reasons.join("; "));
  return { outcome: "valid", event, text };
}

// RFC 8259, section 8.1: nobody may write a byte order mark, a reader may pass over it. JSON.parse does not.
const withoutMark = (text: string): string => (text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);

// The message of V8's SyntaxError quotes the text, so it goes nowhere.
function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const invalid = (reason: Invalid["reason"], explanation: string): Invalid => ({
  outcome: "invalid",
  reason,
  explanation,
});
