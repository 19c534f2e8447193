import type pg from "pg";
import { afterAll } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { type PostgresSettings, resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { type RecordKind, validateRecord } from "../../src/event/index.js";
import { migrate } from "../../src/store/migrate.js";
import { createPool } from "../../src/store/pool.js";
import type { StorableEvent } from "../../src/store/stored-event.js";
import { createDatabase, type TestLifetime } from "../helpers/stack.js";

export const settingsOf = (url: string): PostgresSettings =>
  resolvePostgresSettings({ url }, new EnvReader({}));

/** A pool on a database, closed with the file or with the test. */
export function poolOn(url: string, t?: TestLifetime): pg.Pool {
  const pool = createPool(settingsOf(url));
  if (t) t.onTestFinished(() => pool.end());
  else afterAll(() => pool.end());
  return pool;
}

/** A pool on a new database with every table. */
export async function migratedPool(t?: TestLifetime): Promise<pg.Pool> {
  const url = await createDatabase(t);
  await migrate(settingsOf(url));
  return poolOn(url, t);
}

let offset = 0;

/** An event or a fact as the consumer hands it on: from the text of a record, or from the value that the text would say. */
export function storable(
  kind: RecordKind,
  record: string | object,
  timestampMillis = Date.now(),
): StorableEvent {
  const text = typeof record === "string" ? record : JSON.stringify(record);
  const origin = { topic: "topic", partition: 0, offset: String(offset++), timestampMillis };
  const value: unknown = JSON.parse(text);
  const valid = validateRecord(kind, value, origin);
  if (!valid.valid) throw new Error(`The test's event is not valid: ${valid.reasons.join("; ")}`);
  return { valid, text };
}

let actions = 0;

/** A small action that is like no other. */
export const anyAction = (fields: object = {}): StorableEvent =>
  storable("action", {
    agent_name: "agent",
    action_type: "decision",
    action_name: `decision ${actions++}`,
    ...fields,
  });

/** The only row of a statement that has one. */
export async function oneRow<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  text: string,
  values: unknown[] = [],
): Promise<Row> {
  const { rows } = await pool.query<Row>(text, values);
  if (rows.length !== 1 || rows[0] === undefined) throw new Error(`${rows.length} rows, wanted one: ${text}`);
  return rows[0];
}
