/**
 * What keeping statistics costs: the store is fed from memory as fast as it goes, with and without a process's statistics beside it, in rounds
 * whose order changes. Counts are checked: every action is in the statistics when they have caught up.
 *
 *   npx tsx bench/statistics/cost.ts [--records 200000] [--rounds 3] [--spread 60]
 *
 * `--spread` is over how many seconds the actions are spread, up to now: 60 is an agent's live traffic, 1209600 two weeks that are read anew.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { startDevStack } from "../../src/devstack/dev-stack.js";
import { migrate } from "../../src/store/migrate.js";
import { spreadOf } from "../agent/median.js";
import { startChild } from "../consumer/measured-child.js";
import { postgresCpuSeconds } from "../consumer/postgres-cpu.js";

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "200000" },
    rounds: { type: "string", default: "3" },
    spread: { type: "string", default: "60" },
  },
});
const records = Number(values.records);

interface Cost {
  readonly perSecond: number;
  /** Microseconds of CPU a row, of the process and of Postgres, while rows are written. */
  readonly own: number;
  readonly postgres: number;
  /** The same of Postgres, until the statistics have caught up. */
  readonly inAll: number;
}

const stack = await startDevStack({ only: "postgres", onProgress: console.error });
const results = new Map<string, Cost[]>([
  ["without", []],
  ["with statistics", []],
]);
try {
  for (let round = 0; round < Number(values.rounds); round++)
    for (const side of round % 2 ? [...results.keys()].reverse() : [...results.keys()]) {
      const cost = await measure(side === "with statistics");
      console.error(side, cost);
      results.get(side)?.push(cost);
    }
} finally {
  await stack.stop();
}
console.log("medians, lowest and highest; microseconds of CPU a row\n");
for (const [side, costs] of results)
  for (const figure of ["perSecond", "own", "postgres", "inAll"] as const) {
    const { median, lowest, highest } = spreadOf(costs.map((cost) => cost[figure]));
    console.log(
      `${side.padEnd(16)}${figure.padEnd(10)}${[median, lowest, highest].map((value) => value.toFixed(1)).join("  ")}`,
    );
  }

async function measure(statistics: boolean): Promise<Cost> {
  const databaseUrl = await newDatabase();
  const child = await startChild("./child-from-memory.ts", {
    databaseUrl,
    count: records,
    spreadMillis: Number(values.spread) * 1_000,
    statistics,
  });
  const [before, postgresBefore, began] = [await child.read(), await cpu(databaseUrl), performance.now()];
  await child.reach(records);
  const seconds = (performance.now() - began) / 1_000;
  const [after, postgresAfter] = [await child.read(), await cpu(databaseUrl)];
  if (statistics) await caughtUp(databaseUrl);
  const postgresEnd = await cpu(databaseUrl);
  await child.stop();
  const each = (spent: number) => (spent / records) * 1e6;
  return {
    perSecond: records / seconds,
    own: each(after.cpuSeconds - before.cpuSeconds),
    postgres: each(postgresAfter - postgresBefore),
    inAll: each(postgresEnd - postgresBefore),
  };
}

/** Minutes and hours are; a day is computed every five minutes only. */
async function caughtUp(databaseUrl: string): Promise<void> {
  for (;;) {
    const [row] = await onServer(
      databaseUrl,
      `select
         (select sum(actions)::int from agent_action_statistics where resolution = 'hour' and grouped_by = 'type') as hours,
         (select sum(actions)::int from agent_runs) as runs`,
    );
    if (row?.hours === records && row.runs === records) return;
    await delay(500);
  }
}

async function cpu(databaseUrl: string): Promise<number> {
  const seconds = await postgresCpuSeconds(databaseUrl);
  if (seconds === undefined)
    throw new Error("Postgres has to run on this machine, and that has to be Linux.");
  return seconds;
}

async function newDatabase(): Promise<string> {
  const name = `bench_${randomBytes(4).toString("hex")}`;
  const url = new URL(stack.postgres?.url ?? "");
  await onServer(url.href, `create database ${name}`);
  url.pathname = `/${name}`;
  await migrate(resolvePostgresSettings({ url: url.href }, new EnvReader({})));
  await onServer(
    url.href,
    "select ensure_agent_actions_partition(now() - make_interval(weeks => weeks)) from generate_series(0, 3) weeks",
  );
  return url.href;
}

async function onServer(url: string, sql: string): Promise<Record<string, number>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
