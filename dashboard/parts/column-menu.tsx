import { here, setParameters } from "../location.js";
import type { Column } from "./data-table.js";

type Named = Pick<Column<never>, "name" | "title" | "isOptional">;

/** The columns that the URL chooses, else those that are not optional; the first, which leads on, always. */
export function chosenColumns<Chosen extends Named>(columns: readonly Chosen[]): readonly Chosen[] {
  const chosen = here.value.parameters.get("columns")?.split(",");
  return columns.filter(
    ({ name, isOptional }, index) => index === 0 || (chosen ? chosen.includes(name) : isOptional !== true),
  );
}

/** Which columns are shown. It stands in the URL. */
export function ColumnMenu({ columns }: { readonly columns: readonly Named[] }) {
  const shown = new Set(chosenColumns(columns).map(({ name }) => name));
  const toggle = (name: string) => {
    if (!shown.delete(name)) shown.add(name);
    const chosen = columns.filter((column) => shown.has(column.name)).map((column) => column.name);
    const standard = columns.filter(({ isOptional }) => isOptional !== true).map((column) => column.name);
    const text = chosen.join();
    setParameters({ columns: text === standard.join() ? null : text }, { replace: true });
  };
  return (
    <details class="column-menu">
      <summary>Columns</summary>
      <fieldset>
        <legend>Columns that are shown</legend>
        {columns.slice(1).map(({ name, title }) => (
          <label key={name}>
            <input type="checkbox" checked={shown.has(name)} onChange={() => toggle(name)} /> {title}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
