/**
 * A run in columns: what a page needs of every action, in arrays that a worker hands over without a copy. A place is the index of an
 * action in the order of its tree. Everything here is linear and without recursion, because a run may hold 500,000 actions at a depth of
 * 50,000.
 */
import type { Kind, Skeleton } from "./skeleton.js";
import { type TextColumn, textColumn } from "./text-column.js";

type Numbers = Int32Array<ArrayBuffer>;
type Bytes = Uint8Array<ArrayBuffer>;

export const NO_PARENT = -1;
/** Bits of {@link RunColumns.marks}: the parent is not among the run's actions; a circle of parents was cut here. */
export const MISSING_PARENT = 1;
export const CYCLE = 2;

export interface RunColumns {
  readonly run: string;
  readonly version: string;
  readonly count: number;
  readonly truncated: boolean;
  /** Unix milliseconds. */
  readonly startMillis: number;
  /** Milliseconds from the run's start to the last end or start that is known. */
  readonly lastOffset: number;
  readonly rootCount: number;
  /** Place of the parent, or {@link NO_PARENT}. */
  readonly parents: Numbers;
  /** 0 for a root. */
  readonly depths: Numbers;
  /** Actions of the subtree, the action itself included: the next sibling stands so many places on. */
  readonly sizes: Numbers;
  /** From 1 on, among its siblings. */
  readonly positions: Numbers;
  readonly childCounts: Numbers;
  /** Milliseconds from the run's start. */
  readonly starts: Numbers;
  /** Milliseconds; -1 where it is not known. */
  readonly durations: Numbers;
  /** Indices in `names`, `agents` and `kinds`. */
  readonly nameOf: Numbers;
  readonly agentOf: Numbers;
  readonly kindOf: Numbers;
  readonly names: TextColumn;
  readonly agents: TextColumn;
  readonly kinds: readonly Kind[];
  readonly marks: Bytes;
  /** 16 bytes each; empty where the skeleton has no ids. */
  readonly ids: Bytes;
}

export function runColumns(skeleton: Skeleton): RunColumns {
  const { columns, count } = skeleton;
  const durations = new Int32Array(columns.duration);
  const parents = new Int32Array(count);
  const depths = new Int32Array(count);
  const positions = new Int32Array(count);
  const starts = new Int32Array(count);
  const sizes = new Int32Array(count).fill(1);
  const childCounts = new Int32Array(count);
  let rootCount = 0;
  let start = 0;
  let lastOffset = 0;
  for (let place = 0; place < count; place++) {
    start += columns.start[place] ?? 0;
    starts[place] = start;
    lastOffset = Math.max(lastOffset, start + Math.max(0, at(durations, place)));
    const distance = columns.parent[place] ?? 0;
    const parent = distance === 0 ? NO_PARENT : place - distance;
    parents[place] = parent;
    if (parent === NO_PARENT) positions[place] = ++rootCount;
    else {
      depths[place] = at(depths, parent) + 1;
      const position = at(childCounts, parent) + 1;
      childCounts[parent] = position;
      positions[place] = position;
    }
  }
  for (let place = count - 1; place >= 0; place--) {
    const parent = at(parents, place);
    if (parent !== NO_PARENT) sizes[parent] = at(sizes, parent) + at(sizes, place);
  }
  const marks = new Uint8Array(count);
  for (const place of skeleton.missing_parents) marks[place] = at(marks, place) | MISSING_PARENT;
  for (const place of skeleton.cycles) marks[place] = at(marks, place) | CYCLE;
  return {
    run: skeleton.run,
    version: skeleton.version,
    count,
    truncated: skeleton.truncated,
    startMillis: Date.parse(skeleton.started_at),
    lastOffset,
    rootCount,
    parents,
    depths,
    sizes,
    positions,
    childCounts,
    starts,
    durations,
    nameOf: new Int32Array(columns.name),
    agentOf: new Int32Array(columns.agent),
    kindOf: new Int32Array(columns.kind),
    names: textColumn(skeleton.names),
    agents: textColumn(skeleton.agents),
    kinds: skeleton.kinds,
    marks,
    ids: bytesOf(skeleton.ids ?? ""),
  };
}

/** What a message hands over instead of copying it. */
export function buffersOf(columns: RunColumns): readonly ArrayBuffer[] {
  return [columns.names.ends, columns.agents.ends, ...Object.values(columns)]
    .filter((value: unknown) => ArrayBuffer.isView(value))
    .map(({ buffer }) => buffer as ArrayBuffer);
}

/** An element that is there: arrays of numbers have `undefined` nowhere but past their end. */
export const at = (values: Int32Array | Uint8Array, index: number): number => values[index] as number;

function bytesOf(base64: string): Bytes {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}
