import type { ComponentChildren } from "preact";
import { here, urlWith } from "../location.js";
import type { Rows } from "../resource.js";
import { Empty, Failure, Placeholder } from "./states.js";

export interface Column<Row> {
  readonly name: string;
  readonly title: string;
  readonly isNumber?: boolean;
  /** Left out where the page is narrow. */
  readonly isSecondary?: boolean;
  /** Shown only where it is chosen. */
  readonly isOptional?: boolean;
  /** What the API calls sorting by it. */
  readonly sort?: string;
  readonly cell: (row: Row) => ComponentChildren;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: Rows<Row>;
  readonly keyOf: (row: Row) => string;
  readonly empty: ComponentChildren;
}

/** A list of the API. The next page comes when it is asked for. */
export function DataTable<Row>({ label, columns, rows, keyOf, empty }: DataTableProps<Row>) {
  if (rows.failure && rows.rows.length === 0) return <Failure failure={rows.failure} onRetry={rows.reload} />;
  if (rows.rows.length === 0)
    return rows.isLoading ? <Placeholder /> : <Empty title="Nothing here">{empty}</Empty>;
  return (
    <>
      <div class="table-scroller">
        <table class="data" aria-label={label} aria-busy={rows.isLoading}>
          <thead>
            <tr>
              {columns.map((column) => (
                <HeaderCell key={column.name} {...column} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.rows.map((row) => (
              <tr key={keyOf(row)}>
                {columns.map(({ name, isNumber, isSecondary, cell }) => (
                  <td key={name} class={classOf(isNumber, isSecondary)}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.failure && <Failure failure={rows.failure} />}
      {rows.more && (
        <button type="button" class="more" disabled={rows.isLoading} onClick={rows.more}>
          {rows.isLoading ? "Loading" : "Show more"}
        </button>
      )}
    </>
  );
}

type HeaderCellProps = Pick<Column<never>, "name" | "title" | "isNumber" | "isSecondary" | "sort">;

/** The head of a column. One that the API sorts by is a link: to the largest first, then to the smallest. */
function HeaderCell({ title, isNumber, isSecondary, sort }: HeaderCellProps) {
  const { parameters } = here.value;
  const isSorted = sort !== undefined && parameters.get("sort") === sort;
  const isAscending = parameters.get("order") === "asc";
  const sorted = isSorted && { "aria-sort": isAscending ? ("ascending" as const) : ("descending" as const) };
  return (
    <th scope="col" class={classOf(isNumber, isSecondary)} {...sorted}>
      {sort === undefined ? (
        title
      ) : (
        <a class="sort" href={urlWith({ sort, order: isSorted && !isAscending ? "asc" : null })}>
          {title}
          {isSorted && <span aria-hidden="true">{isAscending ? " ▴" : " ▾"}</span>}
        </a>
      )}
    </th>
  );
}

const classOf = (isNumber = false, isSecondary = false): string =>
  `${isNumber ? "number" : ""} ${isSecondary ? "secondary" : ""}`.trim();
