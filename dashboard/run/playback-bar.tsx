import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { apiPath } from "../api.js";
import { formatCount, formatOffset } from "../format.js";
import { here, setParameters } from "../location.js";
import { usePageKeys } from "../page-keys.js";
import type { FileRow } from "../pages/file-columns.js";
import { useRows } from "../resource.js";
import { PlaybackIndex, type PlaybackState } from "./playback-index.js";
import type { RunTree } from "./run-tree.js";

const SPEEDS = [0.5, 1, 2, 5, 10, 20] as const;
/** While it plays, the URL follows so often: browsers allow some hundred changes in half a minute. */
const URL_MILLIS = 1_000;
/** The state is drawn anew so often. */
const FRAME_MILLIS = 80;
const MAX_SHOWN = 8;

interface PlaybackBarProps {
  readonly tree: RunTree;
  /** Milliseconds from the run's start, for what runs. */
  readonly now: number;
  /** Where the playhead is, in milliseconds from the run's start. */
  readonly time: number;
  readonly onTime: (time: number) => void;
  readonly onSelect: (place: number) => void;
}

/** Plays a run back: a scrubber over its time, and what was open, decided and touched at the playhead. `t`, `speed` and `idle` stand in the URL. */
export default function PlaybackBar({ tree, now, time, onTime, onSelect }: PlaybackBarProps) {
  const { parameters } = here.value;
  const speed = SPEEDS.find((each) => String(each) === parameters.get("speed")) ?? 1;
  const jumpsIdle = parameters.get("idle") === "jumped";
  const [isPlaying, setPlaying] = useState(false);
  const index = useMemo(() => new PlaybackIndex(tree, now), [tree, now]);
  const idle = useMemo(() => index.idleTime(jumpsIdle), [index, jumpsIdle]);
  const state = useMemo(() => index.stateAt(time), [index, time]);
  const current = useRef(time);
  current.current = time;

  const seek = (to: number) => {
    const inside = Math.round(Math.min(Math.max(to, 0), index.end));
    onTime(inside);
    setParameters({ t: inside }, { replace: true });
  };
  useEffect(() => {
    if (!isPlaying) return;
    let played = idle.toPlayed(current.current);
    let last = performance.now();
    let saved = last;
    let frame = 0;
    const step = (moment: number) => {
      frame = requestAnimationFrame(step);
      if (moment - last < FRAME_MILLIS) return;
      // Somebody has moved the playhead meanwhile.
      if (Math.abs(idle.toRun(played) - current.current) > 1) played = idle.toPlayed(current.current);
      played = Math.min(played + (moment - last) * speed, idle.duration);
      last = moment;
      const to = Math.round(idle.toRun(played));
      current.current = to;
      onTime(to);
      const isOver = played >= idle.duration;
      if (isOver) setPlaying(false);
      if (isOver || moment - saved >= URL_MILLIS) {
        saved = moment;
        setParameters({ t: to }, { replace: true });
      }
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, idle, speed, onTime]);

  const toggle = () => {
    if (!isPlaying && time >= index.end) seek(0);
    if (isPlaying) setParameters({ t: time }, { replace: true });
    setPlaying(!isPlaying);
  };
  const faster = (step: 1 | -1) =>
    setParameters({ speed: SPEEDS[SPEEDS.indexOf(speed) + step] ?? speed }, { replace: true });
  usePageKeys({
    P: toggle,
    ".": () => seek(index.next(time)),
    ",": () => seek(index.previous(time)),
    ">": () => faster(1),
    "<": () => faster(-1),
    i: () => setParameters({ idle: jumpsIdle ? null : "jumped" }, { replace: true }),
  });

  return (
    <section class="playback" aria-label="Playing the run back">
      <div class="playback-controls">
        <button type="button" title="P" onClick={toggle}>
          {isPlaying ? "Pause" : "Play"}
        </button>
        <button
          type="button"
          aria-label="Previous moment"
          title=","
          onClick={() => seek(index.previous(time))}
        >
          ‹
        </button>
        <button type="button" aria-label="Next moment" title="." onClick={() => seek(index.next(time))}>
          ›
        </button>
        <input
          type="range"
          class="scrubber"
          aria-label="Time of the run"
          aria-valuetext={`${formatOffset(time)} of ${formatOffset(index.end)}`}
          min={0}
          max={Math.round(idle.duration)}
          value={Math.round(idle.toPlayed(time))}
          onInput={(event) => seek(idle.toRun(Number(event.currentTarget.value)))}
        />
        <output class="playback-time">
          {formatOffset(time)} / {formatOffset(index.end)}
        </output>
        <select
          aria-label="Speed"
          value={String(speed)}
          onChange={(event) => setParameters({ speed: event.currentTarget.value }, { replace: true })}
        >
          {SPEEDS.map((each) => (
            <option key={each} value={String(each)}>
              {each === 0.5 ? "½" : each}×
            </option>
          ))}
        </select>
        <button
          type="button"
          aria-pressed={jumpsIdle}
          onClick={() => setParameters({ idle: jumpsIdle ? null : "jumped" }, { replace: true })}
        >
          Jump idle time
        </button>
      </div>
      <PlaybackStateView tree={tree} time={time} state={state} onSelect={onSelect} />
    </section>
  );
}

function PlaybackStateView({
  tree,
  time,
  state: { open, decisions, begun },
  onSelect,
}: Pick<PlaybackBarProps, "tree" | "time" | "onSelect"> & { readonly state: PlaybackState }) {
  // The latest first; those that come after the playhead have not been touched yet.
  const files = useRows<FileRow>(apiPath("/files", { run: tree.run, limit: 1_000 }));
  const touched = new Map<string, FileRow>();
  for (const file of files.rows.toReversed()) {
    // A search names no file.
    const name = file.file_path ?? file.file_name;
    if (name !== null && Date.parse(file.started_at) - tree.startMillis <= time) touched.set(name, file);
  }
  const names = [...touched].reverse();
  const places = (of: readonly number[]) => (
    <ul>
      {of.slice(0, MAX_SHOWN).map((place) => (
        <li key={place}>
          <button type="button" class="link" onClick={() => onSelect(place)}>
            <bdi>{tree.nameAt(place)}</bdi>
          </button>
        </li>
      ))}
      {of.length > MAX_SHOWN && <li class="note">and {formatCount(of.length - MAX_SHOWN)} more</li>}
    </ul>
  );
  return (
    <div class="playback-state">
      <div data-state="open">
        <h3>
          Open: {formatCount(open.length)} <span class="note">of {formatCount(begun)} begun</span>
        </h3>
        {places(open.toReversed())}
      </div>
      <div data-state="decisions">
        <h3>Decisions so far: {formatCount(decisions.length)}</h3>
        {places(decisions.toReversed())}
      </div>
      <div data-state="files">
        <h3>
          Files touched so far: {formatCount(names.length)}
          {files.more && <span class="note"> (of the latest thousand)</span>}
        </h3>
        <ul>
          {names.slice(0, MAX_SHOWN).map(([name, file]) => (
            <li key={name}>
              <bdi>{name}</bdi> <span class="note">{file.operation_type}</span>
            </li>
          ))}
          {names.length > MAX_SHOWN && <li class="note">and {formatCount(names.length - MAX_SHOWN)} more</li>}
        </ul>
      </div>
    </div>
  );
}
