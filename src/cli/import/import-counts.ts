import { formatCount, oneLine } from "../format/values.js";
import type { Output } from "../framework/output.js";

/** The names are those of the JSON at the end. */
export interface Counts {
  files: number;
  /** Files that --resume knew to be done. */
  files_skipped: number;
  spans: number;
  /** What transcripts tell of: calls, decisions, prompts, failures. */
  reports: number;
  events: number;
  not_actions: number;
  deduplicated: number;
  /** Of transcripts: calls that came live, of which nobody can say which row they are. */
  told_live: number;
  refused: number;
  unreadable: number;
  /** Values of transcripts of a type that is not known. */
  unknown: number;
}

export const noCounts = (): Counts => ({
  files: 0,
  files_skipped: 0,
  spans: 0,
  reports: 0,
  events: 0,
  not_actions: 0,
  deduplicated: 0,
  told_live: 0,
  refused: 0,
  unreadable: 0,
  unknown: 0,
});

/** Adds the counts of one file. */
export function addCounts(counts: Counts, own: Counts): void {
  for (const name of Object.keys(own) as (keyof Counts)[]) counts[name] += own[name];
}

const MAX_REPORTED_PROBLEMS = 10;

export function reportProblems(
  file: string,
  problems: readonly string[],
  reportedBefore: number,
  out: Output,
): void {
  const room = Math.max(MAX_REPORTED_PROBLEMS - reportedBefore, 0);
  for (const problem of problems.slice(0, room))
    out.progress(out.progressStyle.warn(`${file}: ${oneLine(problem)}`));
  if (problems.length > room && reportedBefore <= MAX_REPORTED_PROBLEMS)
    out.progress(out.progressStyle.warn(`${file}: and more that cannot be read`));
}

export function summary(counts: Counts, isDry: boolean): string[] {
  const events = formatCount(counts.events, "event");
  const files = formatCount(counts.files, "file");
  const skipped =
    counts.files_skipped > 0 ? `, ${formatCount(counts.files_skipped, "file")} done before` : "";
  const rest = [
    [counts.not_actions, "no action"],
    [counts.deduplicated, "deduplicated into another"],
    [counts.told_live, "told live already"],
    [counts.unreadable, "not readable"],
    [counts.refused, "refused by Kafka"],
    [counts.unknown, "of an unknown type"],
  ] as const;
  const others = rest.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const of = counts.reports > 0 && counts.spans === 0 ? "" : ` of ${formatCount(counts.spans, "span")}`;
  return [
    `${events} ${isDry ? "would be sent" : "sent"}${of} in ${files}${skipped}`,
    ...(others.length > 0 ? [`${counts.reports > 0 ? "values" : "spans"}: ${others.join(", ")}`] : []),
  ];
}
