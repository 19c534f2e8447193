import { type TreeCanvas, treeLine } from "../actions/action-tree.js";
import { actionMark, type ShownAction, shownDuration } from "../actions/shown-action.js";
import { cutToWidth, padStartToWidth, padToWidth, textWidth } from "../format/table.js";
import { oneLine } from "../format/values.js";
import type { RunTree } from "./run-tree.js";

/** Of a very deep branch, the end is enough: that is where the next line hangs on. */
const MAX_BRANCH = 60;
const STEP = 3;

/** Branches of a tree, by places: `│  ├─ `. */
export function createBranches({
  parents,
  count,
}: Pick<RunTree, "parents" | "count">): (place: number) => string {
  const isLast = new Uint8Array(count);
  const seen = new Uint8Array(count);
  // Backwards, the first child that comes is the last one.
  for (let place = count - 1; place >= 0; place--) {
    const parent = parents[place] ?? -1;
    if (parent === -1) continue;
    isLast[place] = seen[parent] === 1 ? 0 : 1;
    seen[parent] = 1;
  }
  return (place) => {
    if (parents[place] === -1) return "";
    const parts = [isLast[place] ? "└─ " : "├─ "];
    for (let at = parents[place] ?? -1; at !== -1 && parents[at] !== -1; at = parents[at] ?? -1) {
      parts.push(isLast[at] ? "   " : "│  ");
      if (parts.length * STEP > MAX_BRANCH) break;
    }
    return parts.reverse().join("");
  };
}

/** Lines of a tree, one for each action, in the order of their places. */
export function createTreeLines(
  tree: RunTree,
  canvas: TreeCanvas,
): (place: number, action: ShownAction) => string {
  const branchOf = createBranches(tree);
  let agent = "";
  return (place, action) => {
    const { agent_name } = action;
    const line = treeLine(action, branchOf(place), agent_name === agent ? "" : agent_name, canvas);
    agent = agent_name;
    return line;
  };
}

const DURATION_WIDTH = 8;
const GAP = 2;
/** Share of the width that the bars get. */
const BARS = 0.45;

/** The same with bars: when each began and how long it took, of the time of the whole run. */
export function createTimelineLines(
  tree: RunTree,
  { columns, style }: TreeCanvas,
): (place: number, action: ShownAction) => string {
  const branchOf = createBranches(tree);
  const barColumns = Math.floor(columns * BARS);
  const textColumns = columns - barColumns - DURATION_WIDTH - 2 * GAP;
  const begin = tree.starts.reduce((least, start) => Math.min(least, start), 0);
  const end = tree.starts.reduce(
    (most, start, place) => Math.max(most, start + Math.max(tree.durations[place] ?? 0, 0)),
    begin,
  );
  return (place, action) => {
    const whole = branchOf(place);
    const most = Math.floor(textColumns / 2);
    const branch = whole.length <= most ? whole : `…${whole.slice(1 - most)}`;
    const name = cutToWidth(oneLine(action.action_name), textColumns - textWidth(branch) - 2);
    const start = (tree.starts[place] ?? 0) - begin;
    const duration = tree.durations[place] ?? -1;
    const bar = barOf({ start, duration, total: end - begin, columns: barColumns });
    return [
      padToWidth(`${style.dim(branch)}${actionMark(action, style)} ${name}`, textColumns),
      padToWidth(style.accent(bar), barColumns),
      padStartToWidth(shownDuration(action), DURATION_WIDTH),
    ]
      .join(" ".repeat(GAP))
      .trimEnd();
  };
}

export interface BarSpan {
  /** Milliseconds from the begin of the whole. */
  readonly start: number;
  /** Milliseconds; -1 where it has not ended. */
  readonly duration: number;
  readonly total: number;
  readonly columns: number;
}

/** A bar on a line of time, at least one column wide; with an arrow where the end is not known. */
export function barOf({ start, duration, total, columns }: BarSpan): string {
  const scale = total > 0 ? columns / total : 0;
  const from = Math.min(Math.floor(start * scale), columns - 1);
  const to = duration < 0 ? columns : Math.ceil((start + duration) * scale);
  const width = Math.min(Math.max(to - from, 1), columns - from);
  const bar = duration < 0 ? `${"─".repeat(width - 1)}▸` : "━".repeat(width);
  return `${" ".repeat(from)}${bar}`;
}
