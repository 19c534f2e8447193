import { useState } from "preact/hooks";
import { here, setParameters } from "../location.js";

/** A parameter of the API that a list can be filtered by. */
export interface Filter {
  readonly name: string;
  readonly label: string;
  /** The values that there are, where they are few. */
  readonly values?: readonly string[];
}

const RANGES = ["15m", "1h", "24h", "7d", "30d", "all"] as const;

/** Chips for the filters that are set, a form for another one, and the time range. All of it stands in the URL. */
export function FilterBar({
  filters,
  hasRange = true,
}: {
  readonly filters: readonly Filter[];
  readonly hasRange?: boolean;
}) {
  const { parameters } = here.value;
  const set = filters.filter(({ name }) => parameters.has(name));
  const range = parameters.get("last") ?? (parameters.has("since") ? "" : "24h");
  return (
    <div class="filters" role="search" aria-label="Filters">
      {set.map(({ name, label }) => (
        <span key={name} class="chip">
          {label}: <bdi>{parameters.get(name)}</bdi>
          <button
            type="button"
            aria-label={`Remove the filter ${label}`}
            onClick={() => setParameters({ [name]: null })}
          >
            ×
          </button>
        </span>
      ))}
      <NewFilter filters={filters.filter(({ name }) => !parameters.has(name))} />
      {hasRange && (
        <label class="range">
          Time
          <select
            value={range}
            onChange={(event) => setParameters({ last: event.currentTarget.value, since: null, until: null })}
          >
            {range === "" && <option value="">from {parameters.get("since")}</option>}
            {RANGES.map((value) => (
              <option key={value} value={value}>
                {value === "all" ? "all time" : `last ${value}`}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

/** Where nothing fits: what would show more, a click each. */
export function Widen({
  filters,
  hasRange = true,
}: {
  readonly filters: readonly Filter[];
  readonly hasRange?: boolean;
}) {
  const { parameters } = here.value;
  const set = filters.filter(({ name }) => parameters.has(name));
  const isNarrow = hasRange && parameters.get("last") !== "all";
  if (set.length === 0 && !isNarrow) return null;
  return (
    <p class="toolbar">
      {set.length > 0 && (
        <button
          type="button"
          onClick={() => setParameters(Object.fromEntries(set.map(({ name }) => [name, null])))}
        >
          Remove the {set.length === 1 ? "filter" : "filters"}
        </button>
      )}
      {isNarrow && (
        <button type="button" onClick={() => setParameters({ last: "all", since: null, until: null })}>
          Show all time
        </button>
      )}
    </p>
  );
}

function NewFilter({ filters }: { readonly filters: readonly Filter[] }) {
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const filter = filters.find((each) => each.name === name) ?? filters[0];
  if (!filter) return null;
  const apply = (text: string) => {
    if (text.trim() !== "") setParameters({ [filter.name]: text.trim() });
    setValue("");
  };
  return (
    <form
      class="new-filter"
      onSubmit={(event) => {
        event.preventDefault();
        apply(value);
      }}
    >
      <select
        aria-label="Filter by"
        value={filter.name}
        onChange={(event) => setName(event.currentTarget.value)}
      >
        {filters.map((each) => (
          <option key={each.name} value={each.name}>
            {each.label}
          </option>
        ))}
      </select>
      {filter.values ? (
        <select aria-label={filter.label} value="" onChange={(event) => apply(event.currentTarget.value)}>
          <option value="">any</option>
          {filter.values.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      ) : (
        <input
          type="search"
          data-search
          aria-label={filter.label}
          placeholder={`${filter.label} …`}
          value={value}
          onInput={(event) => setValue(event.currentTarget.value)}
        />
      )}
    </form>
  );
}

/** Sort and order of the URL, where a column of the list is sorted by it. */
export function sortParameters(
  columns: readonly { readonly sort?: string }[],
): Record<string, string | null> {
  const { parameters } = here.value;
  const sort = parameters.get("sort");
  return columns.some((column) => column.sort === sort) && sort !== null
    ? { sort, order: parameters.get("order") === "asc" ? "asc" : null }
    : {};
}

/** The parameters of the URL that a list understands, for a path of the API. */
export function filterParameters(filters: readonly Filter[]): Record<string, string | null> {
  const { parameters } = here.value;
  const names = [...filters.map(({ name }) => name), "last", "since", "until"];
  return Object.fromEntries(names.map((name) => [name, parameters.get(name)]));
}
