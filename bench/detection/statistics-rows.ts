/** A database of its own, and rows of statistics in it, as the service would have kept them. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { migrate } from "../../src/store/migrate.js";

export interface HourRow {
  readonly agent: string;
  /** `undefined`: an hour of the agent, whatever it called. */
  readonly tool?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly resolution?: "hour" | "day";
  readonly calls: number;
  readonly failed?: number;
  readonly medianMillis?: number;
  /** @default the median */
  readonly p95Millis?: number;
}

export async function newDatabase(databaseUrl: string): Promise<string> {
  const admin = new pg.Client({ connectionString: databaseUrl });
  await admin.connect();
  const name = `detection_${randomBytes(6).toString("hex")}`;
  await admin.query(`create database ${name}`);
  await admin.end();
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  await migrate(resolvePostgresSettings({ url: url.href }, new EnvReader({})));
  return url.href;
}

const INSERT = `
  insert into agent_action_statistics (resolution, bucket_start, grouped_by, action_type, agent_name, action_name, actions, failed, running,
    abandoned, duration_count, duration_sum_ms, duration_buckets, duration_bucket_counts, percentiles_ms)
  select resolution, to_timestamp(at / 1000), case when tool is null then 'agent' else 'combination' end, 'tool_call', agent, tool, calls, failed, 0,
    0, calls, 0, '{}', '{}', array[median, p95, p95]::numeric[]
  from unnest($1::text[], $2::float8[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::float8[], $8::float8[])
    as row (resolution, at, agent, tool, calls, failed, median, p95)`;
const ROWS_A_STATEMENT = 20_000;

export async function insertHours(client: pg.ClientBase, rows: readonly HourRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
    const some = rows.slice(from, from + ROWS_A_STATEMENT);
    await client.query(INSERT, [
      some.map(({ resolution }) => resolution ?? "hour"),
      some.map(({ at }) => at),
      some.map(({ agent }) => agent),
      some.map(({ tool }) => tool ?? null),
      some.map(({ calls }) => calls),
      some.map(({ failed }) => failed ?? 0),
      some.map(({ medianMillis }) => medianMillis ?? 100),
      some.map(({ medianMillis, p95Millis }) => p95Millis ?? medianMillis ?? 100),
    ]);
  }
}
