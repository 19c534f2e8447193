import { type ActionRow, apiPath } from "../api.js";
import { ACTION_FILTERS } from "../filters.js";
import { DataTable } from "../parts/data-table.js";
import { FilterBar, filterParameters } from "../parts/filter-bar.js";
import { useRows } from "../resource.js";
import { useListKeys } from "./list-keys.js";
import { ACTION_COLUMNS } from "./live-page.js";

export function ActionsPage() {
  const rows = useRows<ActionRow>(apiPath("/actions", { ...filterParameters(ACTION_FILTERS), limit: 100 }));
  useListKeys();
  return (
    <>
      <header class="page-header">
        <h1>Actions</h1>
        <FilterBar filters={ACTION_FILTERS} />
      </header>
      <DataTable
        label="Actions"
        columns={ACTION_COLUMNS}
        rows={rows}
        keyOf={({ id }) => id}
        empty={<p>No action fits: remove a filter, or choose a longer time.</p>}
      />
    </>
  );
}
