import type { FileOperationRow } from "../../effects/file-effects.js";
import type { Reversibility } from "../../effects/reversibility.js";
import { effectsOf, type RunEffects } from "../../effects/run-effects.js";
import type { JsonObject } from "../../event/json.js";
import { byStart } from "../../recorded/tree-places.js";
import type { ApiClient } from "../client/client.js";
import { withClient } from "../client/open-client.js";
import type { EffectsOptions } from "../commands/effects.js";
import { readDocumentRun } from "../export/document-formats.js";
import { formatCount } from "../format/values.js";
import type { CliContext } from "../framework/command.js";
import { EXIT_OK, UsageError } from "../framework/exit-codes.js";
import type { Output, Style } from "../framework/output.js";
import { type ShownColumn, textOf } from "../lists/list-columns.js";
import { listTable } from "../lists/list-table.js";
import { parsedRow } from "../lists/shown-row.js";
import { wholeRows } from "../recorded/whole-rows.js";
import { ofKnownRun } from "../show/run-tree.js";

/** Shows what a run changed outside of itself. */
export async function runEffects(
  { positionals, options }: { readonly positionals: readonly string[]; readonly options: EffectsOptions },
  context: CliContext,
): Promise<number> {
  const [run] = positionals;
  if (run === undefined || positionals.length > 1)
    throw new UsageError(
      "One RUN is expected: effects RUN. Those that there are: runs --last all",
      "effects",
    );
  const { out } = context;
  return withClient(options, context, async (client) => {
    const { actions } = await ofKnownRun(run, readDocumentRun(wholeRows(run, client)));
    const effects = effectsOf([...actions].sort(byStart), await fileOperations(run, client));
    if (options.json) out.json(effects);
    else show(effects, out);
    return EXIT_OK;
  });
}

async function fileOperations(run: string, client: ApiClient): Promise<FileOperationRow[]> {
  const query = new URLSearchParams({
    run,
    fields: "action_id,operation_type,file_path,success,content_hash_before,content_hash_after,started_at",
  });
  const operations: FileOperationRow[] = [];
  // Of the API, with these members.
  for await (const { rows } of client.pages("/files", query, Number.MAX_SAFE_INTEGER))
    for (const row of rows) operations.push(parsedRow(row) as unknown as FileOperationRow);
  return operations;
}

const WORDS: Readonly<Record<Reversibility, (style: Style) => string>> = {
  reads: ({ dim }) => dim("only reads"),
  yes: ({ good }) => good("yes"),
  not_said: ({ warn }) => warn("not said"),
  no: ({ bad }) => bad("no"),
};

const plain = (head: string, name: string, more: Partial<ShownColumn> = {}): ShownColumn => ({
  head,
  of: (row) => textOf(row[name]),
  ...more,
});
const REVERSIBLE: ShownColumn = {
  head: "UNDONE",
  isMark: true,
  of: ({ reversible }, style) => WORDS[reversible as Reversibility](style),
};
const WHY = plain("WHY", "why", { takesRest: true });
const CALLS = plain("CALLS", "calls", { align: "right" });

const MAX_PATH = 48;
const MAX_TOOL = 32;

/** The last parts of a path tell it from others. */
const endOf = (path: string, { tableColumns }: Output): string =>
  path.length <= MAX_PATH || tableColumns === Number.POSITIVE_INFINITY
    ? path
    : `…${path.slice(1 - MAX_PATH)}`;

function show({ files, commands, requests, others, failed, reads }: RunEffects, out: Output): void {
  const path = plain("FILE", "path", { of: (row) => endOf(textOf(row.path), out), maxWidth: MAX_PATH });
  const tool = plain("TOOL", "tool", { maxWidth: MAX_TOOL });
  const host = plain("HOST", "host", { maxWidth: MAX_TOOL });
  // Where it was run is said before most commands, and would be all that is seen of them.
  const command = plain("COMMAND", "command", {
    of: (row) => textOf(row.command).replace(/^\s*cd \S+\s*(?:&&|;)\s*/, ""),
    maxWidth: MAX_PATH,
  });
  section("Files", files, [path, plain("CHANGE", "change"), CALLS, REVERSIBLE, WHY], out);
  section("Commands", commands, [command, REVERSIBLE, WHY], out);
  section("Requests", requests, [tool, host, CALLS, REVERSIBLE, WHY], out);
  section("Other tools", others, [tool, CALLS, REVERSIBLE, WHY], out);
  const { dim } = out.progressStyle;
  if (reads > 0) out.progress(dim(`${formatCount(reads, "call")} only read files.`));
  if (failed > 0)
    out.progress(
      dim(`${formatCount(failed, "call")} failed, and part of what they were to do may have happened.`),
    );
  if (files.length + commands.length + requests.length + others.length === 0)
    out.progress(dim("The run changed nothing that is recorded."));
}

function section(title: string, rows: readonly object[], columns: readonly ShownColumn[], out: Output): void {
  if (rows.length === 0) return;
  out.result(out.style.bold(title));
  // Texts, numbers and null only.
  for (const line of listTable(rows as readonly JsonObject[], columns, out)) out.result(line);
  out.result("");
}
