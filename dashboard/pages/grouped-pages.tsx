import { apiPath } from "../api.js";
import { ACTION_FILTERS } from "../filters.js";
import { formatDuration } from "../format.js";
import { here, urlWith } from "../location.js";
import type { Column } from "../parts/data-table.js";
import { filterParameters } from "../parts/filter-bar.js";
import { HeatMap } from "../parts/heat-map.js";
import { RateChart } from "../parts/rate-chart.js";
import { Names } from "../parts/states.js";
import { bucketUnit } from "../parts/time-buckets.js";
import { MEASURE_COLUMNS, type Measures } from "./group-columns.js";
import { ListPage } from "./list-page.js";

/** A link that shows what is behind a figure: the same filters and time, and one more. */
const linkTo = (page: string, filter: string, value: string): string => linkWith(page, { [filter]: value });

function linkWith(page: string, changes: Readonly<Record<string, string | null>>): string {
  return urlWith(
    { sort: null, order: null, columns: null, ...changes },
    { path: page, parameters: here.value.parameters },
  );
}

const NOTHING = <p>No action fits, in this time.</p>;

interface ToolRow extends Measures {
  readonly tool_name: string;
  readonly agents: number;
}

/** The longest of a tool's calls leads to them. */
const SLOWEST: Column<ToolRow> = {
  name: "max",
  title: "Slowest",
  sort: "max_ms",
  isNumber: true,
  isSecondary: true,
  cell: ({ tool_name, max_ms }) =>
    max_ms === null ? (
      "–"
    ) : (
      <a href={linkWith("/actions", { tool: tool_name, min_duration: String(max_ms) })}>
        {formatDuration(max_ms)}
      </a>
    ),
};

const TOOL_COLUMNS: readonly Column<ToolRow>[] = [
  {
    name: "tool",
    title: "Tool",
    cell: ({ tool_name }) => (
      <a href={linkTo("/actions", "tool", tool_name)} data-row>
        <bdi>{tool_name}</bdi>
      </a>
    ),
  },
  ...MEASURE_COLUMNS.map((column) => (column.name === "max" ? SLOWEST : column)),
];

export const ToolsPage = () => (
  <ListPage
    title="Tools"
    path="/tools"
    filters={ACTION_FILTERS}
    columns={TOOL_COLUMNS}
    keyOf={({ tool_name }) => tool_name}
    empty={NOTHING}
  >
    <RateChart
      path={apiPath("/stats", { ...filterParameters(ACTION_FILTERS), type: "tool_call", ...bucketOf() })}
    />
    <HeatMap
      parameters={{ ...filterParameters(ACTION_FILTERS), type: "tool_call" }}
      linkTo={(added) => linkWith("/actions", { type: "tool_call", last: null, ...added })}
    />
  </ListPage>
);

interface AgentRow extends Measures {
  readonly agent_name: string;
  readonly versions: readonly string[] | null;
}

const AGENT_COLUMNS: readonly Column<AgentRow>[] = [
  {
    name: "agent",
    title: "Agent",
    cell: ({ agent_name }) => (
      <a href={linkTo("/runs", "agent", agent_name)} data-row>
        <bdi>{agent_name}</bdi>
      </a>
    ),
  },
  {
    name: "versions",
    title: "Versions",
    isSecondary: true,
    cell: ({ versions }) => (versions ? <Names of={versions} most={3} /> : "–"),
  },
  ...MEASURE_COLUMNS,
];

export const AgentsPage = () => (
  <ListPage
    title="Agents"
    path="/agents"
    filters={ACTION_FILTERS}
    columns={AGENT_COLUMNS}
    keyOf={({ agent_name }) => agent_name}
    empty={NOTHING}
  >
    <RateChart path={apiPath("/stats", { ...filterParameters(ACTION_FILTERS), ...bucketOf() })} />
    <HeatMap
      parameters={filterParameters(ACTION_FILTERS)}
      linkTo={(added) => linkWith("/actions", { last: null, ...added })}
    />
  </ListPage>
);

interface SessionRow extends Measures {
  readonly session_id: string;
  readonly agents: readonly string[] | null;
}

const SESSION_COLUMNS: readonly Column<SessionRow>[] = [
  {
    name: "session",
    title: "Session",
    cell: ({ session_id }) => (
      <a href={`/runs?session=${encodeURIComponent(session_id)}&last=all`} data-row>
        <bdi>{session_id}</bdi>
      </a>
    ),
  },
  {
    name: "agents",
    title: "Agents",
    isSecondary: true,
    cell: ({ agents }) => (agents ? <Names of={agents} most={3} /> : "–"),
  },
  ...MEASURE_COLUMNS,
];

export const SessionsPage = () => (
  <ListPage
    title="Sessions"
    path="/sessions"
    filters={ACTION_FILTERS}
    columns={SESSION_COLUMNS}
    keyOf={({ session_id }) => session_id}
    empty={<p>No action names a session: conversations and threads that agents report are sessions.</p>}
  />
);

interface ErrorRow extends Measures {
  readonly error_group: string | null;
  readonly message: string | null;
  readonly last_action_id: string;
  readonly error_types: readonly string[] | null;
  readonly action_names: readonly string[] | null;
}

const ERROR_COLUMNS: readonly Column<ErrorRow>[] = [
  {
    name: "message",
    title: "Error",
    cell: ({ error_group, message, error_types }) => (
      <a
        href={error_group === null ? "/actions?status=error" : linkTo("/actions", "error_group", error_group)}
        data-row
      >
        <bdi>{message?.slice(0, 300) ?? error_types?.[0] ?? "no message"}</bdi>
      </a>
    ),
  },
  {
    name: "names",
    title: "In",
    isSecondary: true,
    cell: ({ action_names }) => (action_names ? <Names of={action_names} most={3} /> : "–"),
  },
  ...MEASURE_COLUMNS.filter(({ name }) => ["actions", "runs", "last"].includes(name)),
];

export const ErrorsPage = () => (
  <ListPage
    title="Errors"
    path="/errors"
    filters={ACTION_FILTERS}
    columns={ERROR_COLUMNS}
    keyOf={({ error_group, last_action_id }) => error_group ?? last_action_id}
    empty={<p>Nothing failed in this time.</p>}
  />
);

function bucketOf(): { readonly group_by: string; readonly fields: string; readonly limit: number } {
  const limits = { minute: 120, hour: 200, day: 400 };
  const unit = bucketUnit();
  // No more than the chart shows: these are kept by the hour.
  return { group_by: unit, fields: "actions,failed_actions", limit: limits[unit] };
}
