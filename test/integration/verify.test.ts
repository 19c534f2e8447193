import { randomUUID } from "node:crypto";
import type { Message } from "kafkajs";
import { expect, test } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { startNode } from "../helpers/run-node.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { captureOutput, quietContext } from "../unit/cli/captured-output.js";
import { type ConsumerHarness, createHarness, untilConsumed } from "./consumer-harness.js";

const harness = await createHarness({ partitions: 2 });
const consumer = await harness.start({ producerGraceMillis: 1_000 });

const env: Record<string, string> = {
  KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap(),
  DATABASE_URL: harness.databaseUrl,
  KAFKA_GROUP_ID: harness.groupId,
  ...topicVariables(harness),
};

function topicVariables({ topics }: ConsumerHarness): Record<string, string> {
  return Object.fromEntries(
    Object.entries(topics).map(([role, name]) => [`AGENT_ACTIONS_TOPIC_${role.toUpperCase()}`, name]),
  );
}

async function verify(...args: string[]): Promise<{ code: number; text: string }> {
  const out = captureOutput();
  const code = await runCli(["verify", ...args], quietContext(out, env));
  const text = [...out.results, ...out.progressLines].join("\n");
  if (process.env.AGENT_ACTIONS_TEST_REPORT && !args.includes("--json"))
    process.stderr.write(`${text}\nexit code ${code}\n\n`);
  return { code, text };
}

interface Verification {
  readonly verdict: string;
  readonly totals: Record<string, number>;
  readonly producers: { gaps: { first_sequence: number; last_sequence: number }[]; abandoned_rows: number }[];
  readonly dead_letters: { reason: string; fate: string }[];
  readonly records: { missing: { place: string; producer_sequence: string }[] } & Record<string, unknown>;
  readonly unknown: string[];
}

async function verified(...args: string[]): Promise<Verification & { code: number }> {
  const { code, text } = await verify(...args, "--json");
  return { ...(JSON.parse(text) as Verification), code };
}

/** An agent's run by hand: what it numbered, without the records that are lost on the way. */
async function sendRun(name: string, lost: readonly number[] = []): Promise<{ epoch: string; sent: number }> {
  const epoch = `${name}-${randomUUID()}`;
  const headers = (sequence: number) => ({ "producer-epoch": epoch, "producer-sequence": String(sequence) });
  const event = (sequence: number, more: object) =>
    JSON.stringify({
      id: `${epoch} ${sequence}`,
      correlation_id: name,
      agent_name: "agent",
      action_type: "tool_call",
      action_name: `step ${sequence}`,
      started_at: "2026-11-01T00:00:00Z",
      ...more,
    });
  const messages: Message[] = [];
  for (let sequence = 1; sequence <= 20; sequence++) {
    if (lost.includes(sequence)) continue;
    // Number 6 tells of the action of number 5 again, and number 9 is no event.
    const value =
      sequence === 9
        ? "not JSON"
        : sequence === 6
          ? event(5, { status: "ok" })
          : event(sequence, { status: sequence === 5 ? "running" : "ok" });
    messages.push({ key: name, value, headers: headers(sequence) });
  }
  const before = consumer.metrics().messages_consumed;
  await harness.produce("action", messages);
  const heartbeat = {
    producer_epoch: epoch,
    service_name: "shop",
    status: "ended",
    last_sequence: 20,
    given_up: 0,
    counters: { dropped: { queue_full: 2 } },
  };
  await harness.produce("producer_heartbeat", [{ key: epoch, value: JSON.stringify(heartbeat) }]);
  await untilConsumed(consumer, before + messages.length + 1);
  return { epoch, sent: messages.length };
}

test("a run of which all is there: every number is a row, merged into one, or a dead letter", async () => {
  const { epoch } = await sendRun("clean");
  const all = await verified("--producer", epoch, "--records", "--wait", "30");
  expect(all).toMatchObject({
    code: 0,
    verdict: "complete",
    totals: {
      numbered: 20,
      arrived: 20,
      rows: 18,
      merged_or_repeated: 1,
      dead_letters: 1,
      lost: 0,
      doubled: 0,
    },
    dead_letters: [{ reason: "not_json", fate: "open" }],
    records: { records: 20, stored: 19, rows: 18, dead_letters: 1, missing_count: 0, expired: 0 },
  });
  const { code, text } = await verify("--run", "clean", "--wait", "30");
  expect(code).toBe(0);
  expect(text).toContain("ALL THERE");
  expect(text).toMatch(/missing +0/);
  expect(text).toMatch(/dropped +0 +queue_full 2/);
  expect(text.split("\n").length).toBeLessThan(25);
});

test("three records that never arrived are named by number and place; three rows that were removed, by their records", async () => {
  const { epoch } = await sendRun("lossy", [12, 13, 17]);
  const lossy = await verified("--run", "lossy", "--wait", "30");
  expect(lossy).toMatchObject({
    code: 1,
    verdict: "missing",
    totals: { numbered: 20, arrived: 17, lost: 3 },
  });
  expect(
    lossy.producers.map(({ gaps }) => gaps.map((gap) => [gap.first_sequence, gap.last_sequence])),
  ).toEqual([
    [
      [12, 13],
      [17, 17],
    ],
  ]);
  const places = await harness.query<{ place: string; sequence: string }>(
    `select concat_ws('/', kafka_topic, kafka_partition, kafka_offset) as place, producer_sequence as sequence
     from agent_actions where producer_epoch = $1 and producer_sequence in (11, 14)`,
    [epoch],
  );
  const placeOf = (sequence: string) => places.find((row) => row.sequence === sequence)?.place;
  const { text } = await verify("--run", "lossy");
  expect(text).toContain("3 numbers at or between the numbers of the run never arrived");
  expect(text).toContain(`12 to 13  after ${placeOf("11")}, before ${placeOf("14")}`);

  const removed = await sendRun("removed");
  const gone = await harness.query<{ place: string }>(
    `delete from agent_actions where producer_epoch = $1 and producer_sequence in (3, 6, 20)
     returning concat_ws('/', kafka_topic, kafka_partition, kafka_offset) as place`,
    [removed.epoch],
  );
  expect(gone).toHaveLength(3);
  // All numbers arrived: only Kafka's records tell.
  expect(await verified("--run", "removed", "--wait", "30")).toMatchObject({ code: 0 });
  const compared = await verified("--producer", removed.epoch, "--records");
  expect(compared).toMatchObject({ code: 1, verdict: "missing", totals: { lost: 0, arrived: 20 } });
  // Two records told of the action of number 6.
  expect(compared.records.missing.map(({ producer_sequence }) => producer_sequence)).toEqual([
    "3",
    "5",
    "6",
    "20",
  ]);
  expect(compared.records.missing.map(({ place }) => place)).toEqual(
    expect.arrayContaining(gone.map(({ place }) => place)),
  );
});

test("what was erased is not missing", async () => {
  await sendRun("to be erased");
  const out = captureOutput();
  expect(await runCli(["erase", "--run", "to be erased"], quietContext(out, env))).toBe(0);
  const compared = await verified("--records", "--since", "1h", "--producer", "shop");
  expect(compared.records).toMatchObject({ erased: 19, records: 77 });
  expect(compared.records.missing).toHaveLength(4);
});

test("what is as old as what retention has removed is not missing, by what it noted", async () => {
  const { epoch } = await sendRun("aged");
  await harness.query("delete from agent_actions where producer_epoch = $1", [epoch]);
  const compared = async () => {
    const { records } = await verified("--run", "aged", "--records");
    return { removed: records.removed_by_retention, missing: Number(records.missing_count) };
  };
  const before = await compared();
  expect(before.removed).toBe(0);
  expect(before.missing).toBeGreaterThan(0);
  const note = (details: object) =>
    harness.query("insert into agent_audit_log (action, details) values ('retain', $1)", [
      JSON.stringify(details),
    ]);
  await note({
    removed_before: { rows: "2026-10-26T00:00:00Z", projects: { other: "2026-11-20T00:00:00Z" } },
  });
  expect(await compared()).toEqual(before);
  await note({ removed_before: { rows: "2026-11-02T00:00:00Z" } });
  expect(await compared()).toEqual({ removed: before.missing, missing: 0 });
});

test("of an agent that was killed it cannot be said what it did last", async () => {
  const agent = startNode(["test/fixtures/in-flight/agent.mjs"], {
    ...topicVariables(harness),
    KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap(),
    AGENT_ACTIONS_EXPORTER_HEARTBEAT_INTERVAL_MS: "300",
  });
  const rows = () =>
    harness.query<{ state: string; producer_epoch: string; correlation_id: string }>(
      `select state, producer_epoch, correlation_id from agent_actions
       where producer_epoch = (select producer_epoch from agent_producers where process_pid = $1)`,
      [agent.process.pid],
    );
  await until(async () => (await rows()).filter(({ state }) => state === "running").length === 5);
  agent.process.kill("SIGKILL");
  await until(async () => (await rows()).filter(({ state }) => state === "abandoned").length === 5);
  const left = (await rows()).find(({ state }) => state === "abandoned");
  const { producer_epoch: epoch = "", correlation_id: run = "" } = left ?? {};
  const killed = await verified("--producer", epoch, "--wait", "10");
  expect(killed).toMatchObject({ code: 75, verdict: "unknown", totals: { lost: 0 } });
  expect(killed.producers).toMatchObject([{ status: "gone", abandoned_rows: 6 }]);
  expect(killed.unknown).toEqual([expect.stringContaining("1 producer ended without saying so")]);
  const { code, text } = await verify("--run", run, "--wait", "10");
  expect(code).toBe(75);
  expect(text).toContain("CANNOT BE SAID");
  expect(text).toMatch(/of the run (?:has|have) no end/);
});

test("what was not asked for rightly, and what nobody knows, are said so", async () => {
  expect(await verify("--run", "a", "--producer", "b")).toMatchObject({ code: 64 });
  expect(await verify("--run", "nobody's")).toMatchObject({
    code: 75,
    text: expect.stringContaining("there is no producer and no row"),
  });
  const out = captureOutput();
  const away = { ...env, KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9" };
  expect(await runCli(["verify"], quietContext(out, away))).toBe(69);
});
