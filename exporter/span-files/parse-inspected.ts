/** Reads back what `util.inspect` of Node, or `repr` of Python, wrote of plain data. */
export class InspectedText {
  readonly #text: string;
  #at: number;

  constructor(text: string, at = 0) {
    this.#text = text;
    this.#at = at;
  }

  /** Behind what was read. */
  get position(): number {
    return this.#at;
  }

  /**
   * The value that stands here. What `util.inspect` left out, such as `[Object]`, is undefined.
   *
   * @throws SyntaxError when it is not what `util.inspect` writes
   */
  value(depth = 0): unknown {
    if (depth > MAX_DEPTH) throw this.#unexpected();
    this.#take(/\s*/y);
    this.#take(CLASS_NAME);
    if (this.#take(LEFT_OUT) !== undefined) return undefined;
    const character = this.#text[this.#at];
    if (character === "{") return this.#object(depth);
    if (character === "[") return this.#list(depth);
    if (character === "'" || character === '"' || character === "`") return this.#joinedText();
    return this.#word();
  }

  #object(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    this.#items("}", () => {
      const key = /['"`[]/.test(this.#text[this.#at] ?? "") ? this.#key() : this.#take(/[\w$]+/y);
      if (key === undefined || this.#take(/\s*:/y) === undefined) throw this.#unexpected();
      entries.push([key, this.value(depth + 1)]);
    });
    return Object.fromEntries(entries);
  }

  #key(): string | undefined {
    return this.#take(/\[[^\]\n]*\]/y) ?? this.#textBetweenQuotes();
  }

  #list(depth: number): unknown[] {
    const items: unknown[] = [];
    this.#items("]", () => items.push(this.value(depth + 1)));
    return items;
  }

  #items(end: "}" | "]", read: () => void): void {
    this.#at++;
    for (;;) {
      this.#take(/[\s,]*/y);
      if (this.#text[this.#at] === end) break;
      if (this.#take(MORE_ITEMS) !== undefined) continue;
      if (this.#at >= this.#text.length) throw this.#unexpected();
      read();
    }
    this.#at++;
  }

  // A text of several lines is written line by line, with a plus between.
  #joinedText(): string {
    let text = this.#textBetweenQuotes();
    while (this.#take(/\s*\+\s*(?=['"`])/y) !== undefined) text += this.#textBetweenQuotes();
    this.#take(/\.\.\. \d+ more characters?/y);
    return text;
  }

  #textBetweenQuotes(): string {
    const quoted = this.#take(/'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|`(?:[^`\\]|\\[\s\S])*`/y);
    if (quoted === undefined) throw this.#unexpected();
    return quoted.slice(1, -1).replace(ESCAPE, unescaped);
  }

  #word(): unknown {
    const word = this.#take(/[^\s,}\]]+/y);
    if (word === undefined) throw this.#unexpected();
    if (word in WORDS) return WORDS[word];
    if (/^-?\d+n$/.test(word)) return word.slice(0, -1);
    const number = Number(word);
    // A time of the day after an ISO date, a symbol, a function's name: none of it is in a span.
    return Number.isNaN(number) ? word : number;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const taken = pattern.exec(this.#text)?.[0];
    if (taken !== undefined) this.#at += taken.length;
    return taken === "" && pattern.source !== "\\s*" ? undefined : taken;
  }

  #unexpected(): SyntaxError {
    const line = this.#text.slice(0, this.#at).split("\n").length;
    return new SyntaxError(`line ${line} is not what util.inspect writes`);
  }
}

const MAX_DEPTH = 100;
const CLASS_NAME = /(?:\[Object: null prototype\]|(?:<ref \*\d+> )?[A-Z][\w$]*(?:\(\d+\))?) (?=[{[])/y;
const LEFT_OUT = /\[(?:Object|Array|Circular \*\d+|Getter|Setter|Function[^\]]*)(?:: null prototype)?\]/y;
const MORE_ITEMS = /\.\.\. \d+ more items?/y;
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\}|([\s\S]))/g;
const LETTERS: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v" };
const WORDS: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  null: null,
  undefined: undefined,
  // Python's words, in what it prints of lists and dictionaries.
  True: true,
  False: false,
  None: null,
  NaN: null,
  Infinity: null,
  "-Infinity": null,
};

function unescaped(_: string, byte?: string, unit?: string, point?: string, letter = ""): string {
  const hex = byte ?? unit ?? point;
  return hex === undefined ? (LETTERS[letter] ?? letter) : String.fromCodePoint(Number.parseInt(hex, 16));
}
