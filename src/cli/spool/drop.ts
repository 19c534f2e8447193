import { unlink } from "node:fs/promises";
import { ClaimedSegment } from "../../spool/claimed-segment.js";
import type { SegmentEntry } from "../../spool/spool-folder.js";
import { formatCount } from "../format/values.js";
import { CommandError, EXIT_OK } from "../framework/exit-codes.js";
import type { SpoolWork } from "./run-spool.js";
import { reportSegment, type SegmentReport } from "./segment-report.js";

const AGES = [
  ["below an hour", 3_600_000],
  ["below a day", 86_400_000],
  ["below a week", 604_800_000],
  ["older", Number.POSITIVE_INFINITY],
] as const;

interface Candidate {
  readonly entry: SegmentEntry;
  readonly report: SegmentReport;
}

/** Removes files of processes that have ended; without `--yes` it only says what would be lost. */
export async function runDrop(work: SpoolWork): Promise<number> {
  const { folder, options, out } = work;
  const candidates = await candidatesOf(work);
  const events = candidates.reduce((sum, { report }) => sum + report.records, 0);
  const corrupt = options.corrupt ? await folder.corrupt() : [];
  const what = `${formatCount(events, "event")} in ${formatCount(candidates.length, "file")}${corrupt.length > 0 ? `, ${formatCount(corrupt.length, "file")} that were set aside` : ""}`;
  if (!options.yes) {
    for (const line of byAge(candidates)) out.progress(line);
    throw new CommandError(`This would drop ${what}, for good. --yes does it.`);
  }
  let dropped = 0;
  for (const { entry, report } of candidates) {
    const segment = await ClaimedSegment.claim(folder, entry);
    if (!(segment instanceof ClaimedSegment)) continue;
    await segment.remove();
    dropped += report.records;
  }
  for (const { path } of corrupt) await unlink(path);
  const counts = { dropped, files: candidates.length, corrupt_files: corrupt.length };
  if (options.json) out.json(counts);
  else out.result(`Dropped ${what}.`);
  return EXIT_OK;
}

async function candidatesOf({ folder, options, out }: SpoolWork): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  let running = 0;
  for (const entry of await folder.list()) {
    const report = await reportSegment(folder, entry);
    const newest = report.newest === null ? entry.touchedAt : Date.parse(report.newest);
    if (options.topic !== undefined && report.topic !== options.topic) continue;
    if (options["older-than"] !== undefined && Date.now() - newest < options["older-than"]) continue;
    if (report.holder === "a running process") running++;
    else found.push({ entry, report });
  }
  if (running > 0) out.progress(`Left to processes that still run: ${formatCount(running, "file")}.`);
  return found;
}

function byAge(candidates: readonly Candidate[]): string[] {
  let from = 0;
  return AGES.flatMap(([words, to]) => {
    const ages = candidates.filter(({ report: { newest } }) => {
      const age = newest === null ? 0 : Date.now() - Date.parse(newest);
      return age >= from && age < to;
    });
    from = to;
    const events = ages.reduce((sum, { report }) => sum + report.records, 0);
    return events === 0 ? [] : [`  ${words}: ${formatCount(events, "event")}`];
  });
}
