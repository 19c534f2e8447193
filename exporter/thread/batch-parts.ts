/**
 * Large values of a batch in parts. A message is copied in one step of the engine, half a millisecond a million characters and more with wide ones,
 * so what is large travels before its batch, some of it in each turn of the agent's event loop.
 */
import type { SpanBatch } from "./span-operations.js";

/** Characters of one part. */
export const PART_LENGTH = 500_000;
/** Values of fewer characters travel with their batch. */
const LARGE = 65_536;
/** What an item of a list takes beside its characters. */
const ITEM_LENGTH = 16;

/** Some of a text, or of a list, that a batch has at this place among its values. The parts of a batch come in their order, and before it. */
export interface BatchPart {
  readonly partOf: number;
  readonly isList: boolean;
  /** Pieces of a text, or items of a list. */
  readonly items: readonly unknown[];
  /** The last item is the beginning of a text, which the next part goes on with. */
  readonly isOpen: boolean;
  /** Characters, about. */
  readonly length: number;
}

/** The messages by which a batch is told: it alone, where nothing of it is large. Each part is made when it is asked for. */
export function* messagesOf(batch: SpanBatch): Generator<SpanBatch | BatchPart, void, undefined> {
  if (batch.bytes <= LARGE) {
    yield batch;
    return;
  }
  const values = [...batch.values];
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (!isLarge(value)) continue;
    yield* partsOf(value, at);
    values[at] = null;
  }
  yield { ...batch, values };
}

function isLarge(value: unknown): value is string | readonly Item[] {
  if (typeof value === "string") return value.length > LARGE;
  if (!Array.isArray(value)) return false;
  let length = 0;
  for (let index = 0; index < value.length; index++) {
    // What holds itself has to travel whole.
    if (typeof value[index] === "object" && value[index] !== null) return false;
    length += lengthOf(value[index]);
  }
  return length > LARGE;
}

type Item = string | number | boolean | null | undefined;

const lengthOf = (item: unknown): number => ITEM_LENGTH + (typeof item === "string" ? item.length : 0);

function* partsOf(value: string | readonly Item[], partOf: number): Generator<BatchPart, void, undefined> {
  const isList = typeof value !== "string";
  let items: Item[] = [];
  let room = PART_LENGTH;
  const part = (isOpen: boolean): BatchPart => {
    const made = { partOf, isList, items, isOpen, length: PART_LENGTH - room };
    [items, room] = [[], PART_LENGTH];
    return made;
  };
  for (const item of isList ? value : [value]) {
    let rest = item;
    while (typeof rest === "string" && rest.length > room) {
      items.push(rest.slice(0, room));
      rest = rest.slice(room);
      room = 0;
      yield part(true);
    }
    items.push(rest);
    room -= lengthOf(rest);
    if (room <= 0) yield part(false);
  }
  if (items.length > 0) yield part(false);
}

/** Puts the parts of batches together again. */
export class BatchParts {
  readonly #values = new Map<number, { readonly isList: boolean; readonly items: unknown[] }>();
  /** The pieces of a text that is not complete. */
  #open: string[] = [];

  add({ partOf, isList, items, isOpen }: BatchPart): void {
    const value = this.#values.get(partOf) ?? { isList, items: [] };
    this.#values.set(partOf, value);
    const last = items.length - 1;
    for (let index = 0; index <= last; index++) {
      const item = items[index];
      if (this.#open.length > 0 || (isOpen && index === last)) this.#open.push(item as string);
      if (isOpen && index === last) return;
      if (this.#open.length === 0) value.items.push(item);
      else {
        value.items.push(this.#open.join(""));
        this.#open = [];
      }
    }
  }

  /** The batch with the values of which the parts were added since the one before it. */
  complete(batch: SpanBatch): SpanBatch {
    if (this.#values.size === 0) return batch;
    const values = [...batch.values];
    for (const [at, { isList, items }] of this.#values) values[at] = isList ? items : items[0];
    this.#values.clear();
    return { ...batch, values };
  }
}
