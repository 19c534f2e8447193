/**
 * A run in memory, in columns: a place is the index of an action in the order of its tree. Everything here is linear and without
 * recursion, because a run may hold 500,000 actions at a depth of 50,000.
 */
import type { Kind, Skeleton } from "./skeleton.js";

export const NO_PARENT = -1;

export class RunTree {
  readonly run: string;
  readonly version: string;
  readonly count: number;
  readonly truncated: boolean;
  /** Unix milliseconds. */
  readonly startMillis: number;
  /** Milliseconds from the run's start to the last end or start that is known. */
  readonly lastOffset: number;
  /** Place of the parent, or {@link NO_PARENT}. */
  readonly parents: Int32Array;
  /** 0 for a root. */
  readonly depths: Int32Array;
  /** Actions of the subtree, the action itself included: the next sibling stands so many places on. */
  readonly sizes: Int32Array;
  /** From 1 on, among its siblings. */
  readonly positions: Int32Array;
  /** Milliseconds from the run's start. */
  readonly starts: Int32Array;
  /** Milliseconds; -1 where it is not known. */
  readonly durations: Int32Array;
  readonly missingParents: ReadonlySet<number>;
  readonly cycles: ReadonlySet<number>;
  readonly #names: readonly string[];
  readonly #agents: readonly string[];
  readonly #kinds: readonly Kind[];
  readonly #nameOf: Int32Array;
  readonly #agentOf: Int32Array;
  readonly #kindOf: Int32Array;
  readonly #childCounts: Int32Array;
  readonly #rootCount: number;
  readonly #ids: Uint8Array;

  constructor(skeleton: Skeleton) {
    const { columns, count } = skeleton;
    this.run = skeleton.run;
    this.version = skeleton.version;
    this.count = count;
    this.truncated = skeleton.truncated;
    this.startMillis = Date.parse(skeleton.started_at);
    this.#names = skeleton.names;
    this.#agents = skeleton.agents;
    this.#kinds = skeleton.kinds;
    this.#nameOf = Int32Array.from(columns.name);
    this.#agentOf = Int32Array.from(columns.agent);
    this.#kindOf = Int32Array.from(columns.kind);
    this.durations = Int32Array.from(columns.duration);
    this.missingParents = new Set(skeleton.missing_parents);
    this.cycles = new Set(skeleton.cycles);
    this.#ids = Uint8Array.from(atob(skeleton.ids ?? ""), (character) => character.charCodeAt(0));

    this.parents = new Int32Array(count);
    this.depths = new Int32Array(count);
    this.positions = new Int32Array(count);
    this.starts = new Int32Array(count);
    this.sizes = new Int32Array(count).fill(1);
    this.#childCounts = new Int32Array(count);
    let roots = 0;
    let start = 0;
    let last = 0;
    for (let place = 0; place < count; place++) {
      start += columns.start[place] ?? 0;
      this.starts[place] = start;
      last = Math.max(last, start + Math.max(0, at(this.durations, place)));
      const distance = columns.parent[place] ?? 0;
      const parent = distance === 0 ? NO_PARENT : place - distance;
      this.parents[place] = parent;
      if (parent === NO_PARENT) this.positions[place] = ++roots;
      else {
        this.depths[place] = at(this.depths, parent) + 1;
        const position = at(this.#childCounts, parent) + 1;
        this.#childCounts[parent] = position;
        this.positions[place] = position;
      }
    }
    for (let place = count - 1; place >= 0; place--) {
      const parent = at(this.parents, place);
      if (parent !== NO_PARENT) this.sizes[parent] = at(this.sizes, parent) + at(this.sizes, place);
    }
    this.#rootCount = roots;
    this.lastOffset = last;
  }

  nameAt = (place: number): string => this.#names[at(this.#nameOf, place)] ?? "";
  agentAt = (place: number): string => this.#agents[at(this.#agentOf, place)] ?? "";
  kindAt = (place: number): Kind => this.#kinds[at(this.#kindOf, place)] ?? UNKNOWN_KIND;
  hasChildren = (place: number): boolean => at(this.sizes, place) > 1;

  /** How many siblings there are, the action itself included. */
  siblingCount(place: number): number {
    const parent = at(this.parents, place);
    return parent === NO_PARENT ? this.#rootCount : at(this.#childCounts, parent);
  }

  /** End in milliseconds from the run's start; of what runs, `now` in the same; of what has no duration, its start. */
  endAt(place: number, now: number): number {
    const duration = at(this.durations, place);
    const start = at(this.starts, place);
    if (duration >= 0) return start + duration;
    return this.kindAt(place).state === "running" ? Math.max(start, now) : start;
  }

  get isRunning(): boolean {
    return this.#kinds.some(({ state }) => state === "running");
  }

  /** Id of an action, or an empty text where the skeleton has no ids. */
  idAt(place: number): string {
    if (this.#ids.length < (place + 1) * 16) return "";
    let hex = "";
    for (let byte = place * 16; byte < place * 16 + 16; byte++)
      hex += at(this.#ids, byte).toString(16).padStart(2, "0");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** Where an action stands; `undefined` where the run does not have it. */
  placeOf(id: string): number | undefined {
    const wanted = id.replaceAll("-", "").toLowerCase();
    if (!/^[0-9a-f]{32}$/.test(wanted)) return undefined;
    const bytes = Uint8Array.from({ length: 16 }, (_, index) =>
      Number.parseInt(wanted.slice(index * 2, index * 2 + 2), 16),
    );
    search: for (let place = 0; place < this.count; place++) {
      for (let byte = 0; byte < 16; byte++) if (this.#ids[place * 16 + byte] !== bytes[byte]) continue search;
      return place;
    }
    return undefined;
  }

  /** Places whose name, agent or type holds the text, in any letter case. Each name is looked at once. */
  search(text: string): Int32Array {
    const wanted = text.toLowerCase();
    const holds = (value: string): boolean => value.toLowerCase().includes(wanted);
    const names = this.#names.map(holds);
    const agents = this.#agents.map(holds);
    const kinds = this.#kinds.map(({ type, state, status }) => [type, state, status ?? ""].some(holds));
    const found: number[] = [];
    for (let place = 0; place < this.count; place++)
      if (
        names[at(this.#nameOf, place)] ||
        agents[at(this.#agentOf, place)] ||
        kinds[at(this.#kindOf, place)]
      )
        found.push(place);
    return Int32Array.from(found);
  }
}

const UNKNOWN_KIND: Kind = { type: "", state: "ended", status: null };

/** An element that is there: arrays of numbers have `undefined` nowhere but past their end. */
export const at = (values: Int32Array | Uint8Array, index: number): number => values[index] as number;
