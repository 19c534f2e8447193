import type { ComponentChildren } from "preact";
import { apiPath } from "../api.js";
import { useEvents } from "../live.js";
import { ColumnMenu, chosenColumns } from "../parts/column-menu.js";
import { type Column, DataTable } from "../parts/data-table.js";
import { type Filter, FilterBar, filterParameters, sortParameters, Widen } from "../parts/filter-bar.js";
import { useRefresh, useRows } from "../resource.js";
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
  /** Its rows come and change by a stream of the API: the path, and the name of the events that tell of them. */
  readonly stream?: { readonly path: string; readonly event: string };
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
  stream,
  children,
}: ListPageProps<Row>) {
  const rows = useRows<Row>(
    apiPath(path, { ...(hasRange ? filterParameters(filters) : {}), ...sortParameters(columns), limit: 100 }),
  );
  const { last: _last, since: _since, until: _until, ...lasting } = filterParameters(filters);
  const refresh = useRefresh(rows.reload);
  useEvents(stream && apiPath(stream.path, lasting), stream?.event ?? "", refresh, refresh);
  useListKeys();
  return (
    <>
      <header class="page-header">
        <h1>{title}</h1>
        <FilterBar filters={filters} hasRange={hasRange} />
        <ColumnMenu columns={columns} />
      </header>
      {children}
      <DataTable
        label={title}
        columns={chosenColumns(columns)}
        rows={rows}
        keyOf={keyOf}
        empty={
          <>
            {empty}
            <Widen filters={filters} hasRange={hasRange} />
          </>
        }
      />
    </>
  );
}
