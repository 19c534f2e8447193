import type { ComponentChildren } from "preact";
import type { Rows } from "../resource.js";
import { Empty, Failure, Placeholder } from "./states.js";

export interface Column<Row> {
  readonly name: string;
  readonly title: string;
  readonly isNumber?: boolean;
  /** Left out where the page is narrow. */
  readonly isSecondary?: boolean;
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
              {columns.map(({ name, title, isNumber, isSecondary }) => (
                <th key={name} scope="col" class={classOf(isNumber, isSecondary)}>
                  {title}
                </th>
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

const classOf = (isNumber = false, isSecondary = false): string =>
  `${isNumber ? "number" : ""} ${isSecondary ? "secondary" : ""}`.trim();
