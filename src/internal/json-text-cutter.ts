import { createHash } from "node:crypto";
import { trimMarker } from "../event/limits.js";

/** What one cutter hashes at most: SHA-256 takes 1 to 3 ms a million characters, and the agent waits for it. */
const MAX_HASHED_CHARACTERS = 8_000_000;
/** Where there is no room for a marker beside a useful piece of the text, an ellipsis stands at the cut. */
const LEAST_ROOM_WITH_MARKER = 256;
/** JSON writes a control character or a lone surrogate as six. */
const WORST_ESCAPE = 6;
const ATTEMPTS = 3;

/**
 * Writes strings as JSON, cut where they are longer than their room. At the cut stands how much there was, and its
 * SHA-256, as `trimText` writes it; once the cutter has hashed its share, only how much there was.
 */
export class JsonTextCutter {
  #hashable = MAX_HASHED_CHARACTERS;

  /** @param room most bytes of UTF-8, quotes included; at least 5 */
  cut(text: string, room: number): string {
    if (text.length + 2 <= room) {
      const whole = JSON.stringify(text);
      if (whole.length * 3 <= room || Buffer.byteLength(whole, "utf8") <= room) return whole;
    }
    const marker = room < LEAST_ROOM_WITH_MARKER ? "…" : this.#marker(text);
    const space = room - Buffer.byteLength(marker, "utf8") - 2;
    return `"${escapedPrefix(text, space)}${marker}"`;
  }

  #marker(text: string): string {
    if (text.length > this.#hashable) return `…[trimmed: ${text.length} characters]`;
    this.#hashable -= text.length;
    const sha256 = createHash("sha256").update(text, "utf8").digest("hex");
    return trimMarker(Buffer.byteLength(text, "utf8"), sha256);
  }
}

// How many bytes a piece takes once it is escaped shows only when it is: so try, and try again with what fits in proportion.
function escapedPrefix(text: string, space: number): string {
  let characters = Math.floor(space);
  for (let attempt = 0; attempt < ATTEMPTS && characters > 0; attempt++) {
    const piece = escaped(text, characters);
    const bytes = Buffer.byteLength(piece, "utf8");
    if (bytes <= space) return piece;
    characters = Math.floor((characters * space) / bytes);
  }
  return escaped(text, Math.floor(space / WORST_ESCAPE));
}

function escaped(text: string, characters: number): string {
  const end = isHighSurrogate(text.charCodeAt(characters - 1)) ? characters - 1 : characters;
  return JSON.stringify(text.slice(0, Math.max(end, 0))).slice(1, -1);
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
