import type { ActionEvent } from "../../../src/event/index.js";
import type { RecordedCall } from "./call-sight.js";
import type { FoldTree } from "./fold-tree.js";
import { mergeLayers, primaryOf } from "./merge-layers.js";

/** One call, whose layers are one event. */
export interface FoldedAction {
  /** The layer whose identity the event has. */
  readonly primary: RecordedCall;
  /** The layers that went into it. */
  readonly folded: readonly RecordedCall[];
  /** The outermost layer, which has around it what is around the call. */
  readonly outermost: RecordedCall;
  readonly event: ActionEvent;
}

/** Each call once, in the order of their outermost layers, and linked to the one that it may be. */
export function foldedActions(tree: FoldTree): readonly FoldedAction[] {
  const folds = [...tree.folds()];
  const primaries = new Map(folds.map(({ layers }) => [layers[0], primaryOf(layers)]));
  return folds.map(({ layers, mayBe }) => {
    const [outermost] = layers;
    const primary = primaries.get(outermost) ?? outermost;
    const event = mergeLayers(layers);
    const other = mayBe && primaries.get(tree.outermost(mayBe))?.event.id;
    if (other !== undefined) event.possible_duplicate_of = other;
    return { primary, folded: layers.filter((layer) => layer !== primary), outermost, event };
  });
}
