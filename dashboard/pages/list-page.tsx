import type { ComponentChildren } from "preact";
import { apiPath } from "../api.js";
import { ColumnMenu, chosenColumns } from "../parts/column-menu.js";
import { type Column, DataTable } from "../parts/data-table.js";
import { type Filter, FilterBar, filterParameters, sortParameters } from "../parts/filter-bar.js";
import { useRows } from "../resource.js";
import { useListKeys } from "./list-keys.js";

interface ListPageProps<Row> {
  readonly title: string;
  /** Of the API, such as `/tools`. */
  readonly path: string;
  readonly filters: readonly Filter[];
  readonly hasRange?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly empty: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** A list of the API as a page: filters, rows, and what to do where there are none. */
export function ListPage<Row>({
  title,
  path,
  filters,
  hasRange = true,
  columns,
  keyOf,
  empty,
  children,
}: ListPageProps<Row>) {
  const rows = useRows<Row>(
    apiPath(path, { ...(hasRange ? filterParameters(filters) : {}), ...sortParameters(columns), limit: 100 }),
  );
  useListKeys();
  return (
    <>
      <header class="page-header">
        <h1>{title}</h1>
        <FilterBar filters={filters} hasRange={hasRange} />
        <ColumnMenu columns={columns} />
      </header>
      {children}
      <DataTable label={title} columns={chosenColumns(columns)} rows={rows} keyOf={keyOf} empty={empty} />
    </>
  );
}
