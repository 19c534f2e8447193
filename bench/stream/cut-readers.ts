/**
 * Many readers of the stream of the HTTP API, each cut off a hundred times at random moments, while actions are written, end and are
 * taken back at a steady rate. What each reader has seen, applied in order, has to be the table; else the run fails. Writer, service and
 * readers are processes of their own: the last line is the processor time of the service alone.
 *
 *   npm run bench:stream [-- --readers 50 --rate 1000 --cuts 100 --query agent=agent-1 --profile FOLDER]
 *
 * With --profile the service leaves a processor profile in that folder. With a query the readers see what fits it, and no table is compared.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { startPostgres } from "../../src/devstack/postgres.js";
import { migrate } from "../../src/store/migrate.js";
import { createPool } from "../../src/store/pool.js";
import { createChurn } from "../../test/integration/stream-churn.js";
import type { ReaderFindings, ReaderOrders } from "./reader-process.js";

const { values } = parseArgs({
  options: {
    readers: { type: "string", default: "50" },
    rate: { type: "string", default: "1000" },
    cuts: { type: "string", default: "100" },
    query: { type: "string", default: "" },
    profile: { type: "string" },
  },
});
const readerCount = Number(values.readers);
const rate = Number(values.rate);
const cuts = Number(values.cuts);
/** A batch so often: smaller ones cost a transaction each. */
const BATCH_MILLIS = 50;
const MOST_MILLIS_BETWEEN_CUTS = 600;

const start = (name: string, args: readonly string[] = [], execArgv: readonly string[] = []) =>
  fork(new URL(name, import.meta.url), args, { execArgv: [...process.execArgv, ...execArgv] });
const next = async <Message>(child: ChildProcess): Promise<Message> => (await once(child, "message"))[0];
const seconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;

const server = await startPostgres();
const postgres = resolvePostgresSettings({ url: server.url }, new EnvReader({}));
await migrate(postgres);
const pool = createPool(postgres);
const profile = values.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${values.profile}`];
const service = start("stream-service.ts", [server.url], profile);
const readers = start("reader-process.ts");
interface Spent {
  readonly cpu: NodeJS.CpuUsage;
  readonly peak: number;
}
const spent = async (): Promise<Spent> => {
  service.send("cpu");
  return next<Spent>(service);
};

try {
  const { url } = await next<{ url: string }>(service);
  const orders: ReaderOrders = {
    url,
    query: values.query,
    readers: readerCount,
    cuts,
    mostMillis: MOST_MILLIS_BETWEEN_CUTS,
  };
  readers.send(orders);
  await next(readers);
  let isCut = false;
  const cutting = next(readers).then(() => {
    isCut = true;
  });
  const before = await spent();
  const began = performance.now();
  const churn = createChurn(pool);
  for (let due = began; !isCut; due += BATCH_MILLIS) {
    await churn.write(Math.round((rate * BATCH_MILLIS) / 1_000));
    await sleep(Math.max(0, due + BATCH_MILLIS - performance.now()));
  }
  await cutting;
  const writing = performance.now() - began;
  const table = await churn.table();
  const findings = next<ReaderFindings>(readers);
  readers.send({ table: values.query === "" ? [...table] : null });
  const { reloads, told, gone, caughtUpMillis, cpu } = await findings;
  const after = await spent();
  if (reloads > 0) throw new Error(`${reloads} readers were told to read anew: they were too slow.`);
  const ofService = seconds(after.cpu) - seconds(before.cpu);
  process.stdout.write(
    `${[
      `load average at the end: ${loadavg()[0]?.toFixed(1)}`,
      `${churn.written} events of ${churn.actions} actions in ${(writing / 1_000).toFixed(1)} s: ${((churn.written / writing) * 1_000).toFixed(0)} a second`,
      values.query === ""
        ? `${readerCount} readers, each cut off ${cuts} times: all have seen the ${table.size} rows of the table, and none that is gone`
        : `${readerCount} readers of ${values.query}, each cut off ${cuts} times`,
      `told ${told} times: ${(told / readerCount / churn.written).toFixed(2)} times an event and reader, and ${(gone / readerCount).toFixed(0)} ids a reader that are gone; the last has caught up ${caughtUpMillis.toFixed(0)} ms after the last write`,
      `processor time: readers ${seconds(cpu).toFixed(1)} s, service ${ofService.toFixed(1)} s, which is ${((ofService / churn.written) * 1e6).toFixed(0)} us an event and ${((ofService / churn.written / readerCount) * 1e6).toFixed(2)} us an event and reader; memory of the service at most ${(after.peak / 1e3).toFixed(0)} MB`,
    ].join("\n")}\n`,
  );
} finally {
  if (readers.connected) readers.kill();
  if (service.connected) {
    service.send("stop");
    await once(service, "exit");
  }
  await pool.end();
  await server.close();
}
