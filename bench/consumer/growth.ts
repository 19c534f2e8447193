/**
 * What a large table costs: the same batches go into an empty database and into one with so many actions, in turns, with file operations. Then a
 * week of the large one goes for its age while somebody writes: how long that takes, and the longest write beside it.
 *
 *   npx tsx bench/consumer/growth.ts [--rows 300000] [--records 40000] [--rounds 5] [--tries 20] [--json FILE]
 *
 * With `--tries`, the questions of ../ask/api.ts are asked on the filled table first. `--rows 20000000` needs 20 GB of disk. Rows are counted: as many as events, or the run fails.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { decode } from "../../src/consumer/decode.js";
import { startDevStack } from "../../src/devstack/dev-stack.js";
import { removeFiles } from "../../src/retention/remove-files.js";
import { removeWeek, weeksBefore } from "../../src/retention/remove-weeks.js";
import { migrate } from "../../src/store/migrate.js";
import { createPool } from "../../src/store/pool.js";
import { type BatchWriter, createBatchWriter, type StorableEvent } from "../../src/store/write-batch.js";
import { spreadOf } from "../agent/median.js";
import { type BenchResult, type BenchRow, writeJson } from "../agent/write-json.js";
import { askApi } from "../ask/ask-api.js";
import { fill } from "../ask/fill.js";
import { benchEvent } from "./bench-event.js";
import { postgresCpuSeconds } from "./postgres-cpu.js";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "300000" },
    records: { type: "string", default: "40000" },
    rounds: { type: "string", default: "5" },
    /** How often each question is asked of the HTTP API before anything is written; 0 asks none. */
    tries: { type: "string", default: "0" },
    json: { type: "string" },
  },
});
const rows = Number(values.rows);
const records = Number(values.records);
const BATCH = 2_000;
const DAYS = 90;
/** Events of the last hour, as they come while agents are at work. */
const SPREAD_MILLIS = 3_600_000;
const WEEK_MILLIS = 7 * 86_400_000;
/** What is written while a week goes. */
const SMALL_BATCH = 100;
const SMALL_PAUSE_MILLIS = 20;

/** Events so far: each is a record of its own. */
let made = 0;

const stack = await startDevStack({ only: "postgres", onProgress: console.error });
try {
  const sides = [await newSide("empty"), await newSide("filled")] as const;
  const [empty, filled] = sides;
  await setFillingUp(true);
  const before = await fill(filled.url, { rows, days: DAYS, onProgress: console.error });
  await setFillingUp(false);
  const asked = await ask(filled.url);
  // The first writes plan statements, and compile what runs them.
  for (const { writer } of sides) await write(writer, batchesOf(BATCH * 2));
  for (let round = 0; round < Number(values.rounds); round++)
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) side.rounds.push(await measure(side));
  const rate = (side: Side) => spreadOf(side.rounds.map(({ perSecond }) => perSecond)).median;
  const cpu = (side: Side) => spreadOf(side.rounds.map(({ postgresMicros }) => postgresMicros)).median;
  const retention = await measureRetention(filled);
  const result: BenchRow[] = [
    { name: "inserts, empty table", value: rate(empty), unit: "rows/s" },
    {
      name: "inserts, filled table",
      value: rate(filled),
      unit: "rows/s",
      peer: "empty table",
      ratio: rate(filled) / rate(empty),
      target: ">= 0.9 of an empty one",
      size: before,
    },
    { name: "Postgres's CPU, empty table", value: cpu(empty), unit: "us a row" },
    {
      name: "Postgres's CPU, filled table",
      value: cpu(filled),
      unit: "us a row",
      peer: "empty table",
      ratio: cpu(filled) / cpu(empty),
    },
    { name: "a week of actions goes", value: retention.weekSeconds, unit: "s", target: "< 1", size: before },
    { name: "a week of actions: rows", value: retention.removedActions, unit: "rows" },
    { name: "its file operations go", value: retention.filesSeconds, unit: "s" },
    { name: "its file operations: rows", value: retention.removedFiles, unit: "rows" },
    { name: "longest write before", value: retention.longestBeforeMillis, unit: "ms" },
    {
      name: "longest write while a week goes",
      value: retention.longestMillis,
      unit: "ms",
      target: "< 1000",
      size: before,
    },
  ];
  for (const { name, value, unit, peer, ratio } of result)
    console.log(
      `${name.padEnd(34)} ${value.toFixed(2).padStart(12)} ${unit}${ratio === undefined ? "" : `, ${ratio.toFixed(2)} of ${peer}`}`,
    );
  if (values.json !== undefined)
    writeJson(values.json, {
      name: "growth",
      conditions: { rows: before, records, rounds: values.rounds },
      rows: [...result, ...asked],
    });
  for (const { pool } of sides) await pool.end();
} finally {
  await stack.stop();
}

interface Side {
  readonly name: string;
  readonly url: string;
  readonly pool: pg.Pool;
  readonly writer: BatchWriter;
  readonly rounds: { readonly perSecond: number; readonly postgresMicros: number }[];
}

async function newSide(name: string): Promise<Side> {
  const database = `growth_${name}_${randomBytes(4).toString("hex")}`;
  const server = new pg.Client({ connectionString: stack.postgres!.url });
  await server.connect();
  await server.query(`create database ${database}`);
  await server.end();
  const url = new URL(stack.postgres!.url);
  url.pathname = `/${database}`;
  const settings = resolvePostgresSettings({ url: url.href }, new EnvReader({}));
  await migrate(settings);
  const pool = createPool(settings);
  return { name, url: url.href, pool, writer: createBatchWriter(pool), rounds: [] };
}

/** Checkpoints come by time only while the server is filled, when it is ours: written pages are written once. */
async function setFillingUp(isFilling: boolean): Promise<void> {
  if (stack.postgres!.external) return;
  const server = new pg.Client({ connectionString: stack.postgres!.url });
  await server.connect();
  await server.query(
    isFilling ? "alter system set max_wal_size = '16GB'" : "alter system reset max_wal_size",
  );
  await server.query("select pg_reload_conf()");
  await server.query("checkpoint");
  await server.end();
}

/** What the HTTP API takes on the filled table. */
async function ask(databaseUrl: string): Promise<readonly BenchRow[]> {
  if (Number(values.tries) === 0) return [];
  const folder = await mkdtemp(join(tmpdir(), "agent-actions-growth-"));
  try {
    const file = join(folder, "ask.json");
    await askApi(databaseUrl, values.tries, file);
    return (JSON.parse(await readFile(file, "utf8")) as BenchResult).rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure({ name, url, writer }: Side): Promise<Side["rounds"][number]> {
  const batches = batchesOf(records);
  const cpuBefore = await postgresCpuSeconds(url);
  const began = performance.now();
  await write(writer, batches);
  const seconds = (performance.now() - began) / 1_000;
  const cpuAfter = await postgresCpuSeconds(url);
  if (cpuBefore === undefined || cpuAfter === undefined)
    throw new Error("The server's processor time can only be seen on this machine, under Linux.");
  const round = {
    perSecond: records / seconds,
    postgresMicros: ((cpuAfter - cpuBefore) / records) * 1e6,
  };
  console.error(
    `${name}: ${round.perSecond.toFixed(0)} rows/s, Postgres ${round.postgresMicros.toFixed(1)} us`,
  );
  return round;
}

/** Over two connections, as the consumer does. */
async function write(writer: BatchWriter, batches: StorableEvent[][]): Promise<void> {
  const next = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const { inserted } = await writer.write(batch);
      if (inserted !== batch.length) throw new Error(`${inserted} of ${batch.length} events are rows`);
    }
  };
  await Promise.all([next(), next()]);
}

function batchesOf(count: number, size = BATCH): StorableEvent[][] {
  const now = Date.now();
  const events = Array.from({ length: count }, (_, index): StorableEvent => {
    const { key, value } = benchEvent(index, count, now, SPREAD_MILLIS, true);
    const record = {
      topic: "growth",
      partition: 0,
      offset: String(made++),
      timestampMillis: now,
      key: Buffer.from(String(key)),
      value: Buffer.from(String(value)),
      headers: {},
    };
    const decoded = decode("action", record);
    if (decoded.outcome !== "valid") throw new Error("an event of the benchmark is not valid");
    return { valid: decoded.event, text: decoded.text, record };
  });
  return Array.from({ length: Math.ceil(count / size) }, (_, at) => events.slice(at * size, (at + 1) * size));
}

/** The first week that was filled from its beginning goes, without an archive. */
async function measureRetention({ pool, writer }: Side) {
  const signal = new AbortController().signal;
  const firstDay = Date.now() - DAYS * 86_400_000;
  const weeks = await weeksBefore(pool, new Date(firstDay + 3 * WEEK_MILLIS));
  const week = weeks.find(({ from }) => from.getTime() >= firstDay);
  if (week === undefined) throw new Error("no week of the filled table is old");
  const { rows: stored } = await pool.query<{ count: number }>(`select count(*)::int from ${week.table}`);
  const longestBeforeMillis = await longestWrite(writer, sleep(3_000));
  const steps = { weekSeconds: 0, filesSeconds: 0, removedActions: 0, removedFiles: 0 };
  const remove = async (): Promise<void> => {
    const began = performance.now();
    const removed = await removeWeek(pool, week, { failedSince: undefined, archive: undefined, signal });
    if (!removed.dropped || removed.rows !== stored[0]?.count)
      throw new Error(`${removed.rows} of ${stored[0]?.count} rows of the week went`);
    const between = performance.now();
    steps.removedActions = removed.rows;
    steps.removedFiles = await removeFiles(pool, week.to, undefined, signal);
    steps.weekSeconds = (between - began) / 1_000;
    steps.filesSeconds = (performance.now() - between) / 1_000;
  };
  return { longestBeforeMillis, longestMillis: await longestWrite(writer, remove()), ...steps };
}

/** Milliseconds of the longest of the writes of some rows, one after another, for as long as the other work goes on. */
async function longestWrite(writer: BatchWriter, other: Promise<unknown>): Promise<number> {
  let isOver = false;
  const over = other.finally(() => {
    isOver = true;
  });
  // It is waited for below; until then it may reject.
  over.catch(() => undefined);
  let longest = 0;
  do {
    const [batch = []] = batchesOf(SMALL_BATCH, SMALL_BATCH);
    const began = performance.now();
    await writer.write(batch);
    longest = Math.max(longest, performance.now() - began);
    await sleep(SMALL_PAUSE_MILLIS);
  } while (!isOver);
  await over;
  return longest;
}
