/**
 * Hides secrets in what other programs wrote to the topics, by the rules of the agent's side and before anything becomes a row. Records of this
 * package went through the rules before they were sent; they go through them again, because what a record says of its producer anybody can write.
 *
 * Who a record is about stays: its id is the one that it has without redaction, so that a record that is read again meets its own row. A dead
 * letter is the record as it stood in the topic.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { type RecordKind, type ValidRecord, validateRecord } from "../event/index.js";
import { isPlainObject } from "../event/json.js";
import type { Decoded, Valid } from "./decode.js";
import type { SourceRecord } from "./source-record.js";

/** Returns the same object where there is nothing to hide. */
export type Redact = (event: object) => object;

/** So many bytes of texts are searched before others have a turn: some three milliseconds. */
const SLICE_BYTES = 1_048_576;

export interface DecodedSource {
  readonly pending: SourceRecord & { readonly kind: RecordKind };
  readonly decoded: Decoded;
}

/** @param onRedacted called for each record in which something was hidden */
export async function redactRecords<Source extends DecodedSource>(
  records: readonly Source[],
  redact: Redact,
  onRedacted: () => void,
): Promise<Source[]> {
  const safe: Source[] = [];
  let bytes = 0;
  for (const record of records) {
    const { pending, decoded } = record;
    if (decoded.outcome !== "valid") {
      safe.push(record);
      continue;
    }
    if (bytes >= SLICE_BYTES) {
      bytes = 0;
      await nextTurn();
    }
    bytes += decoded.text.length;
    const redacted = redactedOf(decoded, pending, redact);
    if (redacted !== decoded) onRedacted();
    safe.push({ ...record, decoded: redacted });
  }
  return safe;
}

function redactedOf(decoded: Valid, record: DecodedSource["pending"], redact: Redact): Decoded {
  const value: unknown = JSON.parse(decoded.text);
  if (!isPlainObject(value)) return decoded;
  const safe = redact(value);
  if (safe === value) return decoded;
  const event = validateRecord(record.kind, safe, record);
  if (!event.valid)
    return { outcome: "invalid", reason: "not_an_event", explanation: event.reasons.join("; ") };
  return { outcome: "valid", event: withIdOf(decoded.event, event), text: JSON.stringify(safe) };
}

/** An id may be made from texts in which something is hidden now. */
function withIdOf(before: ValidRecord, after: ValidRecord): ValidRecord {
  const { id } = before.event as { readonly id?: unknown };
  return id === undefined ? after : ({ ...after, event: { ...after.event, id } } as ValidRecord);
}
