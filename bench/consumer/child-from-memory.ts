/** The other ceiling: the store alone, fed from memory over two connections with batches of 2,000. */
import { setTimeout } from "node:timers/promises";
import pino from "pino";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { decode, type Valid } from "../../src/consumer/decode.js";
import { startStatistics } from "../../src/statistics/statistics-keeper.js";
import { createPool } from "../../src/store/pool.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { benchEvent } from "./bench-event.js";
import { serveReadings } from "./measured-child.js";

interface Order {
  readonly databaseUrl: string;
  readonly count: number;
  readonly spreadMillis?: number;
  /** Rows a second, each of the moment in which it is written. @default as fast as it goes, all made before */
  readonly perSecond?: number;
  readonly statistics?: boolean;
}

const { databaseUrl, count, spreadMillis, perSecond, statistics } = JSON.parse(
  process.argv[2] ?? "{}",
) as Order;
const BATCH = 2_000;
const now = Date.now();
const batches = Array.from({ length: perSecond === undefined ? Math.ceil(count / BATCH) : 0 }, (_, batch) =>
  Array.from({ length: Math.min(BATCH, count - batch * BATCH) }, (_, index) =>
    storable(batch * BATCH + index),
  ),
);
const postgres = resolvePostgresSettings({ url: databaseUrl }, new EnvReader({}));
const pool = createPool(postgres);
const writer = createBatchWriter(pool);
await pool.query("select 1");
let records = 0;

async function writeBatches(): Promise<void> {
  for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
    const { inserted } = await writer.write(batch);
    if (inserted !== batch.length) throw new Error(`${inserted} of ${batch.length} were inserted`);
    records += inserted;
  }
}

/** A fifth of a second's rows, five times a second. */
async function writeLive(rate: number): Promise<void> {
  const began = performance.now();
  for (let written = 0; written < count; ) {
    const due = Math.min(count, Math.ceil(((performance.now() - began) / 1_000) * rate));
    const batch = Array.from({ length: due - written }, (_, index) =>
      storable(written + index, Date.now(), 200),
    );
    if (batch.length > 0) await writer.write(batch);
    written += batch.length;
    records = written;
    await setTimeout(200);
  }
}

function storable(index: number, at = now, spread = spreadMillis) {
  const record = {
    topic: "from-memory",
    partition: 0,
    offset: String(index),
    timestampMillis: now,
    key: null,
    value: Buffer.from(String(benchEvent(index, count, at, spread).value)),
    headers: {},
  };
  const decoded = decode("action", record) as Valid;
  return { valid: decoded.event, text: decoded.text, record };
}

const keeper = statistics
  ? startStatistics({
      settings: { enabled: true, intervalMillis: 5_000 },
      postgres: { ...postgres, applicationName: "statistics" },
      log: pino({ level: "error" }),
      isWriting: () => records < count,
    })
  : undefined;

serveReadings(
  () => records,
  async () => {
    await keeper?.stop(1_000);
    await pool.end();
  },
);
await (perSecond === undefined ? Promise.all([writeBatches(), writeBatches()]) : writeLive(perSecond));
