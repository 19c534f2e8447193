import { type ActionRow, apiPath } from "../api.js";
import { ACTION_FILTERS } from "../filters.js";
import { ColumnMenu, chosenColumns } from "../parts/column-menu.js";
import { type Column, DataTable } from "../parts/data-table.js";
import { FilterBar, filterParameters, Widen } from "../parts/filter-bar.js";
import { useRows } from "../resource.js";
import { linkFromList, listParameter } from "../review.js";
import { useListKeys } from "./list-keys.js";
import { ACTION_COLUMNS } from "./live-page.js";

/** A cell has some lines; a text without end would hold the page while it is cut to them. */
const MAX_CELL = 2_000;

/** What more there is of an action than a page of live ones has room for. */
const optional = (name: string, title: string): Column<ActionRow> => ({
  name,
  title,
  isOptional: true,
  cell: (action) => <bdi>{String(action[name] ?? "–").slice(0, MAX_CELL)}</bdi>,
});

const [, ...OTHERS] = ACTION_COLUMNS;
const COLUMNS: readonly Column<ActionRow>[] = [
  {
    name: "name",
    title: "Action",
    cell: ({ correlation_id: run, id, action_name: name }) => (
      <a href={linkFromList(run, listParameter("/actions", filterParameters(ACTION_FILTERS)), id)} data-row>
        <bdi>{name}</bdi>
      </a>
    ),
  },
  ...OTHERS,
  optional("error_message", "Error"),
  optional("session_id", "Session"),
  optional("service_name", "Service"),
  optional("environment", "Environment"),
  optional("user_id", "User"),
  optional("agent_version", "Agent version"),
];

export function ActionsPage() {
  const rows = useRows<ActionRow>(apiPath("/actions", { ...filterParameters(ACTION_FILTERS), limit: 100 }));
  useListKeys();
  return (
    <>
      <header class="page-header">
        <h1>Actions</h1>
        <FilterBar filters={ACTION_FILTERS} />
        <ColumnMenu columns={COLUMNS} />
      </header>
      <DataTable
        label="Actions"
        columns={chosenColumns(COLUMNS)}
        rows={rows}
        keyOf={({ id }) => id}
        empty={
          <>
            <p>No action fits, in this time.</p>
            <Widen filters={ACTION_FILTERS} />
          </>
        }
      />
    </>
  );
}
