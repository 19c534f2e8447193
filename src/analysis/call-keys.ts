/**
 * What two calls, or two results, have to have in common to be the same: short keys of texts of JSON, without what differs in any case.
 *
 * Of a call only members are left out that name the call itself (`tool_call_id`, `request_id`, `timestamp`): an id among the arguments
 * says what is asked for. Of a result also values: times, UUIDs, long hexadecimal ids, durations. The text has to be in a canonical form
 * with respect to the order of members, as Postgres writes `jsonb`, and {@link canonicalText} does.
 */

/** Members whose value belongs to the call, not to what is asked for. */
const VOLATILE_MEMBERS = [
  "tool_call_id",
  "toolCallId",
  "tool_use_id",
  "call_id",
  "callId",
  "request_id",
  "requestId",
  "trace_id",
  "traceId",
  "span_id",
  "spanId",
  "traceparent",
  "idempotency_key",
  "idempotencyKey",
  "nonce",
  "timestamp",
  "requested_at",
  "requestedAt",
].join("|");

const VALUE = String.raw`(?:"(?:[^"\\]|\\.)*"|[^\s,{}[\]]+)`;
const VOLATILE = new RegExp(`"(?:${VOLATILE_MEMBERS})": ?${VALUE}`, "g");

/** Of results: members that say how long it took or when, whatever they are called in full. */
const TIMING = new RegExp(
  `"(?:duration|elapsed|took|latency|date|time|updated_at|created_at|fetched_at|expires|etag|id|uuid)(?:_?(?:ms|millis|seconds|s))?": ?${VALUE}`,
  "gi",
);
/**
 * Values that differ without anything having happened, in one pass: UUIDs, dates and times, durations, times since 1970 in seconds and finer (of
 * this century), and hexadecimal ids.
 */
const VARYING = new RegExp(
  [
    `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`,
    String.raw`\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?`,
    String.raw`\d\d:\d\d:\d\d(?:[.,]\d+)?`,
    String.raw`\d+(?:\.\d+)? ?(?:ns|µs|us|ms|s|sec|secs|seconds|minutes)(?![A-Za-z0-9_])`,
    String.raw`(?:1[5-9]|[2-4]\d)\d{8}(?:\.\d+|\d{3}(?:\d{3}){0,2})?(?![A-Za-z0-9_])`,
    String.raw`(?=[a-fA-F]*\d)[0-9a-fA-F]{16,}(?![A-Za-z0-9_])`,
  ]
    .map((form) => `\\b${form}`)
    .join("|"),
  "g",
);
/** Text that is a picture or another file: what a screen shows differs without anything having happened. */
const BASE64 = /[A-Za-z0-9+/]{1000}/;

/** The key of a call: its tool and what it asks for. */
export const callKey = (tool: string, parameters: string): number =>
  digest(tool, parameters.includes('"') ? parameters.replace(VOLATILE, "") : parameters);

/** The key of a result; `undefined` for one that says nothing about whether it is the same. */
export function resultKey(result: string): number | undefined {
  if (result.length >= 1_000 && BASE64.test(result)) return undefined;
  return digest("", comparableResult(result));
}

/** A result without what differs from one call to the next although nothing has changed. */
export function comparableResult(result: string): string {
  let text = result;
  if (text.includes('"')) text = text.replace(VOLATILE, "").replace(TIMING, "");
  if (!/\d/.test(text)) return text;
  return text.replace(VARYING, "#");
}

/** JSON with the members of every object in the order of their names. Nothing that JSON can hold is too deep or refers to itself. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}: ${canonicalText(member)}`).join(", ")}}`;
}

/**
 * Two texts as a whole number of 53 bits, of two FNV-1a hashes of 32 bits with different bases. Good against chance, and cheap; whoever makes two
 * calls collide on purpose makes himself look stuck.
 */
export function digest(kind: string, text: string): number {
  let one = 0x811c9dc5;
  let two = 0x1b873593;
  for (let at = 0; at < kind.length; at++) {
    const unit = kind.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ unit, 0x85ebca6b);
  }
  one = Math.imul(one ^ 0x10000, 0x01000193);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ unit, 0x85ebca6b);
    two ^= two >>> 15;
  }
  return (one >>> 0) * 2_097_152 + (two >>> 11);
}
