import { useState } from "preact/hooks";
import { apiPath, RequestFailure, sendJson } from "../api.js";
import { decodedPart } from "../location.js";
import { type Column, DataTable } from "../parts/data-table.js";
import { Time } from "../parts/states.js";
import { useResource } from "../resource.js";
import { mayWrite } from "../session.js";
import { useListKeys } from "./list-keys.js";

interface SavedView {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly created_by: string | null;
  readonly created_at: string;
}

const COLUMNS: readonly Column<SavedView>[] = [
  {
    name: "name",
    title: "View",
    cell: ({ name, location }) => (
      <a href={location} data-row>
        <bdi>{name}</bdi>
      </a>
    ),
  },
  {
    name: "location",
    title: "Shows",
    isSecondary: true,
    cell: ({ location }) => (
      <code>
        <bdi>{decodedPart(location)}</bdi>
      </code>
    ),
  },
  { name: "by", title: "Saved by", cell: ({ created_by }) => <bdi>{created_by ?? "–"}</bdi> },
  { name: "time", title: "Saved", cell: ({ created_at }) => <Time at={created_at} /> },
];

/** Pages that somebody has given a name: the same to everybody. */
export function ViewsPage() {
  const { value, failure, isLoading, reload } = useResource<{ data: readonly SavedView[] }>(
    apiPath("/saved-views"),
  );
  const [problem, setProblem] = useState<string>();
  useListKeys();
  const remove = async (id: string) => {
    try {
      await sendJson(apiPath(`/saved-views/${id}`), { method: "DELETE" });
      reload();
    } catch (error) {
      setProblem(error instanceof RequestFailure ? error.message : String(error));
    }
  };
  const removal: Column<SavedView> = {
    name: "remove",
    title: "Remove",
    cell: ({ id, name }) => (
      <button type="button" aria-label={`Remove ${name}`} onClick={() => void remove(id)}>
        Remove
      </button>
    ),
  };
  return (
    <>
      <header class="page-header">
        <h1>Saved views</h1>
      </header>
      {problem && <p role="alert">{problem}</p>}
      <DataTable
        label="Saved views"
        columns={mayWrite.value ? [...COLUMNS, removal] : COLUMNS}
        rows={{ rows: value?.data ?? [], failure, isLoading, more: undefined, reload }}
        keyOf={({ id }) => id}
        empty={
          <p>
            "Save view" above gives the page that is shown a name, with its filters, columns, selection and
            zoom. It needs a token with the scope write.
          </p>
        }
      />
    </>
  );
}
