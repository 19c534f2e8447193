import type { ActionReport } from "../../../exporter/read/reports/report.js";
import { formatCount, oneLine } from "../format/values.js";
import type { Interruption } from "../framework/interruption.js";
import type { Output } from "../framework/output.js";
import { addCounts, type Counts, noCounts, reportProblems } from "./import-counts.js";
import type { ImportState } from "./import-state.js";
import type { ToRecords } from "./report-sink.js";
import type { SpanSink } from "./span-sink.js";
import type { ToldLive } from "./told-live.js";
import type { ReportBatch, TranscriptImport } from "./transcript-import.js";

/** What the import of every file needs. */
export interface ImportWork {
  readonly sink: SpanSink;
  readonly toRecords: ToRecords;
  readonly toldLive: ToldLive;
  readonly state: ImportState;
  readonly counts: Counts;
  readonly out: Output;
  readonly interruption: Interruption;
  /** What the command line named: files, folders. */
  readonly named: ReadonlySet<string>;
  /** Which calls began which sub-agents. */
  readonly callsOfAgents: Map<string, string>;
}

/** A call without a result in a file that nobody has written to for so long has none. */
const ABANDONED_AFTER_MILLIS = 3_600_000;

/**
 * Sends what a transcript tells since the last time. Calls without a result are running where the file was written to lately, else abandoned.
 *
 * @param follows it will be called again when the file has grown
 */
export async function importTranscript(
  file: string,
  transcript: TranscriptImport,
  work: ImportWork,
  follows: boolean,
): Promise<void> {
  const { state, counts, out, interruption } = work;
  const own = noCounts();
  const unknownBefore = unknownOf(transcript);
  const source = `${transcript.format.name}-transcript`;
  const send = async (reports: readonly ActionReport[], openCalls: "running" | "abandoned") => {
    const { records, ignored, leftOut } = await work.toRecords(reports, source, openCalls, !follows);
    const refused = await work.sink.sendRecords(records);
    own.reports += reports.length;
    own.events += records.length - refused;
    own.refused += refused;
    own.not_actions += ignored;
    own.told_live += leftOut;
  };
  // Which live row a call is, only all of the transcript tells.
  const isHeld = work.toldLive.concerns(source) && !follows;
  const held: ActionReport[] = [];
  const take = async ({ reports, problems }: ReportBatch) => {
    if (isHeld) held.push(...reports);
    else await send(reports, "running");
    reportProblems(file, problems, own.unreadable, out);
    own.unreadable += problems.length;
  };
  let lines = 0;
  for await (const batch of transcript.batches()) {
    await take(batch);
    lines = batch.lines;
    if (!isHeld) await state.save(file, lines, false);
    if (interruption.signal.aborted) break;
  }
  if (!interruption.signal.aborted) {
    const isOld = Date.now() - (await transcript.modifiedMillis()) > ABANDONED_AFTER_MILLIS;
    if (!follows) await take(transcript.rest());
    await send([...held, ...transcript.unfinished(!follows)], isOld ? "abandoned" : "running");
    await state.save(file, lines, true);
  }
  own.unknown = unknownOf(transcript) - unknownBefore;
  if (own.unknown > 0) reportUnknown(file, transcript, out);
  if (own.events > 0)
    out.progress(
      out.progressStyle.dim(`${file}: ${transcript.format.name}, ${formatCount(own.events, "event")}`),
    );
  addCounts(counts, own);
}

const unknownOf = ({ reader }: TranscriptImport): number =>
  [...reader.unknown.values()].reduce((sum, count) => sum + count, 0);

function reportUnknown(file: string, { reader, format }: TranscriptImport, out: Output): void {
  const version = reader.version === undefined ? "" : ` ${oneLine(reader.version)}`;
  const types = [...reader.unknown]
    .map(([name, count]) => `${oneLine(JSON.stringify(name))} ${count}`)
    .join(", ");
  out.progress(
    out.progressStyle.warn(`${file}: types that are not known in ${format.name}${version}: ${types}`),
  );
}
