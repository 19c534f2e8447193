import type { PendingRecord } from "../../../src/consumer/process-batch.js";
import type { SourceRecord } from "../../../src/consumer/source-record.js";
import type { EventKind } from "../../../src/event/index.js";

/** A record of the topic `t`, with a value as text, as bytes or none. */
export function sourceRecord(value: string | Buffer | null, offset = 0): SourceRecord {
  return {
    topic: "t",
    partition: 0,
    offset: String(offset),
    timestampMillis: 1_700_000_000_000,
    key: Buffer.from("key"),
    value: typeof value === "string" ? Buffer.from(value) : value,
    headers: {},
  };
}

export const actionText = (name = "Read"): string =>
  JSON.stringify({ agent_name: "agent", action_type: "tool_call", action_name: name });

/** A pending record, and how many of its kind were reported done. */
export function pendingRecord(
  value: string | Buffer | null,
  { offset = 0, kind = "action" as EventKind, done = (_count: number): void => undefined } = {},
): PendingRecord {
  return { ...sourceRecord(value, offset), kind, batch: { done } };
}
