/**
 * Fills a database with as many actions as asked for, as a company's agents would have made them: runs of very different length, a few
 * agents, tools and projects that do most, failures of some dozen kinds, calls inside calls, and the five sister tables beside them.
 *
 *   DATABASE_URL=postgres://… npx tsx bench/ask/fill.ts [--rows 2000000] [--days 90] [--seed 0.5]
 *
 * The database is migrated first. Rows are made by the server itself, a day at a time on each connection, newest day last, so that a filled table grows like
 * one in use. They are no records of Kafka, and nothing is written to the change feed: who follows it has to build from the rows.
 */
import { availableParallelism } from "node:os";
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

/** As many as the machine has cores: the server makes the rows, and one connection has one process of it. */
const CONNECTIONS = Math.max(1, Math.min(4, availableParallelism()));

/**
 * Fills the tables of a migrated database over several connections, each a day at a time, and resolves with the number of actions.
 * What is drawn of a day depends on the seed and the day alone.
 */
export async function fill(
  server: string | pg.ClientConfig,
  { rows, days, seed = 0.5, onProgress = () => undefined }: FillOptions,
): Promise<number> {
  const began = performance.now();
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => connected(server)));
  const [first] = clients as [pg.Client];
  let actions = 0;
  let next = days - 1;
  const fillDays = async (client: pg.Client): Promise<void> => {
    await client.query(CREATE_HELPERS);
    for (let daysAgo = next--; daysAgo >= 0; daysAgo = next--) {
      const ofDay = await fillDay(client, daysAgo, Math.ceil(rows / days), seed);
      actions += ofDay;
      const seconds = (performance.now() - began) / 1_000;
      onProgress(`${actions} actions, day ${daysAgo} of ${days} to go after ${seconds.toFixed(0)} s`);
    }
    await client.query(DROP_HELPERS);
  };
  try {
    // Making a week waits for those who write, so all are made before.
    for (let daysAgo = days - 1; daysAgo >= 0; daysAgo--)
      for (const table of ["agent_actions", "agent_file_operations"])
        await first.query(`select ensure_${table}_partition(now() - $1 * interval '1 day')`, [daysAgo]);
    await Promise.all(clients.map(fillDays));
    await first.query("vacuum (analyze)");
    return actions;
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

async function fillDay(client: pg.Client, daysAgo: number, rows: number, seed: number): Promise<number> {
  await client.query("begin");
  await client.query("select setseed($1)", [(seed + daysAgo * 0.618_034) % 1]);
  await client.query("truncate fill_runs");
  await client.query(FILL_RUNS, [daysAgo, rows]);
  const { rows: counted } = await client.query<{ actions: number }>(FILL_ACTIONS);
  for (const sister of FILL_SISTERS) await client.query(sister);
  await client.query("commit");
  return counted[0]?.actions ?? 0;
}

async function connected(server: string | pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(server);
  await client.connect();
  return client;
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
  const count = await fill(settings.connection.reveal(), {
    rows: Number(values.rows),
    days: Number(values.days),
    seed: Number(values.seed),
    onProgress: console.log,
  });
  console.log(`${count} actions`);
}
