import type { TranscriptFormat } from "../../../exporter/transcripts/transcript-format.js";
import { describeError } from "../../internal/describe-error.js";
import { formatCount } from "../format/values.js";
import { UnreadableError } from "../framework/exit-codes.js";
import { exportedActions } from "./exported-actions.js";
import { type FoundForm, transcriptFormOf } from "./find-transcripts.js";
import { addCounts, noCounts, reportProblems } from "./import-counts.js";
import { type ImportWork, importTranscript } from "./import-transcript.js";
import { spanBatches } from "./span-batches.js";
import { TranscriptImport } from "./transcript-import.js";

/**
 * Sends what one file tells: a transcript of a coding agent, or spans.
 *
 * @param format the form of all files; `undefined`: what each file is shows in it
 */
export async function importFile(
  file: string,
  format: TranscriptFormat | undefined,
  work: ImportWork,
): Promise<void> {
  const { state, counts, out, interruption, callsOfAgents } = work;
  if (interruption.signal.aborted) return;
  const skip = await state.skip(file);
  if (skip === "all") {
    counts.files_skipped++;
    out.progress(`${file}: done before`);
    return;
  }
  const form = file === "-" ? undefined : await formOf(file, format);
  // Of a folder, only what is a transcript.
  if (form === undefined && !work.named.has(file)) return;
  if (form === undefined) await importSpans(file, skip, work);
  else {
    const transcript = await TranscriptImport.open(file, form, skip, callsOfAgents);
    await importTranscript(file, transcript, work, false);
  }
  if (!interruption.signal.aborted) counts.files++;
}

async function formOf(file: string, format: TranscriptFormat | undefined): Promise<FoundForm | undefined> {
  try {
    return await transcriptFormOf(file, format);
  } catch (error) {
    throw new UnreadableError(`${file} cannot be read: ${describeError(error).message}`);
  }
}

async function importSpans(
  file: string,
  skip: number,
  { sink, state, counts, out, interruption }: ImportWork,
): Promise<void> {
  const own = noCounts();
  let lines = skip;
  for await (const batch of spanBatches(file, skip)) {
    const { spans, records, problems } = exportedActions(batch.spans);
    const sent = await sink.send(spans);
    const refused = sent.refused + (await sink.sendRecords(records));
    own.spans += batch.spans.length;
    own.events += sent.events + records.length - refused;
    own.not_actions += sent.ignored;
    own.deduplicated += sent.deduplicated;
    own.refused += refused;
    const unreadable = [...batch.problems, ...problems];
    reportProblems(file, unreadable, own.unreadable, out);
    own.unreadable += unreadable.length + sent.invalid;
    lines = batch.lines ?? lines;
    await state.save(file, lines, false);
    out.progress(
      out.progressStyle.dim(
        `${file}: ${formatCount(own.spans, "span")}, ${formatCount(own.events, "event")}`,
      ),
    );
    if (interruption.signal.aborted) break;
  }
  if (!interruption.signal.aborted) await state.save(file, lines, true);
  addCounts(counts, own);
}
