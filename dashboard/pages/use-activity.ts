import { useEffect, useRef, useState } from "preact/hooks";
import { apiPath, getJson, type RunRow } from "../api.js";
import type { Activity } from "../parts/sparkline.js";

/** `/activity` takes so many runs. */
const MAX_RUNS = 50;

type Shown = Pick<RunRow, "correlation_id" | "last_activity_at" | "actions" | "failed_actions">;

/** What of a run changes when its activity does. */
const versionOf = ({ last_activity_at, actions, failed_actions }: Shown): string =>
  [last_activity_at, actions, failed_actions].join(" ");

/**
 * The activity of the runs of a list, by correlation id. Only runs that are new or have changed are asked for, so a list that is read again
 * every few seconds costs what has changed of it. Without it a list has no pictures, and is whole otherwise: a failure is not shown.
 */
export function useActivity(runs: readonly Shown[], isShown: boolean): ReadonlyMap<string, Activity> {
  const [known, setKnown] = useState<ReadonlyMap<string, Activity>>(new Map());
  const asked = useRef(new Map<string, string>());
  useEffect(() => {
    if (!isShown) return;
    const changed = runs.filter((run) => asked.current.get(run.correlation_id) !== versionOf(run));
    for (const run of changed) asked.current.set(run.correlation_id, versionOf(run));
    const read = async (some: readonly Shown[]) => {
      try {
        const path = apiPath("/activity", { runs: some.map((run) => run.correlation_id).join() });
        const { data } = await getJson<{ data: readonly Activity[] }>(path);
        setKnown((before) => new Map([...before, ...data.map((row) => [row.correlation_id, row] as const)]));
      } catch {
        for (const run of some) asked.current.delete(run.correlation_id);
      }
    };
    for (let from = 0; from < changed.length; from += MAX_RUNS)
      void read(changed.slice(from, from + MAX_RUNS));
  }, [runs, isShown]);
  return known;
}
