import { resolveExporterOptions } from "../../../exporter/options.js";
import { reportPipelineProblems } from "../../otlp/pipeline-problems.js";
import type { IMPORT_OPTIONS } from "../commands/import.js";
import { formatCount } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_FAILURE, EXIT_OK, signalExitCode } from "../framework/exit-codes.js";
import type { Interruption } from "../framework/interruption.js";
import type { Output } from "../framework/output.js";
import { mappingOptions } from "../map/mapping-options.js";
import { resolveSettings } from "../settings.js";
import { type ImportState, openState } from "./import-state.js";
import { spanBatches } from "./span-batches.js";
import { createDrySink, createKafkaSink, type SpanSink } from "./span-sink.js";

type ImportInput = CommandInput<typeof IMPORT_OPTIONS>;

export async function runImport(
  { options, positionals }: ImportInput,
  { out, env, catchInterrupts }: CliContext,
): Promise<number> {
  const hooks = { onNotice: out.progress, check: reportPipelineProblems };
  const { kafka, topics } = resolveSettings(options, env, hooks);
  const mapping = mappingOptions(options);
  const { callsWithoutSpan } = resolveExporterOptions(mapping, env);
  const state = await openState(options["dry-run"] ? undefined : options.resume);
  const sink = options["dry-run"]
    ? createDrySink({ ...mapping, callsWithoutSpan })
    : createKafkaSink({ kafka, topics, env, mapping });
  const interruption = catchInterrupts();
  const counts = noCounts();
  try {
    for (const file of positionals) await importFile(file, { sink, state, counts, out, interruption });
  } finally {
    await sink.close();
    interruption.stopListening();
  }
  if (options.json) out.json(counts);
  else for (const line of summary(counts, options["dry-run"])) out.result(line);
  if (interruption.received !== undefined) return signalExitCode(interruption.received);
  return counts.unreadable + counts.refused > 0 ? EXIT_FAILURE : EXIT_OK;
}

/** The names are those of the JSON at the end. */
interface Counts {
  files: number;
  /** Files that --resume knew to be done. */
  files_skipped: number;
  spans: number;
  events: number;
  not_actions: number;
  deduplicated: number;
  refused: number;
  unreadable: number;
}

const noCounts = (): Counts => ({
  files: 0,
  files_skipped: 0,
  spans: 0,
  events: 0,
  not_actions: 0,
  deduplicated: 0,
  refused: 0,
  unreadable: 0,
});

interface Work {
  readonly sink: SpanSink;
  readonly state: ImportState;
  readonly counts: Counts;
  readonly out: Output;
  readonly interruption: Interruption;
}

const MAX_REPORTED_PROBLEMS = 10;

async function importFile(file: string, { sink, state, counts, out, interruption }: Work): Promise<void> {
  if (interruption.signal.aborted) return;
  const skip = await state.skip(file);
  if (skip === "all") {
    counts.files_skipped++;
    out.progress(`${file}: done before`);
    return;
  }
  const own = noCounts();
  let lines = skip;
  for await (const batch of spanBatches(file, skip)) {
    const sent = await sink.send(batch.spans);
    own.spans += batch.spans.length;
    own.events += sent.events - sent.refused;
    own.not_actions += sent.ignored;
    own.deduplicated += sent.deduplicated;
    own.refused += sent.refused;
    reportProblems(file, batch.problems, own.unreadable, out);
    own.unreadable += batch.problems.length + sent.invalid;
    lines = batch.lines ?? lines;
    await state.save(file, lines, false);
    out.progress(
      out.progressStyle.dim(
        `${file}: ${formatCount(own.spans, "span")}, ${formatCount(own.events, "event")}`,
      ),
    );
    if (interruption.signal.aborted) break;
  }
  if (!interruption.signal.aborted) {
    await state.save(file, lines, true);
    counts.files++;
  }
  for (const name of ["spans", "events", "not_actions", "deduplicated", "refused", "unreadable"] as const)
    counts[name] += own[name];
}

function reportProblems(
  file: string,
  problems: readonly string[],
  reportedBefore: number,
  out: Output,
): void {
  const room = Math.max(MAX_REPORTED_PROBLEMS - reportedBefore, 0);
  for (const problem of problems.slice(0, room)) out.progress(out.progressStyle.warn(`${file}: ${problem}`));
  if (problems.length > room && reportedBefore <= MAX_REPORTED_PROBLEMS)
    out.progress(out.progressStyle.warn(`${file}: and more that cannot be read`));
}

function summary(counts: Counts, isDry: boolean): string[] {
  const events = formatCount(counts.events, "event");
  const files = formatCount(counts.files, "file");
  const skipped =
    counts.files_skipped > 0 ? `, ${formatCount(counts.files_skipped, "file")} done before` : "";
  const rest = [
    [counts.not_actions, "no action"],
    [counts.deduplicated, "deduplicated into another"],
    [counts.unreadable, "not readable"],
    [counts.refused, "refused by Kafka"],
  ] as const;
  const others = rest.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [
    `${events} ${isDry ? "would be sent" : "sent"} of ${formatCount(counts.spans, "span")} in ${files}${skipped}`,
    ...(others.length > 0 ? [`spans: ${others.join(", ")}`] : []),
  ];
}
