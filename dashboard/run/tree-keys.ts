import { at, NO_PARENT, type RunTree } from "./run-tree.js";
import { rowOf } from "./visible-rows.js";

export interface TreeView {
  readonly tree: RunTree;
  readonly visible: Int32Array;
  readonly active: number;
  readonly collapsed: ReadonlySet<number>;
  /** How many rows Page Up and Page Down move. */
  readonly page: number;
}

export type TreeMove = { readonly select: number } | { readonly toggle: number };

/**
 * What a key does in a tree, as the treegrid pattern of the ARIA Authoring Practices has it, with j, k, h and l beside the arrows.
 * `undefined`: nothing.
 */
export function moveOf(
  key: string,
  { tree, visible, active, collapsed, page }: TreeView,
): TreeMove | undefined {
  if (visible.length === 0) return undefined;
  const row = rowOf(visible, active);
  const to = (wanted: number): TreeMove => ({
    select: at(visible, Math.min(Math.max(0, wanted), visible.length - 1)),
  });
  switch (key) {
    case "ArrowDown":
    case "j":
      return to(row + 1);
    case "ArrowUp":
    case "k":
      return to(row - 1);
    case "PageDown":
      return to(row + page);
    case "PageUp":
      return to(row - page);
    case "Home":
      return to(0);
    case "End":
      return to(visible.length - 1);
    case "ArrowRight":
    case "l":
      if (!tree.hasChildren(active)) return undefined;
      return collapsed.has(active) ? { toggle: active } : to(row + 1);
    case "ArrowLeft":
    case "h": {
      if (tree.hasChildren(active) && !collapsed.has(active)) return { toggle: active };
      const parent = at(tree.parents, active);
      return parent === NO_PARENT ? undefined : { select: parent };
    }
    case " ":
      return tree.hasChildren(active) ? { toggle: active } : undefined;
    default:
      return undefined;
  }
}
