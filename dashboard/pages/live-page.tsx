import { useState } from "preact/hooks";
import { type ActionRow, apiPath } from "../api.js";
import { ACTION_FILTERS } from "../filters.js";
import { formatDuration } from "../format.js";
import { connection, useStream } from "../live.js";
import { pathTo } from "../location.js";
import { type Column, DataTable } from "../parts/data-table.js";
import { FilterBar, filterParameters } from "../parts/filter-bar.js";
import { Status, statusOf, Time } from "../parts/states.js";
import { useRows } from "../resource.js";
import { useListKeys } from "./list-keys.js";
import { liveRows, NOTHING_ARRIVED, withChanges } from "./live-rows.js";

export const ACTION_COLUMNS: readonly Column<ActionRow>[] = [
  {
    name: "name",
    title: "Action",
    cell: ({ correlation_id: run, id, action_name: name }) => (
      <a href={`${pathTo("runs", run)}?action=${id}`} data-row>
        <bdi>{name}</bdi>
      </a>
    ),
  },
  { name: "status", title: "Status", cell: (action) => <Status of={statusOf(action)} /> },
  {
    name: "type",
    title: "Type",
    isSecondary: true,
    cell: ({ action_type }) => <span class="word">{action_type.replace("_", " ")}</span>,
  },
  { name: "agent", title: "Agent", cell: ({ agent_name }) => <bdi>{agent_name}</bdi> },
  {
    name: "project",
    title: "Project",
    isSecondary: true,
    cell: ({ project_name }) => <bdi>{project_name ?? "–"}</bdi>,
  },
  {
    name: "duration",
    title: "Duration",
    isNumber: true,
    cell: ({ duration_ms }) => formatDuration(duration_ms),
  },
  { name: "time", title: "Began", cell: ({ started_at }) => <Time at={started_at} /> },
];

/** Actions as they happen, the latest first. An action that ends changes its row where it stands. */
export function LivePage() {
  const parameters = filterParameters(ACTION_FILTERS);
  const first = useRows<ActionRow>(apiPath("/actions", { ...parameters, limit: 50 }));
  const [arrived, setArrived] = useState(NOTHING_ARRIVED);
  const [isPaused, setPaused] = useState(false);
  const { last: _last, since: _since, until: _until, ...filters } = parameters;
  useStream<ActionRow>(isPaused ? undefined : { ...filters }, {
    onChanges: (changes) => setArrived((before) => withChanges(before, changes)),
    onReload: () => {
      setArrived(NOTHING_ARRIVED);
      first.reload();
    },
  });
  useListKeys();
  const rows = liveRows(first.rows, arrived);
  return (
    <>
      <header class="page-header">
        <h1>Live</h1>
        <span class={`connection ${connection.value}`} role="status">
          {isPaused
            ? "paused"
            : connection.value === "live"
              ? "live"
              : connection.value === "away"
                ? "connecting again"
                : "connecting"}
        </span>
        <button type="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          Pause
        </button>
        <FilterBar filters={ACTION_FILTERS} />
      </header>
      <DataTable
        label="Actions as they happen"
        columns={ACTION_COLUMNS}
        rows={{ ...first, rows, more: undefined }}
        keyOf={({ id }) => id}
        empty={
          <p>
            Actions appear here while agents act. Record one:{" "}
            <code>npx agent-actions dev -- node agent.mjs</code>
          </p>
        }
      />
    </>
  );
}
