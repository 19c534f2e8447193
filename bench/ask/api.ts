/**
 * How long the HTTP API takes on a filled database, in this process and without a network: p50 and p95 of the whole request, and the mean of
 * the processor time of Postgres.
 *
 *   DATABASE_URL=postgres://… npx tsx bench/ask/api.ts [--tries 20] [--only NAME] [--as-it-is] [--json FILE]
 *
 * `fill.ts` fills one. Statistics are brought up to date first, unless `--as-it-is` is given. Times count back from the last row.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { createApi } from "../../src/api/api.js";
import { createApiDatabase } from "../../src/api/database.js";
import { resolveApiSettings } from "../../src/config/api-settings.js";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { Pacing } from "../../src/statistics/pacing.js";
import { runTurn } from "../../src/statistics/statistics-turn.js";
import { createPool } from "../../src/store/pool.js";
import { type BenchRow, writeJson } from "../agent/write-json.js";

const { values } = parseArgs({
  options: {
    tries: { type: "string", default: "20" },
    only: { type: "string", default: "" },
    "as-it-is": { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const tries = Number(values.tries);
const TICK_MILLIS = 10;
const env = new EnvReader(process.env);
const postgres = resolvePostgresSettings({}, env);
const settings = resolveApiSettings({}, env);
const pool = createPool({
  ...postgres,
  maxConnections: 1,
  applicationName: "api-bench",
  statementTimeoutMillis: settings.statementTimeoutMillis,
});
const own = createPool({ ...postgres, maxConnections: 1, statementTimeoutMillis: 600_000 });
const api = createApi({
  settings,
  host: "127.0.0.1",
  database: createApiDatabase(pool),
  access: {
    authorize: async () => ({ name: undefined, scopes: ["read"], projects: undefined, hasToken: false }),
  },
  onDefect: console.error,
});

if (!values["as-it-is"]) await keepStatistics();
const { rows: facts } = await own.query<{
  latest: Date;
  run: string;
  ids: string[];
  runs: string[];
  count: number;
}>(
  `with latest as (select max(created_at) as at from agent_actions),
   largest as (
     select correlation_id, count(*) as actions from agent_actions, latest
     where created_at > at - interval '2 days' group by 1 order by 2 desc limit 1)
   select at as latest, correlation_id as run, actions::int as count,
     (select array_agg(id) from (select id from agent_actions a where a.correlation_id = largest.correlation_id limit 60) as few) as ids,
     (select array_agg(id) from (
       select correlation_id as id from agent_actions where created_at > at - interval '1 day' group by 1 order by max(created_at) desc limit 50
     ) as listed) as runs
   from latest, largest`,
);
const [fact] = facts;
if (fact === undefined) throw new Error("The database has no actions.");
console.log(`the largest run of two days has ${fact.count} actions`);
const ago = (days: number): string => new Date(fact.latest.getTime() - days * 86_400_000).toISOString();
const day = `since=${ago(1)}`;

const QUESTIONS: readonly (readonly [string, string, RequestInit?])[] = [
  ["runs of a day, the first 50", `/runs?${day}&limit=50`],
  ["runs of a day, sorted by their start", `/runs?${day}&limit=50&sort=started_at`],
  ["runs of a day, sorted by how long they took", `/runs?${day}&limit=50&sort=duration_ms`],
  ["runs of a day of one agent, sorted by failures", `/runs?${day}&limit=50&agent=coder&sort=failed_actions`],
  ["runs of 90 days, sorted by actions", `/runs?since=${ago(90)}&limit=50&sort=actions`],
  ["activity of the 50 runs that are listed", `/activity?runs=${fact.runs.join()}`],
  ["runs of a day that failed, of one agent", `/runs?${day}&limit=50&agent=coder&failed=true`],
  ["last 50 of an agent", `/actions?${day}&limit=50&agent=coder`],
  ["last 50 of a tool", `/actions?${day}&limit=50&tool=Bash`],
  ["last 50 failed", `/actions?${day}&limit=50&failed=true`],
  ["a tool that is not there, a day", `/actions?${day}&limit=50&tool=nothing`],
  ["a text in details, 7 days", `/actions?since=${ago(7)}&limit=50&text=parse`],
  ["a text that is not there, 7 days", `/actions?since=${ago(7)}&limit=50&text=qqqqzzzz`],
  ["a tool that is not there, all time", "/actions?last=all&limit=50&tool=nothing"],
  ["a session that is not there, all time", "/actions?last=all&limit=50&session=nothing"],
  ["tools of 90 days", `/tools?since=${ago(90)}`],
  ["agents of 90 days", `/agents?since=${ago(90)}`],
  ["tools by day, 90 days", `/stats?group_by=day,tool&since=${ago(90)}&limit=1000`],
  ["tools of a day, from the rows", `/tools?${day}`],
  ["counts of a day by hour, kept", `/stats?group_by=hour&${day}&fields=actions,failed_actions`],
  ["errors of a day", `/errors?${day}`],
  ["the largest run: skeleton", `/runs/${fact.run}/skeleton`],
  ["the largest run: 60 actions by ids", `/runs/${fact.run}/actions?ids=${fact.ids.join()}`],
];

const ask = (path: string, init: RequestInit = {}): Promise<Response> => {
  const headers = new Headers({ host: "localhost", ...(init.headers as Record<string, string>) });
  return api(new Request(`http://localhost/api/v1${path}`, { ...init, headers }));
};

const found: BenchRow[] = [];
const { rows: sizes } = await own.query<{ actions: number }>(
  "select count(*)::int as actions from agent_actions",
);
const size = sizes[0]?.actions ?? 0;
try {
  for (const [name, path, init] of QUESTIONS) if (name.includes(values.only)) await measure(name, path, init);
  const etag = (await ask(`/runs/${fact.run}/skeleton`)).headers.get("etag") ?? "";
  await measure("the largest run: unchanged (304)", `/runs/${fact.run}/skeleton`, {
    headers: { "if-none-match": etag },
  });
  if (values.json !== undefined)
    writeJson(values.json, { name: "ask", conditions: { tries, actions: size }, rows: found });
} finally {
  await api.endStreams();
  await Promise.all([pool.end(), own.end()]);
}

async function measure(name: string, path: string, init?: RequestInit): Promise<void> {
  const took: number[] = [];
  let status = 0;
  await ask(path, init);
  const before = await ticks();
  for (let attempt = 0; attempt < tries; attempt++) {
    const began = performance.now();
    const response = await ask(path, init);
    await response.arrayBuffer();
    status = response.status;
    took.push(performance.now() - began);
    // One that is cut off every time says so at once.
    if (status === 504) break;
  }
  const cpu = ((await ticks()) - before) * (TICK_MILLIS / took.length);
  took.sort((one, other) => one - other);
  const at = (share: number): number => took[Math.ceil(took.length * share) - 1] ?? 0;
  console.log(
    `${name.padEnd(46)} ${status}  p50 ${at(0.5).toFixed(0)}  p95 ${at(0.95).toFixed(0)}  Postgres ${cpu.toFixed(1)} ms of CPU`,
  );
  // One that was cut off has the time after which it was.
  if (status >= 400 && status !== 504)
    throw new Error(`"${name}" was answered with ${status} after ${at(1).toFixed(0)} ms`);
  found.push({ name: `${name}: p95`, value: at(0.95), unit: "ms", lowest: at(0), highest: at(1), size });
}

async function ticks(): Promise<number> {
  const { rows } = await own.query<{ pid: number }>(
    "select pid from pg_stat_activity where application_name = 'api-bench'",
  );
  const stats = await Promise.all(rows.map(({ pid }) => readFile(`/proc/${pid}/stat`, "utf8")));
  return stats.reduce((sum, text) => {
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return sum + Number(fields[11]) + Number(fields[12]);
  }, 0);
}

async function keepStatistics(): Promise<void> {
  for (;;) {
    const { changes, buckets, runs } = await runTurn(own, {
      pacing: new Pacing(),
      maxMillis: 60_000,
      signal: new AbortController().signal,
      onFailure: (_, error) => {
        throw error;
      },
    });
    if (changes + buckets + runs === 0) return;
    console.error(`${buckets} buckets, ${runs} runs`);
  }
}
