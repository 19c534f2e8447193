import { type Loop, loopOf, MAX_EVIDENCE, type OpenLoop } from "./loop.js";
import { LOOP_CALLS } from "./loop-rules.js";
import type { Key, Step } from "./step.js";

/** Files whose last contents are remembered; the one that was written longest ago is forgotten. */
const MAX_FILES = 32;

interface Write {
  readonly id: string;
  readonly tool: string;
  readonly startedAt: number;
  readonly content: Key;
  readonly tokens: number;
}

interface FileState {
  /** The last writes that belong together. */
  readonly writes: Write[];
  /** Writes in a row that brought back the content before the last one. */
  returns: number;
  open: OpenLoop | undefined;
}

/** Files of one agent in one run that are changed back and forth: A, B, A, B, A. */
export class FilePingPong {
  readonly #files = new Map<Key, FileState>();

  /** What goes on. */
  get open(): readonly Loop[] {
    return [...this.#files.values()].flatMap(({ open }) => (open ? [loopOf(open, true)] : []));
  }

  get isOpen(): boolean {
    for (const { open } of this.#files.values()) if (open) return true;
    return false;
  }

  get size(): number {
    return this.#files.size;
  }

  /**
   * Returns the loop that began, went on or ended with this call.
   *
   * @param tokens of the sequence so far
   */
  add({ id, tool, startedAt, doneAt, failed, write }: Step, tokens: number): Loop | undefined {
    if (write === undefined || failed) return undefined;
    const file = this.#fileOf(write.file);
    const { writes } = file;
    // A write of what is there already changes nothing.
    if (writes.at(-1)?.content === write.content) return undefined;
    const isReturn = writes.at(-2)?.content === write.content;
    writes.push({ id, tool, startedAt, content: write.content, tokens });
    if (writes.length > MAX_EVIDENCE) writes.shift();
    file.returns = isReturn ? file.returns + 1 : 0;
    if (file.open) {
      if (!isReturn) {
        const ended = loopOf(file.open, false);
        file.open = undefined;
        return ended;
      }
      file.open.calls += 1;
      file.open.lastId = id;
      file.open.lastAt = doneAt;
      file.open.tokens = tokens - file.open.tokensBefore;
      return loopOf(file.open, true);
    }
    // The first two writes are what the others come back to.
    const calls = file.returns + 2;
    if (calls < LOOP_CALLS.file_ping_pong) return undefined;
    const stretch = writes.slice(-calls);
    const [first] = stretch;
    if (first === undefined) return undefined;
    file.open = {
      kind: "file_ping_pong",
      period: 2,
      signature: `file_ping_pong ${write.file}`,
      tools: stretch.slice(-2).map((each) => each.tool),
      failed: false,
      firstId: first.id,
      begin: stretch.map((each) => each.id),
      startedAt: first.startedAt,
      tokensBefore: first.tokens,
      calls,
      tokens: tokens - first.tokens,
      lastId: id,
      lastAt: doneAt,
    };
    return loopOf(file.open, true);
  }

  #fileOf(path: Key): FileState {
    const known = this.#files.get(path);
    const file = known ?? { writes: [], returns: 0, open: undefined };
    this.#files.delete(path);
    this.#files.set(path, file);
    if (this.#files.size > MAX_FILES) {
      const [oldest] = this.#files.keys();
      if (oldest !== undefined) this.#files.delete(oldest);
    }
    return file;
  }
}
