/** Faults of Postgres that need servers of their own: a failover behind one name, a disk that is full, a pooler that is restarted, a backup that is restored to a point in time. */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { startKafka } from "../../src/devstack/kafka.js";
import { formatSigningKey, generateKey } from "../../src/evidence/note.js";
import { startService } from "../../src/service.js";
import { startRestartablePgbouncer } from "../helpers/pgbouncer.js";
import { startTcpProxy } from "../helpers/tcp-proxy.js";
import { until } from "../helpers/until.js";
import { actions, createHarness } from "../integration/consumer-harness.js";
import { startServiceProcess } from "../integration/service-process.js";
import { captureOutput, quietContext } from "../unit/cli/captured-output.js";
import { observe } from "./observe.js";
import { matrixOf, type Outcome } from "./outcome.js";
import { startCopiedPostgres } from "./standby.js";

const run = promisify(execFile);
const [kafka, postgres] = await Promise.all([startKafka(), startCopiedPostgres()]);
afterAll(() => Promise.all([kafka.close(), postgres.close()]));

const outcomes: Outcome[] = [];
afterAll(() => {
  if (process.env.AGENT_ACTIONS_TEST_REPORT) process.stderr.write(`${matrixOf(outcomes)}\n`);
});

function note(outcome: Outcome): void {
  outcomes.push(outcome);
  expect(outcome).toMatchObject({ lost: 0, doubled: 0, quiet: true });
}

const env = {
  KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
  BATCH_SIZE: "50",
  AGENT_ACTIONS_CONSUMER_UNHEALTHY_AFTER_MS: "2000",
};

async function database(name: string, more = ""): Promise<string> {
  await postgres.query(`create database ${name} ${more}`);
  const url = new URL(postgres.server.url);
  url.pathname = `/${name}`;
  return url.href;
}

test("a pooler that is killed and started again costs nothing", async (t) => {
  const url = await database("pooled");
  const pooler = await startRestartablePgbouncer(url, "transaction", t);
  const harness = await createHarness({ brokers: kafka.bootstrapServers, databaseUrl: url }, t);
  const service = await startServiceProcess(harness, { ...env, DATABASE_URL: pooler.url });
  note(
    await observe({
      fault: "PgBouncer is killed and started again",
      harness,
      url: service.url,
      isTold: true,
      begin: () => pooler.kill(),
      during: () => sleep(2_000),
      end: () => pooler.start(),
    }),
  );
}, 240_000);

test("a disk that is full is told, and once there is room everything is stored", async (t) => {
  const disk = await mkdtemp(join(tmpdir(), "agent-actions-disk-"));
  await run("mount", ["-t", "tmpfs", "-o", "size=96m", "tmpfs", disk]).catch((cause: unknown) => {
    throw new Error(
      "This fault needs the right to mount a file system of its own: run it as root, on Linux.",
      {
        cause,
      },
    );
  });
  t.onTestFinished(async () => {
    await postgres.query("drop database if exists small with (force)");
    await postgres.query("drop tablespace if exists small");
    await run("umount", [disk]);
    await rm(disk, { recursive: true });
  });
  const { uid, gid } = await stat(postgres.data);
  await run("chown", [`${uid}:${gid}`, disk]);
  await chmod(disk, 0o700);
  await postgres.query(`create tablespace small location '${disk}'`);
  const harness = await createHarness(
    { brokers: kafka.bootstrapServers, databaseUrl: await database("small", "tablespace small") },
    t,
  );
  const service = await startServiceProcess(harness, env);
  note(
    await observe({
      fault: "the disk of Postgres is full",
      harness,
      url: service.url,
      isTold: true,
      async begin() {
        await harness.query("create table filler (bytes text)");
        await harness.query("alter table filler alter column bytes set storage external");
        for (let size = 8_000_000; size > 1_000; size /= 2)
          for (let isFull = false; !isFull; )
            await harness
              .query("insert into filler values (repeat('x', $1))", [Math.round(size)])
              .catch((error: { code?: string }) => {
                if (error.code !== "53100") throw error;
                isFull = true;
              });
      },
      during: () => sleep(2_000),
      end: () => harness.query("drop table filler"),
    }),
  );
  expect(service.lines.join("\n")).toContain("53100");
}, 240_000);

test("a failover behind one name to a synchronous standby loses and doubles nothing", async (t) => {
  const direct = new URL(await database("failing"));
  const primary = new URL(postgres.server.url);
  const startStandby = await postgres.copy(
    [
      `primary_conninfo = 'host=127.0.0.1 port=${primary.port} user=${primary.username} password=${primary.password}'`,
      "archive_mode = off",
    ],
    "standby",
  );
  const standby = await startStandby();
  const client = new pg.Client({ connectionString: standby.url });
  client.on("error", () => undefined);
  await client.connect();
  await postgres.query("alter system set synchronous_standby_names = '*'");
  await postgres.query("select pg_reload_conf()");
  const proxy = await startTcpProxy(primary.host);
  t.onTestFinished(() => proxy.close());
  const named = new URL(direct);
  named.host = proxy.address;
  await until(
    async () =>
      (await postgres.query("select from pg_stat_replication where sync_state = 'sync'")).length > 0,
  );
  const harness = await createHarness({ brokers: kafka.bootstrapServers, databaseUrl: named.href }, t);
  const service = await startServiceProcess(harness, env);
  note(
    await observe({
      fault: "Postgres fails over to a synchronous standby, behind one name",
      harness,
      url: service.url,
      isTold: true,
      begin: () => postgres.server.kill(),
      during: () => client.query("select pg_promote()"),
      end: async () => proxy.lead(new URL(standby.url).host),
    }),
  );
  await client.end();
  service.child.kill("SIGTERM");
  await service.exited;
  await postgres.server.restart();
  await postgres.query("alter system reset synchronous_standby_names");
  await postgres.query("select pg_reload_conf()");
}, 240_000);

test("after a restore to a point in time verify names what is missing, reading again brings it, and the evidence log tells of it", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "agent-actions-restore-"));
  t.onTestFinished(() => rm(folder, { recursive: true }));
  const key = generateKey("example.com/agent-actions");
  const [keyFile, witnessFile] = [join(folder, "key"), join(folder, "witness")];
  await writeFile(keyFile, formatSigningKey(key));
  const evidence = { keyFile, witnessFile, intervalMillis: 100 };
  const harness = await createHarness(
    { brokers: kafka.bootstrapServers, databaseUrl: await database("restored"), partitions: 1 },
    t,
  );
  const topics = Object.fromEntries(
    Object.entries(harness.topics).map(([role, name]) => [`AGENT_ACTIONS_TOPIC_${role.toUpperCase()}`, name]),
  );
  const cli = async (databaseUrl: string, ...args: string[]) => {
    const out = captureOutput();
    const code = await runCli(
      args,
      quietContext(out, {
        DATABASE_URL: databaseUrl,
        KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
        KAFKA_GROUP_ID: harness.groupId,
        ...topics,
      }),
    );
    return { code, text: [...out.results, ...out.progressLines].join("\n") };
  };
  const before = await startService({ ...harness.options(), http: { port: 0 }, evidence });
  await harness.produce("action", actions(100));
  await until(async () => (await harness.count("agent_actions")) === 100);
  const startRestored = await postgres.copy(
    [
      `restore_command = 'cp ${postgres.archive}/%f %p'`,
      "recovery_target_name = 'the point'",
      "recovery_target_action = 'promote'",
      "archive_mode = off",
    ],
    "recovery",
  );
  await harness.produce("action", actions(50, 100));
  await until(async () => (await harness.count("agent_actions")) === 150);
  await harness.query("select pg_create_restore_point('the point')");
  await harness.produce("action", actions(25, 150));
  await until(async () => (await harness.count("agent_actions")) === 175);
  await until(
    async () =>
      (await cli(harness.databaseUrl, "audit", "verify", "--key-file", keyFile, "--checkpoint", witnessFile))
        .code === 0,
  );
  await before.stop(10_000);
  await harness.query("select pg_switch_wal()");
  const restored = await startRestored();
  const url = new URL(restored.url);
  url.pathname = "/restored";
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  t.onTestFinished(() => client.end());
  const rows = async () =>
    (await client.query<{ rows: number }>("select count(*)::int as rows from agent_actions")).rows[0]?.rows;
  await until(
    async () =>
      (await client.query("select pg_is_in_recovery() as recovering")).rows[0]?.recovering === false,
  );
  expect(await rows()).toBe(150);

  // What the group has read stands in Kafka, and is ahead of the rows.
  const missing = JSON.parse((await cli(url.href, "verify", "--records", "--json")).text) as {
    verdict: string;
    records: { missing_count: number };
  };
  expect(missing).toMatchObject({ verdict: "missing", records: { missing_count: 25 } });
  const set = await cli(url.href, "audit", "verify", "--key-file", keyFile, "--checkpoint", witnessFile);
  expect(set.code).toBe(1);
  expect(set.text).toContain("an older database was restored");
  expect((await cli(url.href, "audit", "verify", "--key-file", keyFile)).code).toBe(0);

  // As docs/operations.md says it.
  await client.query("update agent_actions_installation set id = gen_random_uuid()");
  const admin = harness.kafka.admin();
  await admin.connect();
  await admin.resetOffsets({ groupId: harness.groupId, topic: harness.topics.action, earliest: true });
  await admin.disconnect();
  const after = await startService({
    ...harness.options(),
    postgres: { url: url.href },
    http: { port: 0 },
    evidence: { ...evidence, witnessFile: join(folder, "witness after") },
  });
  t.onTestFinished(() => after.stop(10_000).catch(() => undefined));
  await until(async () => (await rows()) === 175);
  expect((await client.query("select from agent_actions group by id having count(*) > 1")).rowCount).toBe(0);
  expect((await cli(url.href, "verify", "--records", "--wait", "60", "--json")).text).toContain(
    '"missing_count":0',
  );
  // Statistics are computed anew, and all rows are added to the evidence log once more.
  await until(
    async () =>
      (
        await client.query(
          "select sum(actions)::int as actions from agent_action_statistics where resolution = 'minute' and grouped_by = 'type'",
        )
      ).rows[0]?.actions === 175,
  );
  await until(async () => (await cli(url.href, "audit", "verify", "--key-file", keyFile)).code === 0);
  expect(
    (await cli(url.href, "audit", "verify", "--key-file", keyFile, "--checkpoint", witnessFile)).code,
  ).toBe(1);
}, 300_000);
