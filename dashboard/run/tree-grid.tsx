import { useLayoutEffect, useRef } from "preact/hooks";
import { useRowWindow } from "./row-window.js";
import { at, type RunTree } from "./run-tree.js";
import { TimeHeader } from "./time-header.js";
import type { Span, TimeScale } from "./time-scale.js";
import { moveOf } from "./tree-keys.js";
import { TreeRow } from "./tree-row.js";
import { rowOf } from "./visible-rows.js";

interface TreeGridProps {
  readonly tree: RunTree;
  readonly visible: Int32Array;
  readonly collapsed: ReadonlySet<number>;
  readonly active: number;
  readonly scale: TimeScale;
  readonly now: number;
  /** Places that a search found, in order. */
  readonly matches: Int32Array;
  readonly critical: ReadonlySet<number>;
  /** Of each action how many ran beside it, where that is shown. */
  readonly beside: Int32Array | undefined;
  /** Milliseconds from the run's start, where it is played back: what begins later is not there yet. */
  readonly playhead: number | undefined;
  readonly onSelect: (place: number) => void;
  readonly onToggle: (place: number) => void;
  readonly onZoom: (span: Span | undefined) => void;
}

/** Rows are taller where they are touched. */
const isTouch = window.matchMedia("(pointer: coarse)").matches;
const ROW_HEIGHT = isTouch ? 44 : 28;

/** Tree and waterfall side by side. Only the rows that are seen are in the document, and the one that has the focus. */
export function TreeGrid(props: TreeGridProps) {
  const { tree, visible, collapsed, active, scale, now, matches, critical, beside, playhead } = props;
  const { onSelect, onToggle, onZoom } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  const { first, last } = useRowWindow(scroller, visible.length, ROW_HEIGHT);
  const activeRow = rowOf(visible, active);
  useScrollAnchor(scroller, tree, visible);

  // The row that was moved to is brought into sight, and gets the focus where the tree had it.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const top = activeRow * ROW_HEIGHT;
    const seen = element.clientHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW_HEIGHT > element.scrollTop + seen) element.scrollTop = top + ROW_HEIGHT - seen;
    if (wantsFocus.current)
      element.querySelector<HTMLElement>(`[data-place="${active}"]`)?.focus({ preventScroll: true });
    wantsFocus.current = false;
  }, [active, activeRow]);

  const rows: number[] = [];
  for (let row = first; row < last; row++) rows.push(row);
  if (activeRow < first) rows.unshift(activeRow);
  else if (activeRow >= last && activeRow < visible.length) rows.push(activeRow);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    const move = moveOf(event.key, { tree, visible, active, collapsed, page });
    if (move === undefined) return;
    event.preventDefault();
    wantsFocus.current = true;
    if ("select" in move) onSelect(move.select);
    else onToggle(move.toggle);
  };
  const onClick = (event: MouseEvent) => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-place]") : null;
    if (!row) return;
    wantsFocus.current = true;
    onSelect(Number(row.dataset.place));
  };

  return (
    <div
      class="tree-grid"
      role="treegrid"
      aria-label="Actions of the run"
      aria-rowcount={visible.length + 1}
      aria-colcount={5}
      onKeyDown={onKeyDown}
    >
      <div class="tree-head" role="rowgroup">
        <div role="row" aria-rowindex={1}>
          <div role="columnheader" class="cell-name">
            Action
          </div>
          <div role="columnheader" class="cell-agent">
            Agent
          </div>
          <div role="columnheader" class="cell-status">
            Status
          </div>
          <div role="columnheader" class="cell-duration number">
            Duration
          </div>
          <div role="columnheader" class="cell-bar" aria-label="Time">
            <TimeHeader scale={scale} playhead={playhead} onZoom={onZoom} />
          </div>
        </div>
      </div>
      <div class="tree-scroller" role="presentation" ref={scroller} onClick={onClick}>
        <div class="tree-body" role="rowgroup" style={{ height: `${visible.length * ROW_HEIGHT}px` }}>
          {rows.map((row) => {
            const place = at(visible, row);
            return (
              <TreeRow
                key={place}
                tree={tree}
                place={place}
                row={row}
                top={row * ROW_HEIGHT}
                scale={scale}
                now={tree.kindAt(place).state === "running" ? now : 0}
                isActive={place === active}
                isExpanded={!collapsed.has(place)}
                isMatch={matches[rowOf(matches, place)] === place}
                isCritical={critical.has(place)}
                beside={beside ? at(beside, place) : 0}
                isLater={playhead !== undefined && at(tree.starts, place) > playhead}
                onToggle={onToggle}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** When the run has grown, the row at the top stays where it is: by its id, because its place may be another. */
function useScrollAnchor(
  scroller: { readonly current: HTMLDivElement | null },
  tree: RunTree,
  visible: Int32Array,
): void {
  const shown = useRef({ tree, visible });
  useLayoutEffect(() => {
    const before = shown.current;
    shown.current = { tree, visible };
    const element = scroller.current;
    if (!element || before.tree === tree || before.tree.run !== tree.run || element.scrollTop === 0) return;
    const row = Math.floor(element.scrollTop / ROW_HEIGHT);
    const place = tree.placeOf(before.tree.idAt(before.visible[row] ?? 0));
    if (place !== undefined) element.scrollTop += (rowOf(visible, place) - row) * ROW_HEIGHT;
  }, [scroller, tree, visible]);
}
