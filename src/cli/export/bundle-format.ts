import { largeResultsOf } from "../../event/large-result.js";
import { type BundleGap, bundleText } from "../../run-document/bundle.js";
import type { ApiClient } from "../client/client.js";
import { NotFoundError } from "../client/refusal.js";
import { formatBytes } from "../format/values.js";
import { CommandError } from "../framework/exit-codes.js";
import { parsedRow } from "../lists/shown-row.js";
import { wholeRows } from "../recorded/whole-rows.js";
import { runPath } from "../show/run-tree.js";

/** Most bytes of the rows of a run that becomes one bundle, which the dashboard reads whole. */
const MAX_BUNDLE_BYTES = 64_000_000;

/** What no bundle has: it stays in the database. */
const NEVER: readonly BundleGap[] = [
  { what: "labels, notes and outcomes", why: "said of a run in one database" },
  { what: "notices", why: "computed in one database" },
];

/**
 * A run as a bundle, which the dashboard opens without its database.
 *
 * @throws CommandError where it is too large, NotFoundError for a run that is not known
 */
export async function readBundleOf(
  run: string,
  client: ApiClient,
  maxBytes = MAX_BUNDLE_BYTES,
): Promise<{ readonly text: string; readonly actions: number; readonly gone: number }> {
  let bytes = 0;
  const counted = (row: string): string => {
    bytes += Buffer.byteLength(row);
    if (bytes > maxBytes)
      throw new CommandError(
        `The run has more than ${formatBytes(maxBytes)}, which is too much for one bundle. Without a bound: --format jsonl`,
      );
    return row;
  };
  const actions: string[] = [];
  let gone = 0;
  for await (const row of wholeRows(run, client)) {
    if (row === undefined) gone++;
    else actions.push(counted(row));
  }
  if (actions.length === 0) throw new NotFoundError("The run has no actions any more.");
  const files: string[] = [];
  for await (const { rows } of client.pages("/files", new URLSearchParams({ run }), Number.MAX_SAFE_INTEGER))
    for (const row of rows) files.push(counted(row));
  const row = await client.text(runPath(run));
  const skeleton = await client.text(`${runPath(run)}/skeleton?ids=true`);
  const { count } = JSON.parse(skeleton) as { readonly count: number };
  const text = await bundleText({
    run: String(parsedRow(row).correlation_id),
    exportedAt: new Date().toISOString(),
    actions: actions.length,
    files: files.length,
    leftOut: [...NEVER, ...gapsOf(actions, count)],
    parts: {
      "run.json": row,
      "skeleton.json": skeleton,
      "actions.jsonl": linesOf(actions),
      "files.jsonl": linesOf(files),
    },
  });
  return { text, actions: actions.length, gone };
}

const linesOf = (rows: readonly string[]): string => rows.map((row) => `${row}\n`).join("");

function gapsOf(actions: readonly string[], inTree: number): BundleGap[] {
  const parsed = actions.map(parsedRow);
  const large = parsed.filter(({ action_details: details }) => largeResultsOf(details).size > 0).length;
  const trimmed = parsed.filter(({ truncated }) => Array.isArray(truncated) && truncated.length > 0).length;
  const differing = Math.abs(inTree - actions.length);
  return [
    ...(large > 0
      ? [{ what: "contents too large for a row", why: "kept beside the table", count: large }]
      : []),
    ...(trimmed > 0 ? [{ what: "details", why: "trimmed when they were recorded", count: trimmed }] : []),
    ...(differing > 0
      ? [{ what: "actions of the tree", why: "came or went while the run was read", count: differing }]
      : []),
  ];
}
