import { memo } from "preact/compat";
import { formatDuration } from "../format.js";
import { Status, statusOf } from "../parts/states.js";
import { at, type RunTree } from "./run-tree.js";
import type { Kind } from "./skeleton.js";
import type { TimeScale } from "./time-scale.js";

/** Levels beyond this one are not moved in any further. */
const MAX_INDENT = 24;

export interface TreeRowProps {
  readonly tree: RunTree;
  readonly place: number;
  readonly row: number;
  readonly top: number;
  readonly scale: TimeScale;
  /** Milliseconds from the run's start until now, for what runs. */
  readonly now: number;
  readonly isActive: boolean;
  readonly isExpanded: boolean;
  readonly isMatch: boolean;
  readonly isCritical: boolean;
  /** How many ran beside it; 0 also where that is not shown. */
  readonly beside: number;
  /** It begins after the moment at which the run is looked at. */
  readonly isLater: boolean;
  readonly onToggle: (place: number) => void;
}

/** One action: its name in the tree, how it stands, how long it took, and its bar in the waterfall. */
export const TreeRow = memo(function TreeRow(props: TreeRowProps) {
  const {
    tree,
    place,
    row,
    top,
    scale,
    now,
    isActive,
    isExpanded,
    isMatch,
    isCritical,
    beside,
    isLater,
    onToggle,
  } = props;
  const kind = tree.kindAt(place);
  const status = statusOf({ action_type: kind.type, state: kind.state, failed: isFailed(kind) });
  const hasChildren = tree.hasChildren(place);
  const level = at(tree.depths, place);
  const classes = [
    "tree-row",
    isMatch && "match",
    isCritical && "critical",
    beside > 0 && "parallel",
    isLater && "later",
  ]
    .filter(Boolean)
    .join(" ");
  return (
    <div
      role="row"
      class={classes}
      data-place={place}
      aria-level={level + 1}
      aria-posinset={at(tree.positions, place)}
      aria-setsize={tree.siblingCount(place)}
      aria-rowindex={row + 2}
      aria-selected={isActive}
      {...(hasChildren && { "aria-expanded": isExpanded })}
      tabIndex={isActive ? 0 : -1}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div
        role="gridcell"
        class="cell-name"
        style={{ paddingLeft: `${Math.min(level, MAX_INDENT) * 14 + 4}px` }}
      >
        {hasChildren ? (
          <button
            type="button"
            class="toggle"
            tabIndex={-1}
            aria-label={isExpanded ? "Collapse" : "Expand"}
            onClick={(event) => {
              event.stopPropagation();
              onToggle(place);
            }}
          >
            {isExpanded ? "▾" : "▸"}
          </button>
        ) : (
          <span class="toggle" />
        )}
        <span class={`type-sign ${kind.type}`} title={kind.type} aria-hidden="true">
          {TYPE_SIGNS[kind.type] ?? "•"}
        </span>
        <bdi class="action-name">{tree.nameAt(place)}</bdi>
        {kind.approval && (
          <span class="note approval" title="Somebody or something had to approve it">
            <span aria-hidden="true">◔</span> approval
          </span>
        )}
        {beside > 0 && (
          <span class="note" title={`${beside} more of the same parent were under way at some moment`}>
            ∥ {beside}
          </span>
        )}
        {level > MAX_INDENT && <span class="note">level {level + 1}</span>}
        {tree.isParentMissing(place) && (
          <span class="note" title="The action around it has no row yet.">
            parent not seen
          </span>
        )}
        {tree.isCycle(place) && <span class="note">circle of parents</span>}
        {hasChildren && !isExpanded && <span class="note">{at(tree.sizes, place) - 1} inside</span>}
      </div>
      <div role="gridcell" class="cell-agent">
        <bdi>{tree.agentAt(place)}</bdi>
      </div>
      <div role="gridcell" class="cell-status">
        <Status of={status} />
      </div>
      <div role="gridcell" class="cell-duration number">
        {kind.state === "running"
          ? formatDuration(now - at(tree.starts, place))
          : formatDuration(at(tree.durations, place))}
      </div>
      <div role="gridcell" class="cell-bar">
        <Bar tree={tree} place={place} scale={scale} now={now} status={status} />
      </div>
    </div>
  );
});

const isFailed = ({ type, status }: Kind): boolean => type === "error" || status === "error";

const TYPE_SIGNS: Readonly<Record<string, string>> = {
  tool_call: "⚙",
  decision: "◆",
  error: "✕",
  success: "✓",
};

function Bar({
  tree,
  place,
  scale,
  now,
  status,
}: Pick<TreeRowProps, "tree" | "place" | "scale" | "now"> & { readonly status: string }) {
  const from = scale.place(at(tree.starts, place));
  const to = scale.place(tree.endAt(place, now));
  if (to < 0 || from > 1) return <span class="outside">{to < 0 ? "◂" : "▸"}</span>;
  const left = Math.max(0, from);
  const width = Math.min(1, to) - left;
  return (
    <span
      class={`bar ${status} ${tree.kindAt(place).approval ? "approval" : ""}`}
      style={{ left: `${left * 100}%`, width: `max(2px, ${width * 100}%)` }}
    />
  );
}
