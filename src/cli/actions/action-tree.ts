import type { ShownAction } from "./shown-action.js";

export interface ActionNode {
  readonly action: ShownAction;
  readonly children: ActionNode[];
}

/**
 * Actions below the actions that they happened in, by span ids, in the order of their start; of the same millisecond,
 * in the order that they are given in, which Postgres knows to the microsecond. Every action is there exactly once: one whose parent is not among them, is itself, or runs in a circle, stands at the top.
 */
export function actionTree(actions: readonly ShownAction[]): ActionNode[] {
  const nodes = actions.map((action): ActionNode => ({ action, children: [] })).sort(byStart);
  const bySpan = new Map<string, ActionNode>();
  for (const node of nodes) {
    const { span_id } = node.action;
    if (span_id !== null && !bySpan.has(span_id)) bySpan.set(span_id, node);
  }
  const parents = new Map<ActionNode, ActionNode>();
  const roots: ActionNode[] = [];
  for (const node of nodes) {
    const { parent_span_id } = node.action;
    const parent = parent_span_id === null ? undefined : bySpan.get(parent_span_id);
    if (parent === undefined || isWithin(parent, node, parents)) {
      roots.push(node);
      continue;
    }
    parents.set(node, parent);
    parent.children.push(node);
  }
  return roots;
}

function isWithin(
  candidate: ActionNode,
  node: ActionNode,
  parents: ReadonlyMap<ActionNode, ActionNode>,
): boolean {
  for (let at: ActionNode | undefined = candidate; at !== undefined; at = parents.get(at)) {
    if (at === node) return true;
  }
  return false;
}

function byStart(one: ActionNode, other: ActionNode): number {
  return one.action.created_at.getTime() - other.action.created_at.getTime();
}
