/**
 * Walking through a list from inside of a run: the URL of the run keeps which list it was reached from, so that the next and the previous
 * one of it are known, also to whoever opens the same link.
 */
import { useEffect } from "preact/hooks";
import { here, pathTo, urlWith } from "./location.js";
import { useRows } from "./resource.js";

type ListPath = "/runs" | "/actions";

/** What is read of a row. */
interface ListedRow {
  readonly id?: string;
  readonly correlation_id: string;
}

export interface Review {
  /** The list, as a link. */
  readonly list: string;
  /** From 1 on; `undefined` while it is not found, or where the run does not fit the list any more. */
  readonly position: number | undefined;
  /** How many are known; there may be more. */
  readonly known: number;
  readonly hasMore: boolean;
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

/** So many rows are looked through for the one that is shown. */
const MAX_ROWS = 2_000;
/** What a walk keeps of how a run is shown. */
const KEPT = ["list", "tab", "gaps", "critical"];

/** The parameter of a run's URL that names the list which it is reached from. */
export function listParameter(
  path: ListPath,
  parameters: Readonly<Record<string, string | null>>,
): { readonly list: string } {
  return { list: urlWith(parameters, { path, parameters: new URLSearchParams() }) };
}

/** A link to a run, or to an action of it, that knows its list. */
export function linkFromList(run: string, list: { readonly list: string }, action?: string): string {
  return urlWith({ action, ...list }, { path: pathTo("runs", run), parameters: new URLSearchParams() });
}

/** `undefined`: the run was not reached from a list. */
export function useReview(run: string, action: string): Review | undefined {
  const list = here.value.parameters.get("list") ?? "";
  const ofActions = list.startsWith("/actions");
  const isList = /^\/(?:runs|actions)(?:\?|$)/.test(list);
  const rows = useRows<ListedRow>(
    isList
      ? `/api/v1${list}${list.includes("?") ? "&" : "?"}fields=${ofActions ? "id,correlation_id" : "correlation_id"}`
      : undefined,
  );
  const index = rows.rows.findIndex((row) =>
    ofActions ? row.id === action : row.correlation_id.replaceAll("-", "") === run.replaceAll("-", ""),
  );
  const { more } = rows;
  // The one after the last that is known may be on the next page.
  const mustReadOn = index === -1 || index === rows.rows.length - 1;
  useEffect(() => {
    if (mustReadOn && more !== undefined && rows.rows.length < MAX_ROWS) more();
  }, [mustReadOn, more, rows.rows.length]);
  if (!isList) return undefined;
  const linkTo = (row: ListedRow | undefined): string | undefined => {
    if (row === undefined) return undefined;
    const { parameters } = here.value;
    const kept = Object.fromEntries(KEPT.map((name) => [name, parameters.get(name)]));
    return urlWith(
      { ...kept, action: row.id },
      { path: pathTo("runs", row.correlation_id), parameters: new URLSearchParams() },
    );
  };
  return {
    list,
    position: index === -1 ? undefined : index + 1,
    known: rows.rows.length,
    hasMore: more !== undefined,
    previous: index > 0 ? linkTo(rows.rows[index - 1]) : undefined,
    next: index === -1 ? undefined : linkTo(rows.rows[index + 1]),
  };
}
