/**
 * Everything that is remembered of spans after they have ended: append-only entries under keys, in one order and within one budget of
 * bytes. The entry that was written or used longest ago is forgotten first.
 *
 * What a batch of spans adds is collected in a {@link Draft} and becomes visible by {@link CorrelationMemory.commit} only. Each commit
 * has a version. A span reads the memory as it was when that span came for the first time, and what it added itself: so spans that
 * are sent again, after a failure or after a success, read the same and become the same events.
 */

/** A key whose entries have values of one type. */
export type MemoryKey<Value> = string & { readonly __value?: Value };

/** Parts of a key: texts of senders may contain anything, so the separator is what no text has. */
export function memoryKey<Value>(first: string, ...parts: readonly string[]): MemoryKey<Value> {
  let key = first;
  for (const part of parts) key += `\u0000${part}`;
  return key;
}

interface Entry {
  /** Names the entry; one that is added again is the same. */
  readonly id: string;
  readonly keys: readonly string[];
  /** The span that said it. */
  readonly by: string;
  readonly value: unknown;
  readonly bytes: number;
  readonly forgotten?: () => void;
  readonly version: number;
}

export type NewEntry<Value> = Pick<Entry, "id" | "by"> & {
  readonly keys: readonly MemoryKey<Value>[];
  readonly value: Value;
  /** Of the value alone. @default by {@link bytesOf} */
  readonly bytes?: number;
};

/** Of one key; the newest stay. */
const MAX_SAME_KEY = 1_000;

/** The part of the budget that is free after entries had to go. */
const SPARE = 1 / 32;

/** What a map, a list and an object cost for each entry, and for each key; measured. */
const ENTRY_BYTES = 350;
const KEY_BYTES = 150;

/** Always visible: what is in the memory now. */
const NOW = Number.POSITIVE_INFINITY;

export class CorrelationMemory {
  readonly #maxBytes: number;
  /** The one that goes first comes first. */
  readonly #entries = new Map<string, Entry>();
  readonly #byKey = new Map<string, Entry[]>();
  #bytes = 0;
  #version = 0;
  #held = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of all entries, as estimated. Never more than the budget. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @param spans keys of spans that may come again; without, what is read is what is there now */
  draft(spans?: Iterable<string>): Draft {
    if (spans === undefined) return new Draft(this, () => NOW);
    const versions = new Map<string, number>();
    for (const key of spans) versions.set(key, this.#firstVersion(key));
    return new Draft(this, (by) => versions.get(by) ?? NOW);
  }

  commit(draft: Draft): void {
    const version = ++this.#version;
    for (const id of draft.used) this.#touch(id);
    for (const entry of draft.added.values()) if (!this.#touch(entry.id)) this.#add({ ...entry, version });
  }

  /**
   * Remembers something that has work to do when it is evicted: `forgotten` is called then.
   * @returns a function that removes it without calling back
   */
  hold(bytes: number, forgotten: () => void): () => void {
    const id = memoryKey("held", String(++this.#held));
    const entry: Entry = { id, keys: NONE, by: id, value: undefined, bytes, forgotten, version: 0 };
    this.#add(entry);
    return () => this.#forget(entry);
  }

  /** @internal for drafts */
  list(key: string): readonly Entry[] {
    return this.#byKey.get(key) ?? NONE;
  }

  // Noted before anything is committed: a batch that fails is read again as of the first time, too.
  #firstVersion(span: string): number {
    const id = memoryKey("first", span);
    const known = this.#entries.get(id);
    if (known !== undefined) {
      this.#touch(id);
      return known.version;
    }
    this.#add({ id, keys: NONE, by: span, value: undefined, bytes: 0, version: this.#version });
    return this.#version;
  }

  #touch(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    return true;
  }

  #add(entry: Entry): void {
    this.#entries.set(entry.id, entry);
    this.#bytes += costOf(entry);
    for (const key of entry.keys) {
      const list = this.#byKey.get(key);
      if (list === undefined) this.#byKey.set(key, [entry]);
      else if (list.push(entry) > MAX_SAME_KEY && list[0] !== undefined) this.#forget(list[0]);
    }
    if (this.#bytes > this.#maxBytes) this.#makeRoom();
  }

  // Some more than is needed: the way to the oldest entry of a map is past all that were deleted before.
  #makeRoom(): void {
    const enough = this.#maxBytes * (1 - SPARE);
    for (const oldest of this.#entries.values()) {
      if (this.#bytes <= enough) return;
      this.#forget(oldest);
      oldest.forgotten?.();
    }
  }

  #forget(entry: Entry): void {
    if (this.#entries.get(entry.id) !== entry) return;
    this.#entries.delete(entry.id);
    this.#bytes -= costOf(entry);
    for (const key of entry.keys) {
      const list = this.#byKey.get(key) ?? [];
      const at = list.indexOf(entry);
      if (at !== -1) list.splice(at, 1);
      if (list.length === 0) this.#byKey.delete(key);
    }
  }
}

/** What some spans read in the memory, and what they add to it once it is committed. */
export class Draft {
  /** By id. */
  readonly added = new Map<string, Omit<Entry, "version">>();
  /** Ids of what was of use. */
  readonly used = new Set<string>();
  readonly #memory: CorrelationMemory;
  readonly #versionOf: (span: string) => number;
  readonly #byKey = new Map<string, unknown[]>();

  constructor(memory: CorrelationMemory, versionOf: (span: string) => number) {
    this.#memory = memory;
    this.#versionOf = versionOf;
  }

  add<Value>(entry: NewEntry<Value>): void {
    if (this.added.has(entry.id)) return;
    const { id, by, keys, value, bytes = bytesOf(value) } = entry;
    this.added.set(id, { id, by, keys, value, bytes });
    for (const key of entry.keys) {
      const list = this.#byKey.get(key);
      if (list === undefined) this.#byKey.set(key, [entry.value]);
      else list.push(entry.value);
    }
  }

  /** What is under a key, the oldest first. @param by the span that reads */
  list<Value>(key: MemoryKey<Value>, by: string): readonly Value[] {
    const committed = this.#memory.list(key);
    const own = (this.#byKey.get(key) ?? NONE) as readonly Value[];
    if (committed.length === 0) return own;
    const version = this.#versionOf(by);
    const visible = committed.filter(
      (entry) => (entry.version <= version || entry.by === by) && !this.added.has(entry.id),
    );
    return [...visible.map(({ value }) => value as Value), ...own];
  }

  /** Whether there is anything under a key by now. */
  has(key: MemoryKey<unknown>): boolean {
    return this.#byKey.has(key) || this.#memory.list(key).length > 0;
  }

  /** What was put under a key last. */
  find<Value>(key: MemoryKey<Value>, by: string): Value | undefined {
    const own = this.#byKey.get(key)?.at(-1) as Value | undefined;
    if (own !== undefined) return own;
    const version = this.#versionOf(by);
    const found = this.#memory.list(key).findLast((entry) => entry.version <= version || entry.by === by);
    if (found === undefined) return undefined;
    this.used.add(found.id);
    return found.value as Value;
  }
}

const NONE: readonly never[] = [];

const costOf = ({ bytes, keys }: Entry): number => ENTRY_BYTES + KEY_BYTES * keys.length + bytes;

/** What is deeper is not counted: it is no argument of a tool. */
const MAX_DEPTH = 64;

/**
 * About how many bytes of memory a plain value takes; a character may take two.
 * @param enough counting stops there
 */
export function bytesOf(value: unknown, enough = Number.POSITIVE_INFINITY, depth = 0): number {
  if (typeof value === "string") return 24 + value.length * 2;
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return 16;
  let bytes = 32;
  // Without a list of the members: this is asked of the arguments of every call.
  for (const name in value) {
    bytes += 16 + name.length + bytesOf((value as Values)[name], enough - bytes, depth + 1);
    if (bytes > enough) break;
  }
  return bytes;
}

type Values = Readonly<Record<string, unknown>>;
