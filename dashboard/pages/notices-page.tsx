import { formatCount } from "../format.js";
import { pathTo } from "../location.js";
import type { Column } from "../parts/data-table.js";
import type { Filter } from "../parts/filter-bar.js";
import { Status, Time } from "../parts/states.js";
import { ListPage } from "./list-page.js";

/** A row of `/notices`. */
interface NoticeRow {
  readonly id: string;
  readonly rule: string;
  readonly kind: string;
  readonly severity: string;
  readonly state: string;
  readonly title: string;
  readonly agent_name: string | null;
  readonly correlation_id: string | null;
  readonly calls: number | null;
  readonly tokens: number | null;
  readonly action_ids: readonly string[];
  readonly muted: boolean;
  readonly opened_at: string;
}

const FILTERS: readonly Filter[] = [
  { name: "state", label: "State", values: ["open", "acknowledged", "closed"] },
  { name: "severity", label: "Severity", values: ["info", "warning", "critical"] },
  { name: "rule", label: "Rule" },
  { name: "agent", label: "Agent" },
  { name: "project", label: "Project" },
  { name: "run", label: "Run" },
];

const COLUMNS: readonly Column<NoticeRow>[] = [
  {
    name: "title",
    title: "Notice",
    cell: ({ correlation_id, action_ids, title }) =>
      correlation_id === null ? (
        <bdi>{title}</bdi>
      ) : (
        <a
          href={`${pathTo("runs", correlation_id)}${action_ids[0] === undefined ? "" : `?action=${action_ids[0]}`}`}
          data-row
        >
          <bdi>{title}</bdi>
        </a>
      ),
  },
  {
    name: "rule",
    title: "Rule",
    isSecondary: true,
    cell: ({ rule, kind }) => (
      <span class="word">
        {rule}: {kind.replaceAll("_", " ")}
      </span>
    ),
  },
  {
    name: "state",
    title: "State",
    cell: ({ state, muted }) => (muted ? `${state}, muted` : state),
  },
  {
    name: "severity",
    title: "Severity",
    cell: ({ severity }) => <Status of={severity} />,
  },
  {
    name: "calls",
    title: "Calls",
    isNumber: true,
    isSecondary: true,
    cell: ({ calls }) => (calls === null ? "–" : formatCount(calls)),
  },
  {
    name: "tokens",
    title: "Tokens",
    isNumber: true,
    isSecondary: true,
    cell: ({ tokens }) => (tokens === null || tokens === 0 ? "–" : formatCount(tokens)),
  },
  { name: "time", title: "Noticed", cell: ({ opened_at }) => <Time at={opened_at} /> },
];

/** What was noticed in the rows, as it is noticed: the row leads to the first action that shows it. */
export const NoticesPage = () => (
  <ListPage<NoticeRow>
    title="Notices"
    path="/notices"
    filters={FILTERS}
    columns={COLUMNS}
    keyOf={({ id }) => id}
    stream={{ path: "/notices/stream", event: "notice" }}
    empty={
      <p>
        Nothing was noticed in this time. The service looks for agents that repeat themselves. What failed is
        under <a href="/errors">Errors</a>, what is missing under <a href="/pipeline">Pipeline</a>.
      </p>
    }
  />
);
