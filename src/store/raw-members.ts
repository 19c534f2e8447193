/**
 * The members of a JSON object as they stand in its text: decoded name to the text of the value. A name that stands
 * there twice has its last value, as in JSON.parse and in jsonb.
 *
 * What JSON.parse makes of a text rounds numbers beyond 2^53; the text itself does not.
 *
 * @param text an object that JSON.parse has read without complaint
 * @param which `containers`: only members that are objects or arrays, which of most events is one in twenty
 */
export function rawMembers(text: string, which: "all" | "containers" = "all"): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  for (let member = firstMember(text); member !== undefined; member = memberAfter(text, member))
    if (which === "all" || opensContainer(text.charCodeAt(member.start)))
      members.set(nameOf(text, member), text.slice(member.start, member.end));
  return members;
}

/** The text of one member of {@link rawMembers}; `undefined` where the object does not have it. */
export function rawMember(text: string, name: string): string | undefined {
  let found: Member | undefined;
  for (let member = firstMember(text); member !== undefined; member = memberAfter(text, member))
    if (isNamed(text, member, name)) found = member;
  return found && text.slice(found.start, found.end);
}

/** Where the name of a member begins and ends, its quotes included, and its value. */
interface Member {
  readonly name: number;
  readonly endOfName: number;
  readonly start: number;
  readonly end: number;
}

const firstMember = (text: string): Member | undefined =>
  memberAt(text, skipBlanks(text, text.indexOf("{") + 1));

const memberAfter = (text: string, { end }: Member): Member | undefined =>
  memberAt(text, skipBlanks(text, skipBlanks(text, end) + 1));

function memberAt(text: string, name: number): Member | undefined {
  if (text.charCodeAt(name) !== QUOTE) return undefined;
  const endOfName = endOfString(text, name);
  const start = skipBlanks(text, skipBlanks(text, endOfName) + 1);
  return { name, endOfName, start, end: endOfValue(text, start) };
}

const nameOf = (text: string, { name, endOfName }: Member): string =>
  decodeName(text.slice(name + 1, endOfName - 1));

// Compared in place: a text of its own is made only of a name that is written with an escape.
function isNamed(text: string, member: Member, name: string): boolean {
  const chars = member.endOfName - member.name - 2;
  if (chars === name.length && text.startsWith(name, member.name + 1)) return true;
  return chars > name.length && nameOf(text, member) === name;
}

/**
 * The items of a JSON array as they stand in its text.
 *
 * @param text an array that JSON.parse has read without complaint, or would
 */
export function rawItems(text: string): readonly string[] {
  const items: string[] = [];
  let at = skipBlanks(text, text.indexOf("[") + 1);
  while (at < text.length && text.charCodeAt(at) !== 0x5d) {
    const end = endOfValue(text, at);
    items.push(text.slice(at, end));
    // Behind the comma.
    at = skipBlanks(text, end);
    if (text.charCodeAt(at) === 0x2c) at = skipBlanks(text, at + 1);
  }
  return items;
}

const decodeName = (name: string): string => (name.includes("\\") ? String(JSON.parse(`"${name}"`)) : name);

const opensContainer = (char: number): boolean => char === 0x7b || char === 0x5b;

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
  return opensContainer(first) ? endOfContainer(text, start) : endOfLiteral(text, start);
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
    if (opensContainer(char)) depth++;
    else if ((char === 0x7d || char === 0x5d) && --depth === 0) return at;
  }
  return at;
}

// A number, true, false or null: letters, digits, signs and points, all of them between a comma and a closing bracket.
function endOfLiteral(text: string, start: number): number {
  let at = start;
  for (let char = text.charCodeAt(at); char > 0x20 && char < 0x7b; char = text.charCodeAt(at)) {
    if (char === 0x2c || char === 0x5d) break;
    at++;
  }
  return at;
}
