import {
  type RetentionSettings,
  removesAnything,
  resolveRetentionSettings,
} from "../../config/retention-settings.js";
import { LargeResultError } from "../../large-results/large-result-file.js";
import { type Retained, retain } from "../../retention/retain.js";
import { createPool } from "../../store/pool.js";
import type { RETAIN_OPTIONS } from "../commands/retain.js";
import { formatNumber } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { CommandError, EXIT_FAILURE, EXIT_OK, signalExitCode, UsageError } from "../framework/exit-codes.js";
import { resolveSettings } from "../settings.js";

/** An archive of a week, and a week whose rows stay, take longer than a statement of the consumer may. */
const STATEMENT_MILLIS = 3_600_000;

export async function runRetain(
  { options }: CommandInput<typeof RETAIN_OPTIONS>,
  { out, env, catchInterrupts }: CliContext,
): Promise<number> {
  let settings: RetentionSettings | undefined;
  const { postgres } = resolveSettings(options, env, {
    onNotice: out.progress,
    check(reader) {
      settings = resolveRetentionSettings(
        {
          days: options.days,
          contentsDays: options["contents-days"],
          failedDays: options["failed-days"],
          projects: options.projects,
          evidenceDays: options["evidence-days"],
          archive: options.archive,
          archiveFormat: options["archive-format"],
          largeResults: options["large-results"],
        },
        reader,
      );
    },
  });
  if (settings === undefined || !removesAnything(settings))
    throw new UsageError(
      "Nothing says for how long: --days, --contents-days, --projects or --evidence-days.",
      "retain",
    );
  const interruption = catchInterrupts();
  const pool = createPool({ ...postgres, maxConnections: 2, statementTimeoutMillis: STATEMENT_MILLIS });
  try {
    const retained = await retain(pool, settings, interruption.signal);
    if (retained === undefined) throw new CommandError("Another process is at it: nothing was done.");
    if (options.json) out.json(jsonOf(retained));
    else {
      const { rows, contents, weeks, largeResults } = retained;
      for (const [table, count] of Object.entries(rows))
        if (count > 0) out.result(`${table}: ${formatNumber(count)} removed`);
      for (const [table, count] of Object.entries(contents))
        if (count > 0) out.result(`${table}: contents of ${formatNumber(count)} removed`);
      if (largeResults > 0) out.result(`large results: ${formatNumber(largeResults)} removed`);
      const dropped = weeks.filter((week) => week.dropped).length;
      if (dropped > 0)
        out.result(`${formatNumber(dropped)} of ${formatNumber(weeks.length)} old weeks dropped`);
      for (const { archive } of weeks)
        if (archive !== undefined)
          out.result(
            `archived: ${archive.table}, ${formatNumber(archive.rows)} rows, sha256 ${archive.sha256}`,
          );
      const counts = [...Object.values(rows), ...Object.values(contents), largeResults, dropped];
      if (counts.every((count) => count === 0)) out.progress("There was nothing to remove.");
    }
    return EXIT_OK;
  } catch (error) {
    if (interruption.received !== undefined) return signalExitCode(interruption.received);
    if (error instanceof LargeResultError) {
      out.progress(error.message);
      return EXIT_FAILURE;
    }
    // The file system's own: a folder that cannot be written to.
    if ((error as NodeJS.ErrnoException).syscall !== undefined) {
      out.progress(`The archive cannot be written: ${(error as Error).message}. No row of it was removed.`);
      return EXIT_FAILURE;
    }
    throw error;
  } finally {
    interruption.stopListening();
    await pool.end();
  }
}

const jsonOf = ({ weeks, rows, contents, largeResults }: Retained): object => ({
  weeks,
  rows,
  contents,
  large_results: largeResults,
});
