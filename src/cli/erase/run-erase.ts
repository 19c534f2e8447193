import { EnvReader } from "../../config/env-reader.js";
import { LARGE_RESULTS_OPTIONS } from "../../config/large-results-settings.js";
import { resolveOptions } from "../../config/resolve-options.js";
import { closeLetters } from "../../dead-letters/redrive.js";
import { ConfigError } from "../../errors.js";
import { removeLargeResult } from "../../large-results/large-result-file.js";
import {
  type ErasurePlan,
  eraseRows,
  planErasure,
  type RowCounts,
  repeatErasures,
} from "../../store/erasure/erase-rows.js";
import { releaseLargeResults } from "../../store/large-results/large-result-uses.js";
import { createPool } from "../../store/pool.js";
import type { ERASE_OPTIONS } from "../commands/erase.js";
import { formatCount, formatNumber, oneLine } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { CommandError, EXIT_OK, signalExitCode, UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { resolveSettings } from "../settings.js";
import { askedFor } from "./asked-for.js";
import { kafkaSide } from "./kafka-side.js";

type EraseInput = CommandInput<typeof ERASE_OPTIONS>;

/** A large table is searched without an index where none fits. */
const STATEMENT_MILLIS = 600_000;

export async function runErase({ options }: EraseInput, context: CliContext): Promise<number> {
  const { out, env } = context;
  if (options.repeat) return repeat(options, context);
  const subject = askedFor(options, "erase");
  const mode = options.mode ?? "remove";
  const isDry = options["dry-run"];
  const settings = resolveSettings(options, env, { onNotice: out.progress });
  const interruption = context.catchInterrupts();
  const { signal } = interruption;
  const postgres = { ...settings.postgres, maxConnections: 1, statementTimeoutMillis: STATEMENT_MILLIS };
  const pool = createPool(postgres);
  try {
    // Kafka first: where it is away, nothing is done by half.
    const kafka = options["no-kafka"] ? undefined : await kafkaSide(settings, subject, signal);
    const plan = await planErasure(pool, subject);
    if (!isDry) refuseHeld(plan);
    const large = largeResults(options, env);
    const rows = isDry
      ? plan.rows
      : await eraseRows(pool, subject, { mode, reason: options.reason, signal, removeLargeResult: large });
    const left = isDry || large !== undefined ? 0 : (await releaseLargeResults(pool, undefined, signal)).left;
    if (kafka !== undefined && !isDry && kafka.letters.length > 0)
      await closeLetters(kafka.source, kafka.letters, "erased");
    const report: ErasureReport = {
      field: subject.field,
      dry_run: isDry,
      mode,
      rows,
      large_results_left: left,
      dead_letters: kafka?.letters.length ?? null,
      holds: plan.holds,
      kafka_holds_until: kafka?.heldUntil ?? null,
    };
    if (options.json) out.json(report);
    else show(report, out);
    return interruption.received === undefined ? EXIT_OK : signalExitCode(interruption.received);
  } finally {
    interruption.stopListening();
    await pool.end();
  }
}

async function repeat(
  options: EraseInput["options"],
  { out, env, catchInterrupts }: CliContext,
): Promise<number> {
  const { run, session, where, "dry-run": isDry } = options;
  if ([run, session, where].some((given) => given !== undefined) || isDry)
    throw new UsageError("--repeat stands alone: it erases all that the ledger names.", "erase");
  const { postgres } = resolveSettings(options, env, { onNotice: out.progress });
  const interruption = catchInterrupts();
  const pool = createPool({ ...postgres, maxConnections: 1, statementTimeoutMillis: STATEMENT_MILLIS });
  try {
    const rows = await repeatErasures(pool, interruption.signal, largeResults(options, env));
    if (options.json) out.json({ rows });
    else showRows(rows, "erased again", out);
    return EXIT_OK;
  } finally {
    interruption.stopListening();
    await pool.end();
  }
}

/** How a file of a large content is removed; `undefined` where nobody says where they are. */
function largeResults(options: EraseInput["options"], env: NodeJS.ProcessEnv) {
  const reader = new EnvReader(env);
  const { folder } = resolveOptions(
    LARGE_RESULTS_OPTIONS,
    { folder: options["large-results"] },
    { env: reader },
  );
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return folder === undefined ? undefined : (sha256: string) => removeLargeResult(folder, sha256);
}

function showRows(rows: RowCounts, done: string, out: Output): void {
  const counted = Object.entries(rows).filter(([, count]) => count > 0);
  if (counted.length === 0) out.result("There were no rows.");
  for (const [table, count] of counted) out.result(`${table}: ${formatNumber(count)} ${done}`);
}

function refuseHeld({ holds, held }: ErasurePlan): void {
  if (holds.length === 0) return;
  const what = held > 0 ? formatCount(held, "row") : "What was asked for";
  throw new CommandError(
    `${what} ${held > 1 ? "are" : "is"} held by ${holds.map(oneLine).join(", ")}: nothing was erased. To release a hold: agent-actions hold release NAME`,
  );
}

interface ErasureReport {
  readonly field: string;
  readonly dry_run: boolean;
  readonly mode: "remove" | "mask";
  readonly rows: RowCounts;
  /** Files that no row uses, in a folder that is not known here. */
  readonly large_results_left: number;
  /** `null`: nobody looked. */
  readonly dead_letters: number | null;
  readonly holds: readonly string[];
  readonly kafka_holds_until: Readonly<Record<string, string>> | null;
}

function show(report: ErasureReport, out: Output): void {
  const { dry_run: isDry, mode, rows, holds, dead_letters: letters, kafka_holds_until: heldUntil } = report;
  const { large_results_left: left } = report;
  const would = isDry ? "would be " : "";
  const done = mode === "mask" ? "masked" : "removed";
  showRows(rows, `${would}${done}`, out);
  if (left > 0)
    out.result(
      `large results: ${formatNumber(left)} are still in their folder. To remove them: agent-actions retain --large-results DIR, or the next round of a service that knows the folder.`,
    );
  if (letters !== null) out.result(`dead letters: ${formatNumber(letters)} ${would}marked as erased`);
  if (isDry && holds.length > 0)
    out.result(`Held by ${holds.map(oneLine).join(", ")}: until that ends, nothing can be erased.`);
  if (heldUntil === null) out.progress("Dead letters, and what Kafka still holds, were not looked at.");
  else if (Object.keys(heldUntil).length > 0) {
    out.result("Kafka still holds records, from which nothing that was erased is stored again:");
    for (const [topic, until] of Object.entries(heldUntil))
      out.result(`  ${topic}: ${until === "for ever" ? until : `until ${until}`}`);
  }
  if (isDry) out.progress("Nothing was erased. Without --dry-run it is.");
}
