import { cutToWidth, padStartToWidth, padToWidth, textWidth } from "../format/table.js";
import { oneLine } from "../format/values.js";
import type { Style } from "../framework/output.js";
import { actionMark, actionNote, type ShownAction, shownDuration } from "./shown-action.js";

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
    if (parent === undefined || isInSubtree(parent, node, parents)) {
      roots.push(node);
      continue;
    }
    parents.set(node, parent);
    parent.children.push(node);
  }
  return roots;
}

function isInSubtree(
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

export interface TreeCanvas {
  readonly columns: number;
  readonly style: Style;
}

const DURATION_WIDTH = 8;
const AGENT_WIDTH = 14;
const GAP = 2;
const NARROWEST_NAME = 16;

/**
 * A tree of actions, one line each: the branch, the mark, name and note, the agent where it is another one than on
 * the line above, and the duration at the right. No line is wider than the canvas.
 */
export function renderTree(roots: readonly ActionNode[], canvas: TreeCanvas): string[] {
  const lines: string[] = [];
  let agent = "";
  const draw = (node: ActionNode, branch: string, below: string): void => {
    const { agent_name } = node.action;
    lines.push(treeLine(node.action, branch, agent_name === agent ? "" : agent_name, canvas));
    agent = agent_name;
    node.children.forEach((child, index) => {
      const last = index === node.children.length - 1;
      draw(child, `${below}${last ? "└─ " : "├─ "}`, `${below}${last ? "   " : "│  "}`);
    });
  };
  for (const root of roots) draw(root, "", "");
  return lines;
}

/** One line of a tree. `agent` is empty where it is the one of the line above. */
export function treeLine(action: ShownAction, whole: string, agent: string, canvas: TreeCanvas): string {
  const { style, columns } = canvas;
  const textColumns = columns - AGENT_WIDTH - DURATION_WIDTH - 2 * GAP;
  // Of a very deep branch the end is shown: that is where the next line hangs on.
  const most = textColumns - NARROWEST_NAME;
  const branch = whole.length <= most ? whole : `…${whole.slice(1 - most)}`;
  const room = textColumns - textWidth(branch) - 2;
  const name = cutToWidth(oneLine(action.action_name), room);
  const noteRoom = room - textWidth(name) - GAP;
  const note = noteRoom < 4 ? "" : cutToWidth(actionNote(action), noteRoom);
  const text = `${style.dim(branch)}${actionMark(action, style)} ${name}${note === "" ? "" : `  ${style.dim(note)}`}`;
  return [
    padToWidth(text, textColumns),
    padToWidth(style.accent(cutToWidth(oneLine(agent), AGENT_WIDTH)), AGENT_WIDTH),
    padStartToWidth(shownDuration(action), DURATION_WIDTH),
  ]
    .join(" ".repeat(GAP))
    .trimEnd();
}
