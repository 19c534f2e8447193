import { useRef, useState } from "preact/hooks";
import { formatOffset } from "../format.js";
import type { Span, TimeScale } from "./time-scale.js";

const TICKS = 6;
/** Share of the line that the text of a tick takes: beside a folded gap, and at the end of the line, there may be no room for it. */
const LABEL_SHARE = 0.1;

/** The times of the waterfall. Dragging over it zooms in, a double click shows the whole run; keys: z and x. */
export function TimeHeader({
  scale,
  playhead,
  onZoom,
}: {
  readonly scale: TimeScale;
  /** Milliseconds from the run's start, where it is played back. */
  readonly playhead: number | undefined;
  readonly onZoom: (span: Span | undefined) => void;
}) {
  const line = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Span>();
  const shareAt = (event: PointerEvent): number => {
    const box = line.current?.getBoundingClientRect();
    return box ? Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) : 0;
  };
  const ticks = scale.ticks(TICKS);
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  const labelled = withRoom(ticks, scale);
  return (
    <div
      ref={line}
      class="time-header"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: shareAt(event), to: shareAt(event) });
      }}
      onPointerMove={(event) => drag && setDrag({ ...drag, to: shareAt(event) })}
      onPointerUp={() => {
        if (drag && Math.abs(drag.to - drag.from) > 0.01)
          onZoom({
            from: Math.floor(scale.millis(Math.min(drag.from, drag.to))),
            to: Math.ceil(scale.millis(Math.max(drag.from, drag.to))),
          });
        setDrag(undefined);
      }}
      onDblClick={() => onZoom(undefined)}
    >
      {ticks.map((tick) => (
        <span key={tick} class="tick" style={{ left: `${scale.place(tick) * 100}%` }}>
          {labelled.has(tick) && formatOffset(tick, step)}
        </span>
      ))}
      {scale.folded.map(({ from, to }) => (
        <span
          key={from}
          class="gap"
          title={`${formatOffset(to - from)} in which nothing worked`}
          style={{
            left: `${scale.place(from) * 100}%`,
            width: `${(scale.place(to) - scale.place(from)) * 100}%`,
          }}
        />
      ))}
      {playhead !== undefined && scale.place(playhead) >= 0 && scale.place(playhead) <= 1 && (
        <span class="playhead" style={{ left: `${scale.place(playhead) * 100}%` }} />
      )}
      {drag && (
        <span
          class="drag"
          style={{
            left: `${Math.min(drag.from, drag.to) * 100}%`,
            width: `${Math.abs(drag.to - drag.from) * 100}%`,
          }}
        />
      )}
    </div>
  );
}

/** The ticks whose texts do not overlap. */
function withRoom(ticks: readonly number[], scale: TimeScale): ReadonlySet<number> {
  const labelled = new Set<number>();
  let end = 0;
  for (const tick of ticks) {
    const place = scale.place(tick);
    if (place < end || place > 1 - LABEL_SHARE) continue;
    labelled.add(tick);
    end = place + LABEL_SHARE;
  }
  return labelled;
}
