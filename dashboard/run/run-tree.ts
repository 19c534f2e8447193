/** A run in memory: its columns, and what is asked of them. A place is the index of an action in the order of its tree. */
import { at, CYCLE, MISSING_PARENT, NO_PARENT, type RunColumns } from "./run-columns.js";
import type { Kind } from "./skeleton.js";
import { type TextColumn, textAt } from "./text-column.js";

export { at, NO_PARENT } from "./run-columns.js";

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
  readonly #columns: RunColumns;

  /** Takes no time, whatever the size of the run. */
  constructor(columns: RunColumns) {
    this.run = columns.run;
    this.version = columns.version;
    this.count = columns.count;
    this.truncated = columns.truncated;
    this.startMillis = columns.startMillis;
    this.lastOffset = columns.lastOffset;
    this.parents = columns.parents;
    this.depths = columns.depths;
    this.sizes = columns.sizes;
    this.positions = columns.positions;
    this.starts = columns.starts;
    this.durations = columns.durations;
    this.#columns = columns;
  }

  nameAt = (place: number): string => textAt(this.#columns.names, at(this.#columns.nameOf, place));
  agentAt = (place: number): string => textAt(this.#columns.agents, at(this.#columns.agentOf, place));
  kindAt = (place: number): Kind => this.#columns.kinds[at(this.#columns.kindOf, place)] ?? UNKNOWN_KIND;
  hasChildren = (place: number): boolean => at(this.sizes, place) > 1;
  /** The action around it is not among the run's actions. */
  isParentMissing = (place: number): boolean => (at(this.#columns.marks, place) & MISSING_PARENT) !== 0;
  /** A circle of parents was cut here. */
  isCycle = (place: number): boolean => (at(this.#columns.marks, place) & CYCLE) !== 0;

  /** How many siblings there are, the action itself included. */
  siblingCount(place: number): number {
    const parent = at(this.parents, place);
    return parent === NO_PARENT ? this.#columns.rootCount : at(this.#columns.childCounts, parent);
  }

  /** End in milliseconds from the run's start; of what runs, `now` in the same; of what has no duration, its start. */
  endAt(place: number, now: number): number {
    const duration = at(this.durations, place);
    const start = at(this.starts, place);
    if (duration >= 0) return start + duration;
    return this.kindAt(place).state === "running" ? Math.max(start, now) : start;
  }

  get isRunning(): boolean {
    return this.#columns.kinds.some(({ state }) => state === "running");
  }

  /** Id of an action, or an empty text where the skeleton has no ids. */
  idAt(place: number): string {
    const { ids } = this.#columns;
    if (ids.length < (place + 1) * 16) return "";
    let hex = "";
    for (let byte = place * 16; byte < place * 16 + 16; byte++)
      hex += at(ids, byte).toString(16).padStart(2, "0");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** Where an action stands; `undefined` where the run does not have it. */
  placeOf(id: string): number | undefined {
    const wanted = id.replaceAll("-", "").toLowerCase();
    if (!/^[0-9a-f]{32}$/.test(wanted)) return undefined;
    const bytes = Uint8Array.from({ length: 16 }, (_, index) =>
      Number.parseInt(wanted.slice(index * 2, index * 2 + 2), 16),
    );
    const { ids } = this.#columns;
    search: for (let place = 0; place < this.count; place++) {
      for (let byte = 0; byte < 16; byte++) if (ids[place * 16 + byte] !== bytes[byte]) continue search;
      return place;
    }
    return undefined;
  }

  /** Places whose name, agent or type holds the text, in any letter case. Each name is looked at once. */
  search(text: string): Int32Array {
    const wanted = text.toLowerCase();
    const holds = (value: string): boolean => value.toLowerCase().includes(wanted);
    const { nameOf, agentOf, kindOf } = this.#columns;
    const names = whichHold(this.#columns.names, holds);
    const agents = whichHold(this.#columns.agents, holds);
    const kinds = this.#columns.kinds.map(({ type, state, status }) =>
      [type, state, status ?? ""].some(holds),
    );
    const found: number[] = [];
    for (let place = 0; place < this.count; place++)
      if (names[at(nameOf, place)] || agents[at(agentOf, place)] || kinds[at(kindOf, place)])
        found.push(place);
    return Int32Array.from(found);
  }
}

const UNKNOWN_KIND: Kind = { type: "", state: "ended", status: null };

const whichHold = (texts: TextColumn, holds: (text: string) => boolean): readonly boolean[] =>
  Array.from({ length: texts.ends.length }, (_, index) => holds(textAt(texts, index)));
