/**
 * The questions of api.ts on a database that is filled for them, on a server of its own unless `DATABASE_URL` names one.
 *
 *   npx tsx bench/ask/filled.ts [--rows 2000000] [--days 90] [--tries 20] [--json FILE]
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import pg from "pg";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { startDevStack } from "../../src/devstack/dev-stack.js";
import { migrate } from "../../src/store/migrate.js";
import { askApi } from "./ask-api.js";
import { fill } from "./fill.js";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "2000000" },
    days: { type: "string", default: "90" },
    tries: { type: "string", default: "20" },
    json: { type: "string" },
  },
});
const stack = await startDevStack({ only: "postgres", onProgress: console.error });
try {
  const database = `bench_ask_${randomBytes(4).toString("hex")}`;
  const url = new URL(stack.postgres!.url);
  await onServer(url.href, (client) => client.query(`create database ${database}`));
  url.pathname = `/${database}`;
  await migrate(resolvePostgresSettings({ url: url.href }, new EnvReader({})));
  const [rows, days] = [Number(values.rows), Number(values.days)];
  await fill(url.href, { rows, days, onProgress: console.error });
  await askApi(url.href, values.tries, values.json);
} finally {
  await stack.stop();
}

async function onServer(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
