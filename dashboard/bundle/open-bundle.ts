import { type BundleContents, BundleError, readBundle } from "../../src/run-document/bundle.js";
import { type ActionRow, RequestFailure } from "../api.js";
import type { FileSource } from "../file-source.js";
import { RunReader } from "../run/run-reader.js";
import { RunTree } from "../run/run-tree.js";

export interface OpenedBundle {
  readonly name: string;
  readonly contents: Omit<BundleContents, "parts">;
  readonly tree: RunTree;
  readonly source: FileSource;
}

/** The command writes up to 64 MB of rows; quotes in a text take a byte more. */
const MAX_FILE_BYTES = 256_000_000;
const PAGE = 100;

/**
 * Reads a bundle in the page, and checks all of its hashes before anything of it is shown.
 *
 * @throws BundleError
 */
export async function openBundle(file: File): Promise<OpenedBundle> {
  if (file.size > MAX_FILE_BYTES)
    throw new BundleError(`The file has ${file.size} bytes, more than any bundle.`);
  const { parts, ...contents } = await readBundle(await file.text());
  const reader = new RunReader();
  try {
    const tree = new RunTree(await reader.read(new Blob([parts["skeleton.json"]])));
    const actions = rowsOf<ActionRow>(parts["actions.jsonl"]);
    const source = sourceOf({
      madeMillis: Date.parse(contents.exportedAt),
      run: JSON.parse(parts["run.json"]),
      actions,
      files: rowsOf(parts["files.jsonl"]),
    });
    return { name: file.name, contents, tree, source };
  } finally {
    reader.end();
  }
}

const rowsOf = <Row>(lines: string): readonly Row[] =>
  lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);

interface BundleRows {
  readonly madeMillis: number;
  readonly run: unknown;
  readonly actions: readonly ActionRow[];
  readonly files: readonly unknown[];
}

function sourceOf({ madeMillis, run, actions, files }: BundleRows): FileSource {
  const byId = new Map(actions.map((action) => [action.id, action]));
  return {
    madeMillis,
    async read(path) {
      const { pathname, searchParams } = new URL(path, window.location.origin);
      const [, list, id] = /^\/api\/v1\/(\w+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
      if (list === "runs" && id !== undefined) return run;
      if (list === "files" && id === undefined) return pageOf(files, searchParams);
      if (list === "actions" && id === undefined) {
        const type = searchParams.get("type");
        return pageOf(
          type === null ? actions : actions.filter(({ action_type: each }) => each === type),
          searchParams,
        );
      }
      const action = list === "actions" && id !== undefined ? byId.get(id) : undefined;
      if (action !== undefined) return action;
      throw new RequestFailure(404, "The file does not have this: it came or went while the run was read.");
    },
  };
}

/** As the API returns lists; a cursor is the index of the first row. */
function pageOf(rows: readonly unknown[], parameters: URLSearchParams) {
  const from = Number(parameters.get("cursor") ?? 0);
  const to = from + Number(parameters.get("limit") ?? PAGE);
  return { data: rows.slice(from, to), next: to < rows.length ? String(to) : null };
}
