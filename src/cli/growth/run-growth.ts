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
        days: grown.days,
        bytes: grown.bytes,
        bytes_per_action: grown.bytesPerAction,
        bytes_per_day: grown.bytesPerDay,
        reliable: isReliable(grown),
        projects: grown.projects.map(({ project, actionsPerDay, bytesPerDay }) => ({
          project: project ?? null,
          actions_per_day: actionsPerDay,
          bytes_per_day: bytesPerDay,
        })),
        ...(options.disk !== undefined && { disk: options.disk, days_until_full: full ?? null }),
        ...(kept !== undefined && { kept }),
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
  if (grown.projects.length === 0) {
    out.progress("There are no actions of these days to make a forecast from.");
    out.result(`tables: ${formatBytes(grown.bytes)}`);
    return;
  }
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
  out.result(
    `tables: ${formatBytes(grown.bytes)}, ${formatBytes(grown.bytesPerAction)} an action, from ${spanOf(grown.days)}`,
  );
  if (!isReliable(grown))
    out.progress(
      "This is too little to make a forecast from: most of what so few actions take is empty pages, and less than a day says nothing of a week.",
    );
  if (disk !== undefined) out.result(`${formatBytes(disk)} are ${whenFull(full)}`);
  if (kept !== undefined) out.result(`rows of ${keep} days take ${formatBytes(kept)}`);
}

const LEAST_ACTIONS = 10_000;

/** Whether a forecast can be made: a day at least, and as many actions as fill what tables and indexes begin with. */
const isReliable = (grown: Growth): boolean => grown.days >= 1 && sum(grown) * grown.days >= LEAST_ACTIONS;

function spanOf(days: number): string {
  if (days < 2 / 24) return `the last ${formatNumber(Math.max(Math.round(days * 24 * 60), 1))} min`;
  if (days < 2) return `the last ${Math.round(days * 24)} hours`;
  return `${days < 9.95 ? days.toFixed(1) : Math.round(days)} days`;
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
