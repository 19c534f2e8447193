import { hash } from "node:crypto";

const DASHED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const BARE = /^[0-9a-f]{32}$/i;

/**
 * The UUID that a text is, in lower case with dashes; `undefined` when it is none.
 * 32 bare hex digits count: an OpenTelemetry trace id is 128 bits, and PostgreSQL reads that form too.
 */
export function parseUuid(text: string): string | undefined {
  if (text.length === 36) return DASHED.test(text) ? text.toLowerCase() : undefined;
  return text.length === 32 && BARE.test(text) ? dashed(text.toLowerCase()) : undefined;
}

/**
 * Names this project among all who make name-based UUIDs. The SQL function `correlation_uuid(text)` holds the
 * same constant, so changing it would cut every stored text off from its rows.
 */
export const CORRELATION_NAMESPACE = "9a1f3b52-7c0e-4d58-8f2b-6e5d1c4a7b30";

/** A name-based UUIDv8: SHA-256 over namespace and name, cut to 128 bits (RFC 9562, appendix B.2). */
export function nameUuid(name: string, namespace: string = CORRELATION_NAMESPACE): string {
  const named = Buffer.concat([Buffer.from(namespace.replaceAll("-", ""), "hex"), Buffer.from(name, "utf8")]);
  const digest = hash("sha256", named, "hex");
  return withVersion(firstGroups(digest), "8", digest);
}

/**
 * The id of an action: the layout of a UUIDv7 (RFC 9562, section 5.7) whose 74 random bits are a SHA-256 of what
 * names the action. Sent twice, replayed or read again, it is the same id; and new rows land at the right edge of
 * the index.
 *
 * @param epochMillis the start of the action, in Unix milliseconds; a time outside 48 bits counts as its nearest end
 * @param name what names the action: see {@link spanIdentity} and {@link recordIdentity}
 */
export function actionId(epochMillis: number, name: string): string {
  const millis = Math.min(Math.max(Math.trunc(epochMillis), 0), 2 ** 48 - 1);
  // Actions follow each other within milliseconds.
  if (millis !== lastMillis) {
    lastMillis = millis;
    lastGroups = firstGroups(millis.toString(16).padStart(12, "0"));
  }
  return withVersion(lastGroups, "7", hash("sha256", name, "hex"));
}

let lastMillis = 0;
let lastGroups = "00000000-0000";

/** The first 48 bits of a UUID, from the beginning of a hex text. */
const firstGroups = (hex: string): string => `${hex.slice(0, 8)}-${hex.slice(8, 12)}`;

/** A UUID: 48 bits of its own, version and variant, and the rest from the places of a digest where it stands there. */
function withVersion(first48: string, version: "7" | "8", digest: string): string {
  const digit = digest.charCodeAt(16);
  // The last two bits: a digit's character has them as they are, of a letter they are those of the next one.
  const variant = "89ab"[(digit > NINE ? digit + 1 : digit) & 3];
  return `${first48}-${version}${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

const NINE = 57;

/** What names an action that a span recorded. Ids are lower-case hex, as OpenTelemetry writes them. */
export const spanIdentity = (traceId: string, spanId: string): string => `span:${traceId}:${spanId}`;

/**
 * The id of an action that a call key names: the same whichever signal reports it, and nothing that another sender or another session can make.
 *
 * @param sender namespace of the sender, by our own knowledge
 */
export const keyedActionId = (sender: string, session: string, callKey: string): string =>
  nameUuid(`call:${sender}\u0000${session}\u0000${callKey}`);

/** What names an event that came without an id: the place of its record in Kafka. */
export const recordIdentity = (topic: string, partition: number, offset: string): string =>
  `record:${topic}:${partition}:${offset}`;

function dashed(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
