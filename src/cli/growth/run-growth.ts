import { createPool } from "../../store/pool.js";
import { daysUntilFull, type Growth, growth } from "../../store/queries/growth.js";
import { GROWTH_OPTIONS } from "../commands/growth.js";
import { printTable } from "../format/table.js";
import { formatBytes, formatNumber, oneLine } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_FAILURE, EXIT_OK } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { resolveSettings } from "../settings.js";

/** Counting the rows of some weeks takes longer than a statement of the consumer may. */
const STATEMENT_MILLIS = 600_000;

export async function runGrowth(
  { options }: CommandInput<typeof GROWTH_OPTIONS>,
  { out, env }: CliContext,
): Promise<number> {
  const { postgres } = resolveSettings(options, env, { onNotice: out.progress });
  const pool = createPool({ ...postgres, maxConnections: 1, statementTimeoutMillis: STATEMENT_MILLIS });
  try {
    const grown = await growth(pool, options.days ?? GROWTH_OPTIONS.days.default);
    const full = options.disk === undefined ? undefined : daysUntilFull(grown, options.disk);
    const kept = options.keep === undefined ? undefined : grown.bytesPerDay * options.keep;
    if (options.json)
      out.json({
        ...grown,
        ...(options.disk && { disk: options.disk, daysUntilFull: full ?? null }),
        ...(kept && { kept }),
      });
    else print(out, grown, options, full, kept);
    return full === 0 ? EXIT_FAILURE : EXIT_OK;
  } finally {
    await pool.end();
  }
}

interface Asked {
  readonly disk?: number | undefined;
  readonly keep?: number | undefined;
}

function print(
  out: Output,
  grown: Growth,
  { disk, keep }: Asked,
  full: number | undefined,
  kept: number | undefined,
): void {
  if (grown.projects.length === 0)
    out.progress("There are no actions of these days to make a forecast from.");
  else {
    const rows = grown.projects.map(({ project, actionsPerDay, bytesPerDay }) => [
      oneLine(project ?? "(none)"),
      formatNumber(Math.round(actionsPerDay)),
      formatBytes(bytesPerDay),
    ]);
    const total = ["all", formatNumber(Math.round(sum(grown))), formatBytes(grown.bytesPerDay)];
    const right = { align: "right" } as const;
    printTable(
      out,
      ["project", "actions a day", "bytes a day"],
      [...rows, total],
      [{ maxWidth: 40 }, right, right],
    );
    out.result("");
  }
  const days =
    grown.days < 1
      ? "the last hours"
      : `${grown.days < 9.95 ? grown.days.toFixed(1) : Math.round(grown.days)} days`;
  out.result(
    `tables: ${formatBytes(grown.bytes)}, ${formatBytes(grown.bytesPerAction)} an action, from ${days}`,
  );
  if (disk !== undefined) out.result(`${formatBytes(disk)} are ${whenFull(full)}`);
  if (kept !== undefined) out.result(`rows of ${keep} days take ${formatBytes(kept)}`);
}

const sum = ({ projects }: Growth): number =>
  projects.reduce((all, { actionsPerDay }) => all + actionsPerDay, 0);

function whenFull(days: number | undefined): string {
  if (days === undefined) return "never full: nothing grows";
  if (days === 0) return "full already";
  const at = new Date(Date.now() + days * 86_400_000);
  // Beyond what a date can say it is as good as never.
  return Number.isNaN(at.getTime())
    ? "full in more than 200,000 years"
    : `full in ${formatNumber(Math.floor(days))} days, on ${at.toISOString().slice(0, 10)}`;
}
