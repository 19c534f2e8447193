import type { PostgresSettings } from "../../config/postgres-settings.js";
import { migrate } from "../../store/migrate.js";
import { type MigrationStatus, migrationStatus } from "../../store/migration-status.js";
import { createPool } from "../../store/pool.js";
import type { MIGRATE_OPTIONS } from "../commands/migrate.js";
import { printTable } from "../format/table.js";
import { formatCount } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_FAILURE, EXIT_OK } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { resolveSettings } from "../settings.js";

export async function runMigrate(
  { options }: CommandInput<typeof MIGRATE_OPTIONS>,
  { out, env }: CliContext,
): Promise<number> {
  const { postgres } = resolveSettings(options, env, { onNotice: out.progress });
  if (options.status) return showStatus(await readStatus(postgres), options.json, out);

  const { applied, current } = await migrate(postgres, { log: out.progress });
  if (options.json) out.json({ applied, current: current ?? null });
  else {
    out.result(
      applied.length === 0
        ? `${postgres.target} is up to date (${current}).`
        : `${postgres.target}: applied ${formatCount(applied.length, "migration")}, now at ${current}.`,
    );
  }
  return EXIT_OK;
}

async function readStatus(postgres: PostgresSettings): Promise<MigrationStatus> {
  const pool = createPool({ ...postgres, maxConnections: 1 });
  try {
    return await migrationStatus(pool);
  } finally {
    await pool.end();
  }
}

function showStatus(status: MigrationStatus, json: boolean, out: Output): number {
  const { upToDate, applied, pending, unknown, changed } = status;
  if (json) out.json({ up_to_date: upToDate, applied, pending, unknown, changed });
  else {
    const { good, warn, bad } = out.style;
    const stateOf = (name: string): string => {
      if (changed.includes(name)) return bad("changed since it was applied");
      return unknown.includes(name) ? warn("applied by a later version") : good("applied");
    };
    printTable(
      out,
      ["MIGRATION", "STATE", "AT"],
      [
        ...applied.map(({ name, at }) => [name, stateOf(name), at]),
        ...pending.map((name) => [name, warn("missing"), ""]),
      ],
    );
    if (pending.length > 0) out.progress("Apply what is missing: agent-actions migrate");
  }
  return upToDate ? EXIT_OK : EXIT_FAILURE;
}
