/**
 * What keeping statistics costs beside agents that go on all the time: rows are written at a steady rate, and the processor time of the one
 * connection that keeps the statistics is read from the system, with the time that each of its functions took.
 *
 *   npx tsx bench/statistics/live.ts [--rate 200] [--seconds 180]
 */
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { startDevStack } from "../../src/devstack/dev-stack.js";
import { migrate } from "../../src/store/migrate.js";
import { startChild } from "../consumer/measured-child.js";

const { values } = parseArgs({
  options: { rate: { type: "string", default: "200" }, seconds: { type: "string", default: "180" } },
});
const perSecond = Number(values.rate);
const count = perSecond * Number(values.seconds);
const TICKS_PER_SECOND = 100;

const stack = await startDevStack({ only: "postgres", onProgress: console.error });
try {
  const url = new URL(stack.postgres?.url ?? "");
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(`alter database "${url.pathname.slice(1)}" set track_functions = 'all'`);
  await migrate(resolvePostgresSettings({ url: url.href }, new EnvReader({})));
  // What it begins with is not what it costs a row: of an empty table, nothing.
  await client.query("select advance_agent_statistics(1)");
  const child = await startChild("./child-from-memory.ts", {
    databaseUrl: url.href,
    count,
    perSecond,
    statistics: true,
  });
  const meter = startMeter(client);
  await child.reach(count);
  // What is not computed yet costs too.
  await until(
    client,
    `(select sum(actions) from agent_action_statistics where resolution = 'minute' and grouped_by = 'type') = ${count}
     and not exists (select from agent_statistics_marks where resolution in ('minute', 'run'))`,
  );
  const spent = await meter();
  console.log(
    `${perSecond} rows/s, ${count} rows: ${((spent / TICKS_PER_SECOND / count) * 1e6).toFixed(1)} us of CPU a row`,
  );
  await delay(2_000);
  const functions = await client.query(
    "select funcname, calls, round(total_time) as total_ms, round(self_time) as self_ms from pg_stat_user_functions order by total_time desc limit 12",
  );
  console.table(functions.rows);
  const state = await client.query(
    "select (select max(changed_at) - min(changed_at) from agent_statistics_marks) as pending, (select sum(actions)::int from agent_action_statistics where resolution = 'minute' and grouped_by = 'type') as in_minutes",
  );
  console.table(state.rows);
  await child.stop();
  await client.end();
} finally {
  await stack.stop();
}

async function until(client: pg.Client, condition: string): Promise<void> {
  while (!(await client.query(`select ${condition} as met`)).rows[0]?.met) await delay(250);
}

/** Counts the ticks of connections that keep statistics, from their beginning: one that pauses for long is closed, and another one opened. */
function startMeter(client: pg.Client): () => Promise<number> {
  const latest = new Map<number, number>();
  const look = async (): Promise<void> => {
    const { rows } = await client.query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name = 'statistics'",
    );
    for (const { pid } of rows) {
      const ticks = await ticksOf(pid);
      if (ticks === undefined) continue;
      latest.set(pid, ticks);
    }
  };
  let stopped = false;
  const looking = (async () => {
    for (; !stopped; await delay(300)) await look();
  })();
  return async () => {
    stopped = true;
    await looking;
    await look();
    return [...latest.values()].reduce((sum, ticks) => sum + ticks, 0);
  };
}

async function ticksOf(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields && Number(fields[11]) + Number(fields[12]);
}
