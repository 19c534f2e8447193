import { useRef } from "preact/hooks";
import { apiPath, type RunRow } from "../api.js";
import { ACTION_FILTERS } from "../filters.js";
import { formatCount, formatDuration } from "../format.js";
import { useStream } from "../live.js";
import { go, here, pathTo } from "../location.js";
import { type Column, DataTable } from "../parts/data-table.js";
import { FilterBar, filterParameters } from "../parts/filter-bar.js";
import { Status, statusOfRun, Time } from "../parts/states.js";
import { useRows } from "../resource.js";
import { useListKeys } from "./list-keys.js";

const COLUMNS: readonly Column<RunRow>[] = [
  {
    name: "title",
    title: "Run",
    cell: ({ correlation_id: id, correlation_text: name, title }) => (
      <a href={pathTo("runs", id)} data-row>
        <bdi>{title ?? name ?? id}</bdi>
      </a>
    ),
  },
  {
    name: "state",
    title: "State",
    cell: ({ state, failed_actions }) => <Status of={statusOfRun(state, failed_actions)} />,
  },
  { name: "last", title: "Last action", cell: ({ last_activity_at }) => <Time at={last_activity_at} /> },
  {
    name: "duration",
    title: "Duration",
    isNumber: true,
    cell: ({ duration_ms }) => formatDuration(duration_ms),
  },
  { name: "actions", title: "Actions", isNumber: true, cell: ({ actions }) => formatCount(actions) },
  {
    name: "errors",
    title: "Errors",
    isNumber: true,
    cell: ({ failed_actions }) =>
      failed_actions > 0 ? <strong class="errors">{formatCount(failed_actions)}</strong> : "0",
  },
  {
    name: "agents",
    title: "Agents",
    isSecondary: true,
    cell: ({ agents }) => (
      <bdi title={agents.join(", ")}>
        {agents.slice(0, 2).join(", ")}
        {agents.length > 2 && ` and ${agents.length - 2} more`}
      </bdi>
    ),
  },
  {
    name: "project",
    title: "Project",
    isSecondary: true,
    cell: ({ project_name }) => <bdi>{project_name ?? "–"}</bdi>,
  },
];

/** So often a list is read again while its rows change. */
const REFRESH_MILLIS = 2_000;

export function RunsPage() {
  const parameters = filterParameters(ACTION_FILTERS);
  const rows = useRows<RunRow>(apiPath("/runs", { ...parameters, limit: 50 }));
  const refresh = useThrottled(rows.reload, REFRESH_MILLIS);
  useStream({ content: "ids" }, { onChanges: refresh, onReload: refresh });
  useListKeys();
  return (
    <>
      <header class="page-header">
        <h1>Runs</h1>
        <FilterBar filters={ACTION_FILTERS} />
      </header>
      <DataTable
        label="Runs"
        columns={COLUMNS}
        rows={rows}
        keyOf={({ correlation_id }) => correlation_id}
        empty={
          <>
            <p>No run has an action that fits, in this time.</p>
            {here.value.parameters.get("last") !== "all" && (
              <p>
                <button type="button" onClick={() => go("/runs?last=all")}>
                  Show all runs
                </button>
              </p>
            )}
            <p>
              A first one: <code>npx agent-actions demo</code>
            </p>
          </>
        }
      />
    </>
  );
}

/** Calls at once, and then at most once in so many milliseconds; the last call is never lost. */
export function useThrottled(work: () => void, millis: number): () => void {
  const state = useRef({ last: 0, timer: 0, work });
  state.current.work = work;
  return () => {
    const { last, timer } = state.current;
    if (timer !== 0) return;
    const wait = Math.max(0, last + millis - Date.now());
    state.current.timer = window.setTimeout(() => {
      state.current.timer = 0;
      state.current.last = Date.now();
      state.current.work();
    }, wait);
  };
}
