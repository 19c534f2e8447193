/** What a call says of its agent that may be new: names of arguments, places of files. */

/** Names of arguments of one call that are looked at. */
const MAX_KEYS = 50;
const MAX_NAME = 100;

/**
 * Names of the members of an object, from the text of JSON or its beginning. Only what stands whole in the text counts.
 *
 * @param text as Postgres writes `jsonb`
 */
export function memberNames(text: string): readonly string[] {
  if (text.charCodeAt(0) !== OPEN_OBJECT) return [];
  const names: string[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at + 1);
      if (end < 0) break;
      if (depth === 1 && text.charCodeAt(end + 1) === COLON) {
        names.push(text.slice(at + 1, Math.min(end, at + 1 + MAX_NAME)));
        if (names.length === MAX_KEYS) break;
      }
      at = end;
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) depth += 1;
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth -= 1;
  }
  return names;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** Place of the quotation mark that ends a string; -1: the text ends before. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return -1;
}

const DIRECTORIES = 2;
/** Folders of people: whose it is makes no difference, and is nobody's business. */
const HOME = /^(?:\/home|\/Users|[A-Za-z]:\/Users)\/[^/]+|^\/root(?=\/|$)/;

/** Where a file is: its first directories below the agent's folder, or of the whole path where it is elsewhere. */
export function fileArea(path: string, folder: string | undefined): string {
  const whole = path.replaceAll("\\", "/");
  const base = folder?.replaceAll("\\", "/").replace(/\/+$/, "");
  const isBelow = base !== undefined && base !== "" && whole.startsWith(`${base}/`);
  const place = isBelow ? whole.slice(base.length + 1) : whole.replace(HOME, "~");
  const parts = place.split("/").filter((part) => part !== "" && part !== ".");
  const directories = parts.slice(0, -1).slice(0, DIRECTORIES + (place.startsWith("~") ? 1 : 0));
  const area = directories.map((part) => part.slice(0, MAX_NAME)).join("/");
  if (place.startsWith("/")) return `/${area}`;
  return area === "" ? "." : area;
}
