import { lazy, Suspense } from "preact/compat";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { type ActionRow, apiPath, type RunRow } from "../api.js";
import { useFileSource } from "../file-source.js";
import { formatCount, formatDuration, formatTime } from "../format.js";
import { here, setParameters } from "../location.js";
import { usePageKeys } from "../page-keys.js";
import { Labels } from "../parts/labels.js";
import { Failure, Placeholder, RunPlaceholder, Status, statusOfRun } from "../parts/states.js";
import { useResource } from "../resource.js";
import { session } from "../session.js";
import { ActionDetails } from "./action-details.js";
import { criticalPath } from "./critical-path.js";
import { parallelCalls } from "./parallel-calls.js";
import { ReviewBar } from "./review-bar.js";
import { RawAction, RunDecisions, RunFiles, Transcript } from "./run-tabs.js";
import { RunToolbar, toggleParameter } from "./run-toolbar.js";
import { at, type RunTree } from "./run-tree.js";
import { ShareRun } from "./share-run.js";
import { idleGaps, type Span, TimeScale } from "./time-scale.js";
import { TreeGrid } from "./tree-grid.js";
import { useRun } from "./use-run.js";
import { revealed, visiblePlaces } from "./visible-rows.js";

/** What few who open a run want is loaded when they want it. */
const PlaybackBar = lazy(() => import("./playback-bar.js"));

const TABS = ["details", "transcript", "decisions", "files", "raw"] as const;
/** A bar that grows is drawn anew so often. */
const TICK_MILLIS = 1_000;

export function RunPage({ run }: { readonly run: string }) {
  const { tree, failure, reload } = useRun(run);
  if (failure && !tree) return <Failure failure={failure} onRetry={reload} />;
  if (!tree) return <RunPlaceholder />;
  return <LoadedRun tree={tree} />;
}

/** The views of a run that was read, from the service or from a file: of a file nothing can be changed or shared. */
export function LoadedRun({ tree }: { readonly tree: RunTree }) {
  const { parameters } = here.value;
  const file = useFileSource();
  const now = useNow(tree, file?.madeMillis);
  const [collapsed, setCollapsed] = useState<ReadonlySet<number>>(new Set());
  const active = tree.placeOf(parameters.get("action") ?? "") ?? 0;
  const zoom = parameters.get("z");
  const isFolded = parameters.get("gaps") === "folded";
  const isCriticalShown = parameters.get("critical") === "1";
  const isParallelShown = parameters.get("parallel") === "1";
  const query = parameters.get("q") ?? "";
  const [playhead, setPlayhead] = usePlayhead();
  const tab = TABS.find((name) => name === parameters.get("tab")) ?? "details";

  const visible = useMemo(() => visiblePlaces(tree, collapsed), [tree, collapsed]);
  const end = Math.max(tree.lastOffset, tree.isRunning ? now : 0);
  const gaps = useMemo(() => (isFolded ? idleGaps(tree, end) : []), [tree, isFolded, end]);
  const scale = useMemo(
    () => new TimeScale(parseZoom(zoom) ?? { from: 0, to: end }, gaps),
    [zoom, end, gaps],
  );
  const matches = useMemo(() => (query === "" ? new Int32Array() : tree.search(query)), [tree, query]);
  const critical = useMemo(
    () => (isCriticalShown ? criticalPath(tree, end) : (new Set<number>() as ReadonlySet<number>)),
    [tree, isCriticalShown, end],
  );
  const parallel = useMemo(
    () => (isParallelShown ? parallelCalls(tree, end) : undefined),
    [tree, isParallelShown, end],
  );

  // Places are of one version of the run: what was collapsed is found again by its id.
  const [shown, setShown] = useState(tree);
  if (shown !== tree) {
    setShown(tree);
    const moved = new Set<number>();
    for (const place of collapsed) {
      const found = tree.placeOf(shown.idAt(place));
      if (found !== undefined) moved.add(found);
    }
    setCollapsed(moved);
  }

  const select = useCallback(
    (place: number) => {
      setCollapsed((before) => revealed(tree, before, place));
      setParameters({ action: tree.idAt(place) }, { replace: true });
    },
    [tree],
  );
  const toggle = useCallback((place: number) => {
    setCollapsed((before) => {
      const changed = new Set(before);
      if (!changed.delete(place)) changed.add(place);
      return changed;
    });
  }, []);
  const zoomTo = useCallback((span: Span | undefined) => {
    setParameters({ z: span ? `${span.from}-${span.to}` : null });
  }, []);
  const nextMatch = (step: 1 | -1) => {
    if (matches.length === 0) return;
    const later = matches.findIndex((place) => place > active);
    const earlier = matches.findLastIndex((place) => place < active);
    const index = step === 1 ? (later === -1 ? 0 : later) : earlier === -1 ? matches.length - 1 : earlier;
    select(at(matches, index));
  };
  usePageKeys({
    z: () =>
      zoomTo({
        from: at(tree.starts, active),
        to: Math.max(tree.endAt(active, now), at(tree.starts, active) + 1),
      }),
    x: () => zoomTo(undefined),
    n: () => nextMatch(1),
    N: () => nextMatch(-1),
    g: () => toggleParameter("gaps", "folded"),
    c: () => toggleParameter("critical", "1"),
    p: () => toggleParameter("parallel", "1"),
    t: () => setParameters({ t: playhead === undefined ? 0 : null }),
  });

  const id = tree.idAt(active);
  return (
    <div class="run-page">
      <div class="run-top">
        <RunHeader tree={tree} />
        {file === undefined && session.value?.run == null && <ShareRun run={tree.run} />}
        {file === undefined && <ReviewBar run={tree.run} action={parameters.get("action") ?? ""} />}
      </div>
      {file === undefined && <Labels subject={`/runs/${tree.run}`} of="run" />}
      <RunToolbar
        run={tree.run}
        found={matches.length}
        atOnce={parallel?.atOnce}
        onNextMatch={nextMatch}
        onCollapseAll={() => setCollapsed(new Set(withChildren(tree)))}
        onExpandAll={() => setCollapsed(new Set())}
      />
      {playhead !== undefined && (
        <Suspense fallback={<Placeholder lines={3} />}>
          <PlaybackBar tree={tree} now={now} time={playhead} onTime={setPlayhead} onSelect={select} />
        </Suspense>
      )}
      <div class="run-panes">
        <TreeGrid
          tree={tree}
          visible={visible}
          collapsed={collapsed}
          active={active}
          scale={scale}
          now={now}
          matches={matches}
          critical={critical}
          beside={parallel?.beside}
          playhead={playhead}
          onSelect={select}
          onToggle={toggle}
          onZoom={zoomTo}
        />
        <aside class="run-side" aria-label="About the run">
          <nav class="tabs" aria-label="Views of the run">
            {TABS.map((name) => (
              <button
                key={name}
                type="button"
                aria-pressed={name === tab}
                onClick={() => setParameters({ tab: name === "details" ? null : name })}
              >
                {name[0]?.toUpperCase()}
                {name.slice(1)}
              </button>
            ))}
          </nav>
          {tab === "details" && <ActionDetails key={id} run={tree.run} id={id} version={tree.version} />}
          {tab === "transcript" && <Transcript run={tree.run} />}
          {tab === "decisions" && <RunDecisions run={tree.run} />}
          {tab === "files" && <RunFiles run={tree.run} />}
          {tab === "raw" && <Raw run={tree.run} id={id} />}
        </aside>
      </div>
    </div>
  );
}

function Raw({ run, id }: { readonly run: string; readonly id: string }) {
  const { value, failure, reload } = useResource<ActionRow>(apiPath(`/actions/${id}`, { run }));
  if (failure && !value) return <Failure failure={failure} onRetry={reload} />;
  return value ? <RawAction action={value} /> : <Placeholder />;
}

function RunHeader({ tree }: { readonly tree: RunTree }) {
  const { value } = useResource<Pick<RunRow, "title" | "correlation_text" | "failed_actions" | "state">>(
    apiPath(`/runs/${tree.run}`, { fields: "title,correlation_text,failed_actions,state" }),
  );
  return (
    <header class="run-header">
      <h1>
        <bdi>{value?.title ?? value?.correlation_text ?? tree.run}</bdi>
      </h1>
      <p>
        {value && <Status of={statusOfRun(tree.isRunning ? "running" : value.state, value.failed_actions)} />}{" "}
        {formatCount(tree.count)} actions
        {tree.truncated && " (the first ones: there are more)"}
        {value && value.failed_actions > 0 && ` · ${formatCount(value.failed_actions)} failed`} ·{" "}
        {formatDuration(tree.lastOffset)} · {formatTime(new Date(tree.startMillis).toISOString())} ·{" "}
        <code>{tree.run}</code>
      </p>
    </header>
  );
}

/** Milliseconds since the run began; it moves only while something runs. `madeMillis`: of a file, which stands still. */
function useNow(tree: RunTree, madeMillis: number | undefined): number {
  const [now, setNow] = useState(() => (madeMillis ?? Date.now()) - tree.startMillis);
  useEffect(() => {
    if (madeMillis !== undefined) return setNow(madeMillis - tree.startMillis);
    if (!tree.isRunning) return;
    const timer = setInterval(() => setNow(Date.now() - tree.startMillis), TICK_MILLIS);
    return () => clearInterval(timer);
  }, [tree, madeMillis]);
  return now;
}

/** The time at which the run is looked at, in milliseconds from its start; `undefined` where it is not played back. It follows the URL, and moves between changes of that. */
function usePlayhead(): [number | undefined, (time: number) => void] {
  const text = here.value.parameters.get("t");
  const given = text === null || !/^\d{1,13}$/.test(text) ? undefined : Number(text);
  const [moved, setMoved] = useState<{ readonly from: number | undefined; readonly to: number }>();
  const onTime = useCallback((time: number) => setMoved({ from: given, to: time }), [given]);
  return [given === undefined || moved?.from !== given ? given : moved.to, onTime];
}

function parseZoom(text: string | null): Span | undefined {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(text ?? "") ?? [];
  return from !== undefined && Number(to) > Number(from) ? { from: Number(from), to: Number(to) } : undefined;
}

function* withChildren(tree: RunTree): Iterable<number> {
  for (let place = 0; place < tree.count; place++) if (tree.hasChildren(place)) yield place;
}
