import { createHash } from "node:crypto";
import { trimMarker } from "../../src/event/limits.js";

/** Bytes that a text takes as JSON in UTF-8, quotes and escapes included. */
export const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text), "utf8");

/**
 * Cuts a text so that it takes at most `room` bytes as JSON, and says at the cut how many bytes of UTF-8 it had and their
 * SHA-256. A text that fits is returned as it is.
 *
 * @param room at least 110: the marker is never cut
 */
export function cutText(text: string, room: number): string {
  if (text.length + 2 <= room && jsonBytes(text) <= room) return text;
  const { length, marker } = cutOf(text, room);
  return `${text.slice(0, length)}${marker}`;
}

/** How many characters of a text are left where it is cut as {@link cutText} does, and what is said at the cut. */
export function cutOf(text: string, room: number): { readonly length: number; readonly marker: string } {
  const sha256 = createHash("sha256").update(text, "utf8").digest("hex");
  const marker = trimMarker(Buffer.byteLength(text, "utf8"), sha256);
  return { length: prefixWithin(text, room - jsonBytes(marker)).length, marker };
}

/** JSON writes a control character or a lone surrogate as six. */
const WORST_ESCAPE = 6;
const ATTEMPTS = 4;

// How many bytes a piece takes once it is escaped shows only when it is: so try, and try again with what fits in proportion.
function prefixWithin(text: string, space: number): string {
  let length = Math.max(space, 0);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const piece = wholeCharacters(text, length);
    const bytes = jsonBytes(piece) - 2;
    if (bytes <= space) return piece;
    length = Math.floor((length * space) / bytes);
  }
  return wholeCharacters(text, Math.floor(Math.max(space, 0) / WORST_ESCAPE));
}

function wholeCharacters(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? length - 1 : length);
}
