import type { ApiClient } from "../client/client.js";
import { withClient } from "../client/open-client.js";
import {
  BINARY_FORMATS,
  DOCUMENT_FORMATS,
  EXPORT_FILTERS,
  type ExportOptions,
  FOLLOW_FORMATS,
} from "../commands/export.js";
import { formatBytes, formatCount } from "../format/values.js";
import type { CliContext } from "../framework/command.js";
import { EXIT_FAILURE, EXIT_OK, signalExitCode, UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { queryOf } from "../lists/list-options.js";
import { nothingOf, timeOf } from "../lists/nothing.js";
import { checkFlags } from "../lists/run-list.js";
import { parsedRow } from "../lists/shown-row.js";
import { missingLargeResults, wholeRows } from "../recorded/whole-rows.js";
import { ofKnownRun } from "../show/run-tree.js";
import { readBundleOf } from "./bundle-format.js";
import { type DocumentFormat, documentOf, readDocumentRun } from "./document-formats.js";
import type { FollowFormat } from "./follow/run-follow.js";
import { type ExportSink, outputFile, standardOutput } from "./output-file.js";
import { type ExportCounts, exportRows, fieldsOf } from "./row-formats.js";

/** Writes the actions of runs in a format for other programs. */
export async function runExport(
  { positionals, options }: { readonly positionals: readonly string[]; readonly options: ExportOptions },
  context: CliContext,
): Promise<number> {
  checkUsage(positionals, options);
  const { out } = context;
  const format = options.format ?? "jsonl";
  if (options.follow) {
    const { runFollow } = await import("./follow/run-follow.js");
    return runFollow(format as FollowFormat, options.cursor ?? "", options, context);
  }
  const interruption = context.catchInterrupts();
  const ended = AbortSignal.any([interruption.signal, out.readerGone]);
  try {
    return await withClient(options, context, async (client) => {
      const { output } = options;
      const sink = output === undefined ? standardOutput(out) : await outputFile(output);
      try {
        const counted = countingBytes(sink);
        let missing = 0;
        const runs = selectedRuns(positionals, options, client);
        const counts = isDocument(format)
          ? await writeDocument(format, positionals[0] as string, counted, client, out)
          : await exportRows(runs, {
              format,
              sink: counted,
              ended,
              onProgress: (soFar) => out.progress(out.progressStyle.dim(`${figures(soFar)} ...`)),
              rowsOf: (run) =>
                wholeRows(run, client, {
                  fields: fieldsOf(format),
                  large: options["large-results"],
                  onMissing: () => missing++,
                }),
            });
        if (interruption.received !== undefined) {
          // First: a second signal ends the process at once.
          await sink.discard();
          out.progress(`Ended before it was whole, after ${figures(counts)}.`);
          return signalExitCode(interruption.received);
        }
        if (out.readerGone.aborted) return EXIT_OK;
        await counted.finish();
        const where = output === undefined ? "" : ` to ${output}`;
        out.progress(out.progressStyle.dim(`${figures(counts)}, ${formatBytes(counted.bytes)}${where}`));
        if (counts.runs === 0) out.progress(nothingOf("runs", timeOf(queryOf(EXPORT_FILTERS, options))));
        if (counts.gone > 0)
          out.progress(
            out.progressStyle.warn(`${formatCount(counts.gone, "action")} went away while this was read.`),
          );
        if (missing === 0) return EXIT_OK;
        out.progress(out.progressStyle.warn(missingLargeResults(missing)));
        return EXIT_FAILURE;
      } finally {
        await sink.discard();
      }
    });
  } finally {
    interruption.stopListening();
  }
}

function checkUsage(runs: readonly string[], options: ExportOptions): void {
  const [given] = queryOf(EXPORT_FILTERS, options).keys();
  const selecting = given?.replaceAll("_", "-") ?? (options.limit === undefined ? undefined : "limit");
  if (runs.length > 0 && selecting !== undefined)
    throw new UsageError(`--${selecting} selects runs: it goes without RUN.`, "export");
  const { format } = options;
  if (options.follow) checkFollow(runs, options);
  else if (options.cursor !== undefined) throw new UsageError("--cursor goes with --follow.", "export");
  if (format !== undefined && isDocument(format) && runs.length !== 1)
    throw new UsageError(`--format ${format} is of one run: export RUN --format ${format}`, "export");
  if (format !== undefined && isBinary(format) && options.output === undefined)
    throw new UsageError(`--format ${format} is for a file, not for lines: --output FILE`, "export");
  if (options["large-results"] && format !== undefined && format !== "jsonl")
    throw new UsageError("--large-results goes with --format jsonl.", "export");
  checkFlags("export", options, EXPORT_FILTERS);
}

function checkFollow(runs: readonly string[], options: ExportOptions): void {
  const { format = "jsonl", cursor, limit, url } = options;
  const refused = (sentence: string): UsageError => new UsageError(sentence, "export");
  if (!(FOLLOW_FORMATS as readonly string[]).includes(format))
    throw refused(`--follow writes lines: --format ${FOLLOW_FORMATS.join(" or ")}`);
  if (cursor === undefined) throw refused("--follow keeps its place in a file: --cursor FILE");
  if (runs.length > 0) throw refused("--follow is of all runs that fit the filters: it goes without RUN.");
  if (limit !== undefined) throw refused("--follow has no end: it goes without --limit.");
  if (options["large-results"]) throw refused("--follow goes without --large-results.");
  if (url !== undefined) throw refused("--follow reads the database: --database-url instead of --url.");
}

const isBinary = (format: string): boolean => (BINARY_FORMATS as readonly string[]).includes(format);

const isDocument = (format: string): format is DocumentFormat | "bundle" =>
  (DOCUMENT_FORMATS as readonly string[]).includes(format);

async function writeDocument(
  format: DocumentFormat | "bundle",
  run: string,
  sink: ExportSink,
  client: ApiClient,
  out: Output,
): Promise<ExportCounts> {
  if (format === "bundle") {
    const { text, actions, gone } = await ofKnownRun(run, readBundleOf(run, client));
    await sink.write(text);
    return { runs: 1, actions, gone };
  }
  const { actions, gone } = await ofKnownRun(run, readDocumentRun(wholeRows(run, client)));
  const { text, gaps } = documentOf(format, run, actions);
  await sink.write(text);
  if (gaps.length > 0) out.progress("What the format cannot say of this run, or was not recorded:");
  for (const gap of gaps) out.progress(`  ${gap}`);
  return { runs: 1, actions: actions.length, gone };
}

/** Those that are named, each once, or those that fit the filters, page by page. */
async function* selectedRuns(
  named: readonly string[],
  options: ExportOptions,
  client: ApiClient,
): AsyncGenerator<string> {
  if (named.length > 0) {
    // All are looked up before the first is written.
    const runs = await Promise.all(
      [...new Set(named)].map((run) =>
        ofKnownRun(run, client.object(`/runs/${encodeURIComponent(run)}?fields=correlation_id`)),
      ),
    );
    yield* new Set(runs.map(({ correlation_id: id }) => String(id)));
    return;
  }
  const query = queryOf(EXPORT_FILTERS, options);
  query.set("fields", "correlation_id");
  for await (const { rows } of client.pages("/runs", query, options.limit ?? Number.MAX_SAFE_INTEGER))
    for (const row of rows) yield String(parsedRow(row).correlation_id);
}

const figures = ({ runs, actions }: ExportCounts): string =>
  `${formatCount(runs, "run")}, ${formatCount(actions, "action")}`;

function countingBytes(sink: ExportSink): ExportSink & { readonly bytes: number } {
  let bytes = 0;
  return {
    ...sink,
    get bytes() {
      return bytes;
    },
    async write(text) {
      bytes += Buffer.byteLength(text) + 1;
      await sink.write(text);
    },
    async writeBytes(written) {
      bytes += written.length;
      await sink.writeBytes(written);
    },
  };
}
