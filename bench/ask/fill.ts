/**
 * Fills a database with as many actions as asked for, as a company's agents would have made them: runs of very different length, a few
 * agents, tools and projects that do most, failures of some dozen kinds, calls inside calls, and the five sister tables beside them.
 *
 *   DATABASE_URL=postgres://… npx tsx bench/ask/fill.ts [--rows 2000000] [--days 90] [--seed 0.5]
 *
 * The database is migrated first. Rows are made by the server itself, a day at a time, newest day last, so that a filled table grows like
 * one in use. They are no records of Kafka, and nothing is written to the change feed: who follows it has to build from the rows.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import pg from "pg";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { migrate } from "../../src/store/migrate.js";
import { CREATE_HELPERS, DROP_HELPERS, FILL_ACTIONS, FILL_RUNS, FILL_SISTERS } from "./fill-sql.js";

export interface FillOptions {
  /** About how many rows of `agent_actions`; the lengths of runs are drawn, so it is a percent more or less. */
  readonly rows: number;
  /** Over how many days, the last of which is today. */
  readonly days: number;
  /** Between -1 and 1: the same one draws the same lengths and outcomes. @default 0.5 */
  readonly seed?: number;
  readonly onProgress?: (message: string) => void;
}

/** Fills the tables of a migrated database, and resolves with the number of actions. */
export async function fill(
  client: pg.Client,
  { rows, days, seed = 0.5, onProgress = () => undefined }: FillOptions,
): Promise<number> {
  const began = performance.now();
  let actions = 0;
  await client.query(CREATE_HELPERS);
  await client.query("select setseed($1)", [seed]);
  for (let daysAgo = days - 1; daysAgo >= 0; daysAgo--) {
    await client.query("begin");
    await client.query("select ensure_agent_actions_partition(now() - $1 * interval '1 day')", [daysAgo]);
    await client.query("truncate fill_runs");
    await client.query(FILL_RUNS, [daysAgo, Math.ceil(rows / days)]);
    const { rows: counted } = await client.query<{ actions: number }>(FILL_ACTIONS);
    actions += counted[0]?.actions ?? 0;
    for (const sister of FILL_SISTERS) await client.query(sister);
    await client.query("commit");
    const seconds = (performance.now() - began) / 1_000;
    onProgress(`${actions} actions up to ${daysAgo} days ago after ${seconds.toFixed(0)} s`);
  }
  await client.query(DROP_HELPERS);
  await client.query("vacuum (analyze)");
  return actions;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      rows: { type: "string", default: "2000000" },
      days: { type: "string", default: "90" },
      seed: { type: "string", default: "0.5" },
    },
  });
  const settings = resolvePostgresSettings({}, new EnvReader(process.env));
  await migrate(settings, { log: console.log });
  const client = new pg.Client(settings.connection.reveal());
  await client.connect();
  try {
    const count = await fill(client, {
      rows: Number(values.rows),
      days: Number(values.days),
      seed: Number(values.seed),
      onProgress: console.log,
    });
    console.log(`${count} actions`);
  } finally {
    await client.end();
  }
}
