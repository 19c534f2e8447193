import { resolveExporterOptions } from "../../../exporter/resolve-exporter-options.js";
import { TRANSCRIPT_FORMATS } from "../../../exporter/transcripts/formats.js";
import { CONSUMER_OPTIONS } from "../../consumer/option-table.js";
import { MAX_RECORD_BYTES } from "../../event/index.js";
import { reportPipelineProblems } from "../../otlp/pipeline-problems.js";
import type { IMPORT_OPTIONS } from "../commands/import.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_FAILURE, EXIT_OK, signalExitCode, UsageError } from "../framework/exit-codes.js";
import { mappingOptions } from "../map/mapping-options.js";
import { resolveSettings } from "../settings.js";
import { correctionLines, openCorrectionCount } from "./correction-count.js";
import { filesOf, ownTranscripts } from "./find-transcripts.js";
import { followTranscripts } from "./follow-transcripts.js";
import { noCounts, summary } from "./import-counts.js";
import { importFile } from "./import-file.js";
import { openState } from "./import-state.js";
import type { ImportWork } from "./import-transcript.js";
import { createReportRecords } from "./report-sink.js";
import { createDrySink, createKafkaSink } from "./span-sink.js";
import { openToldLive } from "./told-live.js";

type ImportInput = CommandInput<typeof IMPORT_OPTIONS>;

export async function runImport(
  { options, positionals }: ImportInput,
  { out, env, catchInterrupts }: CliContext,
): Promise<number> {
  const format = TRANSCRIPT_FORMATS.find(({ name }) => name === options.format);
  if (positionals.length === 0 && format === undefined)
    throw new UsageError(
      "FILE is missing. Name files or folders, or with --format an agent whose own transcripts are to be read.",
      "import",
    );
  if (positionals.length === 0 && format?.places.length === 0)
    throw new UsageError(
      `${format.name} keeps no transcripts in files: export a session (opencode export SESSION > FILE), and name the file.`,
      "import",
    );
  const files = () =>
    positionals.length > 0 || format === undefined ? filesOf(positionals) : ownTranscripts(format, env);
  const hooks = { onNotice: out.progress, check: reportPipelineProblems };
  const { kafka, topics, postgres } = resolveSettings(options, env, hooks);
  const mapping = mappingOptions(options);
  const { callsWithoutSpan, sender } = resolveExporterOptions(mapping, env);
  const isDry = options["dry-run"];
  const corrections = options.correct ? openCorrectionCount(postgres) : undefined;
  const toldLive = openToldLive(postgres, (line) => out.progress(out.progressStyle.warn(line)));
  const interruption = catchInterrupts();
  const work: ImportWork = {
    sink: isDry
      ? createDrySink({ ...mapping, callsWithoutSpan }, corrections)
      : createKafkaSink({
          kafka,
          topics,
          env,
          mapping,
          corrections,
          spoolDirectory: options.spool ?? spoolOf(env),
        }),
    toRecords: createReportRecords({ mapping, sender, maxRecordBytes: MAX_RECORD_BYTES, toldLive }),
    toldLive,
    state: await openState(isDry ? undefined : options.resume),
    counts: noCounts(),
    out,
    interruption,
    named: new Set(positionals),
    callsOfAgents: new Map(),
  };
  try {
    if (options.follow) await followTranscripts(files, format, work);
    else for (const file of await files()) await importFile(file, format, work);
  } finally {
    await work.sink.close();
    await corrections?.close();
    await toldLive.close();
    interruption.stopListening();
  }
  if (options.json) out.json({ ...work.counts, ...(corrections && { corrections: corrections.sum }) });
  else {
    for (const line of summary(work.counts, isDry)) out.result(line);
    if (corrections) for (const line of correctionLines(corrections.sum, isDry)) out.result(line);
  }
  if (interruption.received !== undefined && !options.follow) return signalExitCode(interruption.received);
  return work.counts.unreadable + work.counts.refused > 0 ? EXIT_FAILURE : EXIT_OK;
}

const spoolOf = (env: NodeJS.ProcessEnv): string | undefined =>
  CONSUMER_OPTIONS.spool.env.map((name) => env[name]?.trim()).find((folder) => folder);
