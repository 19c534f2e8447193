/**
 * What an index costs the server for each row that is inserted: processor time of the backend, which other processes on the machine change little.
 *
 *   DATABASE_URL=postgres://… npx tsx bench/ask/index-cost.ts [--rows 200000] [--rounds 3]
 *
 * Rows of a filled database (`fill.ts`) are inserted in the order of time, 500 a statement, into a table like `agent_actions` with the indices of
 * each variant in turn.
 */
import { parseArgs } from "node:util";
import pg from "pg";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { reportCpu, takeCpuSeconds } from "./backend-cpu.js";

const { values } = parseArgs({
  options: { rows: { type: "string", default: "200000" }, rounds: { type: "string", default: "3" } },
});

const TODAY = [
  "(correlation_id)",
  "(agent_name)",
  "(action_type)",
  "(created_at desc)",
  "(unresolved_parent_span_id, created_at) where unresolved_parent_span_id is not null",
];
const FAILED =
  "(created_at desc) where agent_action_failed(action_type, status, error_group, action_details)";
const SESSION = "(session_id, created_at desc) where session_id is not null";
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  "as they were": TODAY,
  "+ failed": [...TODAY, FAILED],
  "+ session, time": [...TODAY, SESSION],
  "+ session alone": [...TODAY, "(session_id) where session_id is not null"],
  "+ tool": [...TODAY, "(action_name)"],
  "+ tool, time": [...TODAY, "(action_name, created_at desc)"],
  "+ project": [...TODAY, "(project_name)"],
  "+ text of details, pg_trgm": [...TODAY, "using gin ((action_details::text) gin_trgm_ops)"],
  "+ failed, session alone, tool, project": [
    ...TODAY,
    FAILED,
    "(session_id) where session_id is not null",
    "(action_name)",
    "(project_name)",
  ],
};

const client = new pg.Client(resolvePostgresSettings({}, new EnvReader(process.env)).connection.reveal());
await client.connect();
try {
  const rows = Number(values.rows);
  await client.query(`create temporary table source as select row_number() over (order by created_at, id) as n, *
    from (select * from agent_actions order by created_at desc limit ${rows}) as latest`);
  await client.query("create index on source (n)");
  await client.query("analyze source");
  await client.query("create extension if not exists pg_trgm");
  const columns =
    "(select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute where attrelid = 'agent_actions'::regclass and attnum > 0 and not attisdropped)";
  const { rows: listed } = await client.query<{ columns: string }>(`select ${columns} as columns`);
  const results = new Map(Object.keys(VARIANTS).map((name) => [name, [] as number[]]));
  await reportCpu(client);
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [name, indices] of Object.entries(VARIANTS))
      results.get(name)!.push(await measure(indices, listed[0]!.columns, rows));
  for (const [name, micros] of results)
    console.log(
      `${name.padEnd(44)} ${micros.map((value) => value.toFixed(1).padStart(6)).join(" ")} µs a row`,
    );
} finally {
  await client.end();
}

async function measure(indices: readonly string[], columns: string, rows: number): Promise<number> {
  await client.query("drop table if exists index_cost");
  await client.query(
    "create table index_cost (like agent_actions including defaults including constraints, primary key (id, created_at))",
  );
  for (const index of indices) await client.query(`create index on index_cost ${index}`);
  takeCpuSeconds(client);
  let seconds = 0;
  for (let first = 0; first < rows; first += 500) {
    await client.query(
      `insert into index_cost (${columns}) select ${columns} from source where n > ${first} and n <= ${first + 500} order by n`,
    );
    seconds += takeCpuSeconds(client);
  }
  await client.query("drop table index_cost");
  return (seconds / rows) * 1e6;
}
