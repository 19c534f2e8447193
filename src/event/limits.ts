import { createHash } from "node:crypto";

/**
 * The largest record value that a producer of ours sends. Kafka's default `message.max.bytes` is 1,048,588 for a
 * whole batch with its headers, so this leaves 48 kB for key, headers and framing.
 */
export const MAX_RECORD_BYTES = 1_000_000;

/** What a name may have: PostgreSQL's B-tree refuses index entries over 2,704 bytes (SQLSTATE 54000). */
export const MAX_NAME_BYTES = 1_024;

/**
 * Cuts a text to about `keepBytes` of UTF-8 and says at the cut how much there was and what its SHA-256 is, so that
 * the whole can be recognised elsewhere. A text that fits is returned as it is.
 */
export function trimText(text: string, keepBytes: number): string {
  // A UTF-16 unit has at most three bytes in UTF-8, so short texts need no counting.
  if (text.length * 3 <= keepBytes) return text;
  const bytes = Buffer.byteLength(text, "utf8");
  if (bytes <= keepBytes) return text;
  const sha256 = createHash("sha256").update(text, "utf8").digest("hex");
  return `${prefixOfBytes(text, keepBytes)}${trimMarker(bytes, sha256)}`;
}

/** Stands where something was cut: the size of the whole in bytes of UTF-8, and its SHA-256 in hex. */
export function trimMarker(bytes: number, sha256: string): string {
  return `…[trimmed: ${bytes} bytes, sha256 ${sha256}]`;
}

// Writes only as much as is kept, and never half of a character.
function prefixOfBytes(text: string, keepBytes: number): string {
  const room = new Uint8Array(Math.max(keepBytes, 0));
  const { read } = new TextEncoder().encodeInto(text, room);
  return text.slice(0, read);
}
