/**
 * The sequences of all runs, within a budget of bytes. It is told of calls in the order in which they ended, and says where that is not
 * enough: a sequence that it does not know, or one in which a call came late or changed, has to be made anew from the rows. So repetition,
 * order, corrections and a restart make no difference to what is found.
 */
import type { KnownLoop, Loop } from "./loop.js";
import { LoopSequence } from "./loop-sequence.js";
import type { ModelTurn, Step } from "./step.js";

/** What an agent did, in the order of its end. */
export type Deed =
  | { readonly type: "call"; readonly step: Step }
  | { readonly type: "wait"; readonly id: string; readonly doneAt: number }
  | { readonly type: "turn"; readonly turn: ModelTurn };

export interface FoundLoop {
  /** The sequence: a run and an agent, as the caller names them. */
  readonly sequence: string;
  readonly loop: Loop;
}

interface Entry {
  readonly sequence: LoopSequence;
  /** Fingerprint of everything that was added, by id; the last some hundred. */
  readonly seen: Map<string, string>;
  lastAt: number;
  lastId: string;
  /** Deeds that ended earlier are unknown, and make no difference any more. */
  knownFrom: number;
}

/** Deeds by which a sequence is made anew: calls that are kept, and turns and waits between them. */
export const MAX_DEEDS = 256;
const BYTES_PER_SEEN = 120;

export class LoopTracker {
  readonly #entries = new Map<string, Entry>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get sequences(): number {
    return this.#entries.size;
  }

  /**
   * Adds a deed. Returns what became of loops by it, or `undefined`: the sequence has to be made anew by {@link rebuild}, from rows among
   * which this one is.
   */
  add(key: string, deed: Deed): readonly Loop[] | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const { id, doneAt } = identityOf(deed);
    const print = fingerprint(deed);
    const known = entry.seen.get(id);
    if (known === print) return [];
    if (known === undefined && doneAt < entry.knownFrom) return [];
    if (known !== undefined || doneAt < entry.lastAt || (doneAt === entry.lastAt && id < entry.lastId)) {
      this.#forget(key, entry);
      return undefined;
    }
    const before = bytesOf(entry);
    const loops = this.#append(entry, deed, print);
    this.#bytes += bytesOf(entry) - before;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#shrink();
    return loops;
  }

  /**
   * Makes a sequence anew.
   *
   * @param deeds the last {@link MAX_DEEDS} of it, in the order of their end, or all
   * @param known loops of it that were open
   * @returns the loops in it, each as it stands at last
   */
  rebuild(key: string, deeds: readonly Deed[], known: readonly KnownLoop[] = []): readonly Loop[] {
    const old = this.#entries.get(key);
    if (old) this.#forget(key, old);
    const knownFrom =
      deeds.length >= MAX_DEEDS && deeds[0] ? identityOf(deeds[0]).doneAt : Number.NEGATIVE_INFINITY;
    const entry: Entry = {
      sequence: new LoopSequence(),
      seen: new Map(),
      lastAt: Number.NEGATIVE_INFINITY,
      lastId: "",
      knownFrom,
    };
    const last = new Map<string, Loop>();
    const waiting = known.toSorted((one, other) => one.lastAt - other.lastAt);
    for (const deed of deeds) {
      // What is known counts up to its last call; from there on it is counted here.
      for (let next = waiting[0]; next && next.lastAt < identityOf(deed).doneAt; next = waiting[0]) {
        entry.sequence.continueFrom(next);
        waiting.shift();
      }
      for (const loop of this.#append(entry, deed, fingerprint(deed)))
        last.set(`${loop.kind} ${loop.firstId}`, loop);
    }
    for (const next of waiting) entry.sequence.continueFrom(next);
    this.#entries.set(key, entry);
    this.#bytes += bytesOf(entry);
    this.#shrink();
    return [...last.values()];
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #append(entry: Entry, deed: Deed, print: string): readonly Loop[] {
    const { id, doneAt } = identityOf(deed);
    entry.seen.set(id, print);
    entry.lastAt = doneAt;
    entry.lastId = id;
    if (entry.seen.size > MAX_DEEDS) {
      const [oldest] = entry.seen.keys();
      if (oldest !== undefined) entry.seen.delete(oldest);
      entry.knownFrom = Math.max(entry.knownFrom, entry.sequence.kept[0]?.doneAt ?? entry.knownFrom);
    }
    if (deed.type === "call") return entry.sequence.add(deed.step);
    if (deed.type === "turn") entry.sequence.turn(deed.turn);
    else entry.sequence.wait();
    return [];
  }

  #forget(key: string, entry: Entry): void {
    this.#bytes -= bytesOf(entry);
    this.#entries.delete(key);
  }

  /** What was used longest ago goes first. The rows are still there. */
  #shrink(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes || this.#entries.size <= 1) return;
      this.#forget(key, entry);
    }
  }
}

const bytesOf = ({ sequence, seen }: Entry): number => sequence.bytes + seen.size * BYTES_PER_SEEN;

export function identityOf(deed: Deed): { readonly id: string; readonly doneAt: number } {
  if (deed.type === "call") return deed.step;
  return deed.type === "turn" ? deed.turn : deed;
}

/** The same for a row that says nothing new. */
function fingerprint(deed: Deed): string {
  if (deed.type === "wait") return "w";
  if (deed.type === "turn") return `t${deed.turn.tokens}`;
  const { call, result, error, doneAt, write } = deed.step;
  return `${call} ${result} ${error} ${doneAt} ${write?.content}`;
}
