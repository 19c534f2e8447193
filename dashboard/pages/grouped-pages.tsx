import { apiPath } from "../api.js";
import { ACTION_FILTERS } from "../filters.js";
import { here } from "../location.js";
import type { Column } from "../parts/data-table.js";
import { filterParameters } from "../parts/filter-bar.js";
import { RateChart } from "../parts/rate-chart.js";
import { MEASURE_COLUMNS, type Measures } from "./group-columns.js";
import { ListPage } from "./list-page.js";

/** A link that shows what is behind a figure: the same filters and time, and one more. */
function linkTo(page: string, filter: string, value: string): string {
  const parameters = new URLSearchParams(here.value.parameters);
  parameters.set(filter, value);
  return `${page}?${parameters}`;
}

const NOTHING = <p>No action fits: remove a filter, or choose a longer time.</p>;

interface ToolRow extends Measures {
  readonly tool_name: string;
  readonly agents: number;
}

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
  ...MEASURE_COLUMNS,
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
    cell: ({ versions }) => <bdi>{versions?.join(", ") ?? "–"}</bdi>,
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
    cell: ({ agents }) => <bdi>{agents?.join(", ") ?? "–"}</bdi>,
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
    cell: ({ action_names }) => <bdi>{action_names?.slice(0, 3).join(", ") ?? "–"}</bdi>,
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

/** Buckets of a chart: minutes for a day, else hours or days. */
function bucketOf(): { readonly group_by: string; readonly limit: number } {
  const range = here.value.parameters.get("last") ?? "24h";
  if (range === "15m" || range === "1h") return { group_by: "minute", limit: 120 };
  return range === "24h" || range === "7d"
    ? { group_by: "hour", limit: 200 }
    : { group_by: "day", limit: 400 };
}
