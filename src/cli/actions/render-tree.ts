import { oneLine } from "../format/one-line.js";
import { cutToWidth, padStartToWidth, padToWidth, textWidth } from "../format/text-width.js";
import type { Style } from "../framework/style.js";
import { actionMark } from "./action-mark.js";
import type { ActionNode } from "./action-tree.js";
import { describeAction } from "./describe-action.js";
import { shownDuration } from "./shown-duration.js";

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
    lines.push(drawLine(node, branch, agent_name === agent ? "" : agent_name, canvas));
    agent = agent_name;
    node.children.forEach((child, index) => {
      const last = index === node.children.length - 1;
      draw(child, `${below}${last ? "└─ " : "├─ "}`, `${below}${last ? "   " : "│  "}`);
    });
  };
  for (const root of roots) draw(root, "", "");
  return lines;
}

function drawLine({ action }: ActionNode, whole: string, agent: string, canvas: TreeCanvas): string {
  const { style, columns } = canvas;
  const textColumns = columns - AGENT_WIDTH - DURATION_WIDTH - 2 * GAP;
  // Of a very deep branch the end is shown: that is where the next line hangs on.
  const most = textColumns - NARROWEST_NAME;
  const branch = whole.length <= most ? whole : `…${whole.slice(1 - most)}`;
  const room = textColumns - textWidth(branch) - 2;
  const name = cutToWidth(oneLine(action.action_name), room);
  const noteRoom = room - textWidth(name) - GAP;
  const note = noteRoom < 4 ? "" : cutToWidth(describeAction(action), noteRoom);
  const text = `${style.dim(branch)}${actionMark(action, style)} ${name}${note === "" ? "" : `  ${style.dim(note)}`}`;
  return [
    padToWidth(text, textColumns),
    padToWidth(style.accent(cutToWidth(oneLine(agent), AGENT_WIDTH)), AGENT_WIDTH),
    padStartToWidth(shownDuration(action), DURATION_WIDTH),
  ]
    .join(" ".repeat(GAP))
    .trimEnd();
}
