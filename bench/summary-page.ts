import type { BenchRun, PartRun } from "./bench-run.js";
import { type Line, summarize, type Verdict } from "./summary.js";
import { markdownTable, SUMMARY_HEADER, summaryCells, withSpread } from "./summary-table.js";

const SUMMARY = "benchmark summary";
const FIGURES = "benchmark figures";

/** docs/benchmarks.md with what a run found; what stands outside of the two marked places stays. */
export function benchmarksPage(page: string, run: BenchRun): string {
  return replaced(replaced(page, SUMMARY, summaryText(run)), FIGURES, figuresText(run));
}

function replaced(page: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = page.split(start);
  const [, after] = rest?.split(end) ?? [];
  if (after === undefined) throw new Error(`docs/benchmarks.md lacks ${start} or ${end}`);
  return `${before}${start}\n${text}\n${end}${after}`;
}

function summaryText(run: BenchRun): string {
  const lines = summarize(run);
  const conditions = Object.entries(run.machine).map(([name, value]) => `${name} ${value}`);
  return [
    `${run.day}, ${commandText(run)}: ${countsText(lines)}.`,
    "",
    markdownTable(SUMMARY_HEADER, summaryCells(lines)),
    "",
    `Measured on: ${conditions.join(", ")}.`,
    "",
    markdownTable(
      ["part", "command", "day, commit", "seconds", "load before, after", ""],
      run.parts.map((part) => [
        part.name,
        `\`${part.command}\``,
        [part.day, part.commit].filter((text) => text !== undefined).join(", "),
        part.seconds.toFixed(0),
        `${part.loadBefore.toFixed(1)}, ${part.loadAfter.toFixed(1)}`,
        failureText(part),
      ]),
    ),
  ].join("\n");
}

function commandText({ quick, parts }: BenchRun): string {
  if (quick) return "`npm run bench -- --quick`";
  const isMixed = parts.some((part) => part.quick === true);
  return isMixed ? "`npm run bench`, some parts of it with `--quick`" : "`npm run bench`";
}

function failureText({ failure, result }: PartRun): string {
  const failures = [...(failure === undefined ? [] : [failure]), ...(result?.failures ?? [])];
  return failures.length === 0 ? "" : `failed: ${failures.map(oneLine).join("; ")}`;
}

/** `19 met, 4 missed`: of each verdict how many lines have it. */
export function countsText(lines: readonly Line[]): string {
  const verdicts: readonly Verdict[] = ["met", "met at less", "missed", "not measured", "failed"];
  return verdicts
    .map((verdict) => [lines.filter((line) => line.verdict === verdict).length, verdict] as const)
    .filter(([count]) => count > 0)
    .map(([count, verdict]) => `${count} ${verdict}`)
    .join(", ");
}

function figuresText({ parts }: BenchRun): string {
  return parts.map(partText).join("\n\n");
}

function partText({ name, result, failure }: PartRun): string {
  const title = `### ${name}`;
  if (result === undefined) return `${title}\n\nFailed: ${oneLine(failure ?? "no figures")}`;
  const conditions = Object.entries(result.conditions).map(([key, value]) => `${key} ${value}`);
  const rows = result.rows.map((row) => [row.name, withSpread(row)]);
  return `${title}\n\n${conditions.join(", ")}.\n\n${markdownTable(["", ""], rows)}`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
