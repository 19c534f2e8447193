import { setImmediate } from "node:timers/promises";
import { orderTree, type TreeOrder } from "../../internal/order-tree.js";

/** Stands in a kind where the producer says no status. */
export const NO_STATUS = "-";

/** An action as it is read, in the order of starts. */
export interface TreeRow {
  readonly id: string;
  /** Action that it names as its parent. */
  readonly parent: string | null;
  readonly span: string | null;
  readonly parent_span: string | null;
  readonly name: string;
  readonly agent: string;
  /** Type, state and status, or {@link NO_STATUS}, with spaces between them; and `approval` behind them. */
  readonly kind: string;
  /** Unix milliseconds. */
  readonly start: number;
  /** Milliseconds; -1 where it is not known. */
  readonly duration: number;
}

/** Different values, and for each place which it is. */
export interface Dictionary {
  readonly values: readonly string[];
  readonly indices: Int32Array;
}

/** What a tree shows of every action, in columns; the place of an action is its index in them. */
export interface BuiltTree extends Omit<TreeOrder, "order"> {
  readonly count: number;
  /** Start of the first action, Unix milliseconds. */
  readonly startMillis: number;
  readonly ids: readonly string[];
  readonly names: Dictionary;
  readonly agents: Dictionary;
  readonly kinds: Dictionary;
  /** Milliseconds from the start of the run. */
  readonly starts: Int32Array;
  readonly durations: Int32Array;
  /** Places of actions that name a parent which is not among the run's actions. */
  readonly missingParents: readonly number[];
}

const LATEST_MILLIS = 2_147_483_647;

/** Collects actions as columns, so that a run of hundreds of thousands takes some ten megabytes and no long pause. */
export class TreeBuilder {
  readonly #ids: string[] = [];
  readonly #parents: (string | null)[] = [];
  readonly #parentSpans: (string | null)[] = [];
  readonly #starts: number[] = [];
  readonly #durations: number[] = [];
  readonly #names = new DictionaryBuilder();
  readonly #agents = new DictionaryBuilder();
  readonly #kinds = new DictionaryBuilder();
  readonly #byId = new Map<string, number>();
  readonly #bySpan = new Map<string, number>();
  #startMillis = 0;

  get count(): number {
    return this.#ids.length;
  }

  add({ id, parent, span, parent_span: parentSpan, name, agent, kind, start, duration }: TreeRow): void {
    const index = this.#ids.push(id) - 1;
    if (!this.#byId.has(id)) this.#byId.set(id, index);
    if (span !== null && !this.#bySpan.has(span)) this.#bySpan.set(span, index);
    this.#parents.push(parent);
    this.#parentSpans.push(parentSpan);
    this.#names.add(name);
    this.#agents.add(agent);
    this.#kinds.add(kind);
    if (index === 0) this.#startMillis = start;
    this.#starts.push(millis(start - this.#startMillis));
    this.#durations.push(millis(duration));
  }

  /** Others have a turn between the steps. */
  async finish(): Promise<BuiltTree> {
    const { parents, missing } = this.#resolveParents();
    await setImmediate();
    const { order, parentDistance, cycles } = orderTree(parents);
    await setImmediate();
    const missingParents: number[] = [];
    order.forEach((index, place) => {
      if (missing.has(index)) missingParents.push(place);
    });
    return {
      count: this.count,
      startMillis: this.#startMillis,
      parentDistance,
      cycles,
      missingParents,
      ids: Array.from(order, (index) => this.#ids[index] as string),
      names: this.#names.inOrder(order),
      agents: this.#agents.inOrder(order),
      kinds: this.#kinds.inOrder(order),
      starts: permuted(this.#starts, order),
      durations: permuted(this.#durations, order),
    };
  }

  /** The parent of each: the action that it names, else the one whose span is its parent span. */
  #resolveParents(): { parents: Int32Array; missing: ReadonlySet<number> } {
    const missing = new Set<number>();
    const parents = new Int32Array(this.count);
    for (let index = 0; index < parents.length; index++) {
      const parent = this.#parents[index] ?? null;
      const span = this.#parentSpans[index] ?? null;
      const found =
        (parent === null ? undefined : this.#byId.get(parent)) ??
        (span === null ? undefined : this.#bySpan.get(span));
      // A parent span may be no action, so only an action that is named can be missing.
      if (found === undefined && parent !== null) missing.add(index);
      parents[index] = found ?? -1;
    }
    return { parents, missing };
  }
}

class DictionaryBuilder {
  readonly #places = new Map<string, number>();
  readonly #indices: number[] = [];

  add(value: string): void {
    let place = this.#places.get(value);
    if (place === undefined) {
      place = this.#places.size;
      this.#places.set(value, place);
    }
    this.#indices.push(place);
  }

  inOrder(order: Int32Array): Dictionary {
    return { values: [...this.#places.keys()], indices: permuted(this.#indices, order) };
  }
}

const permuted = (values: readonly number[], order: Int32Array): Int32Array =>
  order.map((index) => values[index] as number);

const millis = (value: number): number => Math.min(Math.max(value, -1), LATEST_MILLIS);
