/**
 * How long a question to a filled database takes. Each is asked a number of times with other agents, tools, runs and texts, drawn from the rows,
 * after it was asked twice to warm up; p95 is the nineteenth of twenty.
 *
 *   DATABASE_URL=postgres://… npx tsx bench/ask/run.ts [--tries 20] [--only NAME] [--cpu] [--explain]
 *
 * With --cpu it is the server's processor time, without parallel workers, that is measured: what a question would take on a machine that does
 * nothing else and has its tables in memory.
 *
 * `fill.ts` fills one. A question that takes longer than 30 seconds is cut off, and printed as that.
 */
import { parseArgs } from "node:util";
import pg from "pg";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { reportCpu, takeCpuSeconds } from "./backend-cpu.js";
import { QUESTIONS, type Question } from "./questions.js";

const { values } = parseArgs({
  options: {
    tries: { type: "string", default: "20" },
    only: { type: "string", default: "" },
    cpu: { type: "boolean", default: false },
    explain: { type: "boolean", default: false },
  },
});
const client = new pg.Client(resolvePostgresSettings({}, new EnvReader(process.env)).connection.reveal());
await client.connect();
try {
  await client.query("set statement_timeout = '30s'");
  await client.query("set search_path = agent_actions_v1, public");
  const { rows } = await client.query(
    "select count(*)::int as rows, max(created_at) as latest from agent_actions",
  );
  console.log(`${rows[0].rows} actions up to ${rows[0].latest.toISOString()}`);
  if (values.cpu) {
    await client.query("set max_parallel_workers_per_gather = 0");
    await reportCpu(client);
  }
  for (const question of QUESTIONS.filter(({ name }) => name.includes(values.only)))
    await ask(question, rows[0].latest);
} finally {
  await client.end();
}

async function ask({ name, sql, draw }: Question, latest: Date): Promise<void> {
  // Ages of rows count from the last one: the clock may have gone on since the database was filled.
  const text = sql.replaceAll("now()", `'${latest.toISOString()}'::timestamptz`);
  const drawn = draw === undefined ? [[]] : await draws(draw);
  if (values.explain) {
    const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain (analyze, buffers) ${text}`, [
      ...drawn[0]!,
    ]);
    console.log(rows.map((row) => row["QUERY PLAN"]).join("\n"));
  }
  const took: number[] = [];
  let answers = 0;
  for (let attempt = -2; attempt < Number(values.tries); attempt++) {
    const began = performance.now();
    if (values.cpu) takeCpuSeconds(client);
    try {
      answers += (await client.query(text, [...drawn[Math.abs(attempt) % drawn.length]!])).rowCount ?? 0;
    } catch (error) {
      if ((error as { code?: string }).code !== "57014") throw error;
      console.log(`${name.padEnd(58)} more than 30 s`);
      return;
    }
    if (attempt >= 0) took.push(values.cpu ? takeCpuSeconds(client) * 1_000 : performance.now() - began);
  }
  took.sort((one, other) => one - other);
  const p95 = took[Math.ceil(took.length * 0.95) - 1] ?? 0;
  const p50 = took[Math.ceil(took.length / 2) - 1] ?? 0;
  const rows = (answers / (took.length + 2)).toFixed(0);
  console.log(
    `${name.padEnd(58)} p50 ${p50.toFixed(1).padStart(8)}  p95 ${p95.toFixed(1).padStart(8)} ms  ${rows.padStart(6)} rows`,
  );
}

async function draws(sql: string): Promise<unknown[][]> {
  await client.query("select setseed(0.5)");
  const { rows } = await client.query<unknown[]>({ text: sql, rowMode: "array" });
  if (rows.length === 0) throw new Error(`Nothing to ask about: ${sql}`);
  return rows;
}
