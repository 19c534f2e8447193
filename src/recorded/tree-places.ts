import { orderTree } from "../internal/order-tree.js";
import type { RecordedAction } from "./recorded-action.js";

/** Actions in the order of their tree: each before those in it, siblings by their start. The place of an action is its index. */
export interface TreePlaces {
  /** Which of the actions stands at each place. */
  readonly order: Int32Array;
  /** Place of the action around each; -1 for none. */
  readonly parents: Int32Array;
}

/**
 * Linear in time, whatever parents the actions name.
 *
 * @param actions in the order of their start: see {@link byStart}
 */
export function treePlaces(actions: readonly RecordedAction[]): TreePlaces {
  const { order, parentDistance } = orderTree(parentsOf(actions));
  const parents = Int32Array.from(parentDistance, (distance, place) =>
    distance === 0 ? -1 : place - distance,
  );
  return { order, parents };
}

// An unknown start is no difference: such actions stay in the order that they are given in.
export const byStart = (one: RecordedAction, other: RecordedAction): number => one.start - other.start || 0;

/** The index of each action's parent: the action that it names, else the one whose span is its parent span. */
function parentsOf(actions: readonly RecordedAction[]): Int32Array {
  const byId = new Map<string, number>();
  const bySpan = new Map<string, number>();
  actions.forEach(({ id, spanId }, index) => {
    if (id !== "" && !byId.has(id)) byId.set(id, index);
    if (spanId !== null && !bySpan.has(spanId)) bySpan.set(spanId, index);
  });
  return Int32Array.from(actions, ({ parentId, parentSpanId }) => {
    const named = parentId === null ? undefined : byId.get(parentId);
    return named ?? (parentSpanId === null ? undefined : bySpan.get(parentSpanId)) ?? -1;
  });
}
