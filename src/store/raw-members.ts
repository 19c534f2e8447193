/**
 * The members of a JSON object as they stand in its text: decoded name to the text of the value. A name that stands
 * there twice has its last value, as in JSON.parse and in jsonb.
 *
 * What JSON.parse makes of a text rounds numbers beyond 2^53; the text itself does not.
 *
 * @param text an object that JSON.parse has read without complaint
 */
export function rawMembers(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let at = skipBlanks(text, text.indexOf("{") + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const endOfName = endOfString(text, at);
    const name = text.slice(at + 1, endOfName - 1);
    const start = skipBlanks(text, skipBlanks(text, endOfName) + 1);
    const end = endOfValue(text, start);
    members.set(name.includes("\\") ? String(JSON.parse(`"${name}"`)) : name, text.slice(start, end));
    at = skipBlanks(text, skipBlanks(text, end) + 1);
  }
  return members;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}

function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) return endOfString(text, start);
  return first === 0x7b || first === 0x5b ? endOfContainer(text, start) : endOfLiteral(text, start);
}

// A quote ends the string unless an odd number of backslashes stands before it.
function endOfString(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end + 1;
  }
}

function endOfContainer(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    at++;
    // `{` and `[`, `}` and `]`: the text is well-formed, so they pair by themselves.
    if (char === 0x7b || char === 0x5b) depth++;
    else if ((char === 0x7d || char === 0x5d) && --depth === 0) return at;
  }
  return at;
}

// A number, true, false or null ends before a comma, a closing bracket or a blank.
function endOfLiteral(text: string, start: number): number {
  let at = start;
  while (at < text.length && !/[\s,}\]]/.test(text.charAt(at))) at++;
  return at;
}
