import { apiPath, type RunRow } from "../api.js";
import { ACTION_FILTERS } from "../filters.js";
import { formatCount, formatDuration } from "../format.js";
import { useStream } from "../live.js";
import { ColumnMenu, chosenColumns } from "../parts/column-menu.js";
import { type Column, DataTable } from "../parts/data-table.js";
import { FilterBar, filterParameters, sortParameters, Widen } from "../parts/filter-bar.js";
import { type Activity, Sparkline } from "../parts/sparkline.js";
import { Names, Status, statusOfRun, Time } from "../parts/states.js";
import { useRefresh, useRows } from "../resource.js";
import { linkFromList, listParameter } from "../review.js";
import { useListKeys } from "./list-keys.js";
import { useActivity } from "./use-activity.js";

/** Which runs the list has, and in which order. */
const listed = () => ({ ...filterParameters(ACTION_FILTERS), ...sortParameters(COLUMNS) });

/** Its cell is drawn once the activity of the runs that are listed is known. */
const ACTIVITY: Column<RunRow> = { name: "activity", title: "Activity", isSecondary: true, cell: () => null };

const COLUMNS: readonly Column<RunRow>[] = [
  {
    name: "title",
    title: "Run",
    cell: ({ correlation_id: id, correlation_text: name, title }) => (
      <a href={linkFromList(id, listParameter("/runs", listed()))} data-row>
        <bdi>{title ?? name ?? id}</bdi>
      </a>
    ),
  },
  {
    name: "state",
    title: "State",
    cell: ({ state, failed_actions }) => <Status of={statusOfRun(state, failed_actions)} />,
  },
  {
    name: "last",
    title: "Last action",
    sort: "last_activity_at",
    cell: ({ last_activity_at }) => <Time at={last_activity_at} />,
  },
  {
    name: "started",
    title: "Began",
    sort: "started_at",
    isOptional: true,
    cell: ({ started_at }) => <Time at={started_at} />,
  },
  ACTIVITY,
  {
    name: "duration",
    title: "Duration",
    sort: "duration_ms",
    isNumber: true,
    cell: ({ duration_ms }) => formatDuration(duration_ms),
  },
  {
    name: "actions",
    title: "Actions",
    sort: "actions",
    isNumber: true,
    cell: ({ actions }) => formatCount(actions),
  },
  counted("tool_calls", "Tool calls"),
  counted("decisions", "Decisions"),
  {
    name: "errors",
    title: "Errors",
    sort: "failed_actions",
    isNumber: true,
    cell: ({ failed_actions }) =>
      failed_actions > 0 ? <strong class="errors">{formatCount(failed_actions)}</strong> : "0",
  },
  {
    name: "agents",
    title: "Agents",
    isSecondary: true,
    cell: ({ agents }) => <Names of={agents} most={2} />,
  },
  {
    name: "project",
    title: "Project",
    isSecondary: true,
    cell: ({ project_name }) => <bdi>{project_name ?? "–"}</bdi>,
  },
  {
    name: "labels",
    title: "Labels",
    isSecondary: true,
    cell: ({ labels }) =>
      labels?.map((label) => (
        <bdi key={label} class="label-name">
          {label}
        </bdi>
      )) ?? null,
  },
  named("session_id", "Session"),
  named("service_name", "Service"),
  named("environment", "Environment"),
  named("user_id", "User"),
];

function counted(name: "tool_calls" | "decisions", title: string): Column<RunRow> {
  return { name, title, isNumber: true, isOptional: true, cell: (run) => formatCount(run[name]) };
}

function named(
  name: "session_id" | "service_name" | "environment" | "user_id",
  title: string,
): Column<RunRow> {
  return { name, title, isOptional: true, cell: (run) => <bdi>{run[name] ?? "–"}</bdi> };
}

const activityColumn = (known: ReadonlyMap<string, Activity>): Column<RunRow> => ({
  ...ACTIVITY,
  cell: ({ correlation_id: run }) => {
    const activity = known.get(run);
    return activity && <Sparkline activity={activity} />;
  },
});

export function RunsPage() {
  const rows = useRows<RunRow>(apiPath("/runs", { ...listed(), limit: 50 }));
  const refresh = useRefresh(rows.reload);
  useStream({ content: "ids" }, { onChanges: refresh, onReload: refresh });
  useListKeys();
  const columns = chosenColumns(COLUMNS);
  const activity = useActivity(rows.rows, columns.includes(ACTIVITY));
  return (
    <>
      <header class="page-header">
        <h1>Runs</h1>
        <FilterBar filters={ACTION_FILTERS} />
        <ColumnMenu columns={COLUMNS} />
      </header>
      <DataTable
        label="Runs"
        columns={columns.map((column) => (column === ACTIVITY ? activityColumn(activity) : column))}
        rows={rows}
        keyOf={({ correlation_id }) => correlation_id}
        empty={
          <>
            <p>No run has an action that fits, in this time.</p>
            <Widen filters={ACTION_FILTERS} />
            <p>
              A first one: <code>npx agent-actions demo</code>
            </p>
          </>
        }
      />
    </>
  );
}
