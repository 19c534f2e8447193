/** Longer texts stay texts: what is larger than this is hardly written by hand, and the agent waits while we read. */
const MAX_LENGTH = 100_000;
const MAX_DEPTH = 32;

/**
 * The value that a text stands for which is Python's way of writing a dictionary, a list or a tuple of plain values:
 * `{'city': 'Paris', 'days': None}`. Instrumentations of Python write the `str()` of arguments and results. Anything else, also with
 * a single member that is no plain value, is the text itself.
 */
export function decodePython(text: string): unknown {
  if (text.length > MAX_LENGTH || !/^\s{0,8}[[{(]/.test(text)) return text;
  const reader = new Reader(text);
  const value = reader.read(0);
  return value !== FAILED && reader.isAtEnd() ? value : text;
}

/**
 * The fields of an object of which Python's `str()` is `name='value' other=None`, as models of Pydantic are printed. A value that is no
 * plain one is its own text. `undefined` where the text is no such list.
 */
export function decodePrintedFields(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.length > MAX_LENGTH || !FIELD.test(text)) return undefined;
  return Object.fromEntries(new Reader(text).fields());
}

/** An object as Python's `repr()` prints it: `ToolMessage(content='no', status='error')`. */
export class PrintedObject {
  readonly className: string;
  /** Objects inside are printed objects too; what cannot be read is its text. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(className: string, fields: Readonly<Record<string, unknown>>) {
    this.className = className;
    this.fields = fields;
  }
}

/** The object that a text is Python's `repr()` of; `undefined` where it is none. */
export function decodePrintedObject(text: string): PrintedObject | undefined {
  if (text.length > MAX_LENGTH || !CALL.test(text)) return undefined;
  const reader = new Reader(text, true);
  const value = reader.read(0);
  return value instanceof PrintedObject && reader.isAtEnd() ? value : undefined;
}

const CALL = /^[A-Z]\w{0,100}\([A-Za-z_]\w{0,100}=/;

const FIELD = /^[A-Za-z_]\w{0,100}=/;

const FAILED: unique symbol = Symbol("no plain value");

const WORDS: Readonly<Record<string, unknown>> = { None: null, True: true, False: false };
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
const TOKEN = {
  space: /[ \t\r\n]*/y,
  word: /(?:None|True|False)\b/y,
  number: /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y,
  field: /[A-Za-z_]\w{0,100}(?==)/y,
  className: /[A-Za-z_][\w.]{0,200}(?=\()/y,
  unprintable: /<[^<>'"\n]{0,400}(?:<[^<>'"\n]{0,100}>[^<>'"\n]{0,400}){0,4}>/y,
  string: /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/y,
};

class Reader {
  readonly #text: string;
  readonly #readsObjects: boolean;
  #at = 0;

  constructor(text: string, readsObjects = false) {
    this.#text = text;
    this.#readsObjects = readsObjects;
  }

  isAtEnd(): boolean {
    this.#match(TOKEN.space);
    return this.#at === this.#text.length;
  }

  read(depth: number): unknown {
    if (depth > MAX_DEPTH) return FAILED;
    if (this.#take("{")) return this.#dictionary(depth + 1);
    if (this.#take("[")) return this.#list("]", depth + 1);
    if (this.#take("(")) return this.#list(")", depth + 1);
    const plain = this.#plain();
    return plain === FAILED && this.#readsObjects ? this.#object(depth + 1) : plain;
  }

  #object(depth: number): unknown {
    const unprintable = this.#match(TOKEN.unprintable)?.[0];
    if (unprintable !== undefined) return unprintable;
    const className = this.#match(TOKEN.className)?.[0];
    if (className === undefined || !this.#take("(")) return FAILED;
    const fields: [string, unknown][] = [];
    while (!this.#take(")")) {
      if (fields.length > 0 && !this.#take(",")) return FAILED;
      if (this.#take(")")) break;
      this.#match(TOKEN.space);
      const name = this.#match(TOKEN.field)?.[0] ?? String(fields.length);
      if (name !== String(fields.length)) this.#at += 1;
      const start = this.#at;
      const value = this.read(depth);
      const isRead = value !== FAILED && /[,)]/.test(this.#text[this.#at] ?? "");
      if (!isRead && !this.#skipTo(start)) return FAILED;
      fields.push([name, isRead ? value : this.#text.slice(start, this.#at)]);
    }
    return new PrintedObject(className, Object.fromEntries(fields));
  }

  fields(): [string, unknown][] {
    const fields: [string, unknown][] = [];
    for (;;) {
      this.#match(TOKEN.space);
      const name = this.#match(TOKEN.field)?.[0];
      if (name === undefined) return fields;
      this.#at += 1;
      const start = this.#at;
      const value = this.read(0);
      if (value !== FAILED && /^(?:\s|$)/.test(this.#text.slice(this.#at, this.#at + 1))) {
        fields.push([name, value]);
        continue;
      }
      const next = this.#text.slice(start).search(/ [A-Za-z_]\w{0,100}=/);
      this.#at = next < 0 ? this.#text.length : start + next;
      fields.push([name, this.#text.slice(start, this.#at)]);
    }
  }

  #plain(): unknown {
    const word = this.#match(TOKEN.word)?.[0];
    if (word !== undefined) return WORDS[word];
    const quoted = this.#match(TOKEN.string);
    if (quoted) return unescaped(quoted[1] ?? quoted[2] ?? "");
    const digits = this.#match(TOKEN.number)?.[0];
    if (digits === undefined) return FAILED;
    const number = Number(digits);
    return Number.isInteger(number) && !Number.isSafeInteger(number) ? digits : number;
  }

  #dictionary(depth: number): unknown {
    const members: [string, unknown][] = [];
    while (!this.#take("}")) {
      if (members.length > 0 && !this.#take(",")) return FAILED;
      if (this.#take("}")) break;
      const key = this.read(depth);
      if (typeof key !== "string" && typeof key !== "number") return FAILED;
      if (!this.#take(":")) return FAILED;
      const value = this.read(depth);
      if (value === FAILED) return FAILED;
      members.push([String(key), value]);
    }
    return Object.fromEntries(members);
  }

  #list(end: string, depth: number): unknown {
    const items: unknown[] = [];
    while (!this.#take(end)) {
      if (items.length > 0 && !this.#take(",")) return FAILED;
      if (this.#take(end)) break;
      const item = this.read(depth);
      if (item === FAILED) return FAILED;
      items.push(item);
    }
    return items;
  }

  /** Goes from `start` to the comma or bracket that ends a field which cannot be read. */
  #skipTo(start: number): boolean {
    let depth = 0;
    for (this.#at = start; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] ?? "";
      const quoted = character === "'" || character === '"' ? this.#match(TOKEN.string)?.[0] : undefined;
      if (quoted !== undefined) this.#at -= 1;
      else if ("([{".includes(character)) depth += 1;
      else if (depth === 0 && ",)".includes(character)) return true;
      else if (")]}".includes(character)) depth -= 1;
    }
    return false;
  }

  #take(character: string): boolean {
    this.#match(TOKEN.space);
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }
}

const unescaped = (text: string): string =>
  text.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/gi,
    (_all, byte?: string, unit?: string, one?: string) =>
      one === undefined
        ? String.fromCharCode(Number.parseInt(byte ?? unit ?? "", 16))
        : (ESCAPES[one] ?? one),
  );
