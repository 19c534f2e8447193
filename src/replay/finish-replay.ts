import { writeFile } from "node:fs/promises";
import { junitOf, type ReplayReport, summaryOf } from "./replay-report.js";
import type { ReplayRun } from "./replay-run.js";

export interface FinishOptions {
  /** Path of a file that gets the report as JSON. */
  readonly json?: string;
  /** Path of a file that gets the report as JUnit XML. */
  readonly junit?: string;
  /** Lets the process end with 1 when the run was not given back as it was recorded. @default false */
  readonly exitCode?: boolean;
}

/** Ends a replay: writes its report where it is wanted, and returns it. */
export async function finishReplay(run: ReplayRun, options: FinishOptions = {}): Promise<ReplayReport> {
  const report = run.report();
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.junit !== undefined) await writeFile(options.junit, junitOf(report));
  if (options.exitCode === true && !report.ok) {
    process.stderr.write(`agent-actions: the run was not replayed as recorded: ${summaryOf(report)}\n`);
    process.exitCode = 1;
  }
  return report;
}
