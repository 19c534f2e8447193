import { expect, test } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { captureOutput, quietContext } from "../unit/cli/captured-output.js";
import { action, type ConsumerHarness, createHarness } from "./consumer-harness.js";

/** The environment in which `agent-actions` finds the harness. */
const envOf = ({ topics, databaseUrl, groupId }: ConsumerHarness): Record<string, string> => ({
  KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap(),
  DATABASE_URL: databaseUrl,
  KAFKA_GROUP_ID: groupId,
  ...Object.fromEntries(
    Object.entries(topics).map(([role, name]) => [`AGENT_ACTIONS_TOPIC_${role.toUpperCase()}`, name]),
  ),
});

/** What a command line would have written. */
async function cli(args: readonly string[], env: Record<string, string>) {
  const out = captureOutput();
  const code = await runCli(args, quietContext(out, env));
  const textOf = (written: readonly string[]) => written.map((line) => `${line}\n`).join("");
  return { code, stdout: textOf(out.results), stderr: textOf(out.progressLines) };
}

const lines = (text: string): Record<string, unknown>[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test("dead letters are listed, shown, dropped and sent once more, until a record has come back too often", async (t) => {
  const harness = await createHarness({ partitions: 2 }, t);
  const env = envOf(harness);
  // A rule of the user's own, which is mended later.
  await harness.query("alter table agent_actions add constraint no_secrets check (agent_name <> 'secret')");
  const consumer = await harness.start();
  const refused = action(1, { agent_name: "secret" });
  const numbered = {
    ...refused,
    headers: { "producer-epoch": "e", "producer-sequence": "1", mine: Buffer.from([255, 0]) },
  };
  const broken = Buffer.from([0x7b, 0xff, 0xfe]);
  await harness.produce("action", [numbered, { key: "k", value: "not JSON" }, { key: null, value: broken }]);
  await harness.produce("execution", [{ key: "k", value: "{}" }]);
  await until(() => consumer.metrics().messages_dead_lettered === 4);
  const dlq = (...args: string[]) => cli(["dlq", ...args], env);

  const list = await dlq("list", "--json");
  expect(list).toMatchObject({ code: 0, stderr: "" });
  const letters = lines(list.stdout);
  expect(letters.map(({ reason }) => reason).sort()).toEqual([
    "not_an_event",
    "not_json",
    "not_utf8",
    "refused_by_postgres",
  ]);
  const ofReason = (reason: string) => String(letters.find((letter) => letter.reason === reason)?.letter);
  expect(lines((await dlq("list", "--json", "--topic", harness.topics.execution)).stdout)).toMatchObject([
    { reason: "not_an_event", topic: harness.topics.execution, attempts: 0, state: "open" },
  ]);
  expect(lines((await dlq("stats", "--json", "--sqlstate", "23514")).stdout)).toEqual([
    expect.objectContaining({ reason: "refused_by_postgres", sqlstate: "23514", state: "open", count: 1 }),
  ]);
  expect((await dlq("list", "--until", "1h")).stderr).toBe("No dead letters.\n");
  const shown = await dlq("show", ofReason("not_utf8"), "9:9");
  expect(shown).toMatchObject({ code: 1, stderr: "There is no letter at 9:9.\n" });
  expect(JSON.parse(shown.stdout)).toMatchObject({ key: null, value: { base64: broken.toString("base64") } });

  // What is only looked at is not done, and what is dropped is not sent.
  expect(await dlq("redrive")).toMatchObject({ code: 64, stderr: expect.stringContaining("--all") });
  expect(await dlq("redrive", "--all", "--dry-run")).toMatchObject({
    code: 0,
    stderr: "4 letters would be redriven.\n",
  });
  expect(await dlq("drop", ofReason("not_utf8"), ofReason("not_json"))).toMatchObject({
    code: 0,
    stdout: "2 letters dropped, 0 left out\n",
  });
  expect(lines((await dlq("list", "--json")).stdout)).toHaveLength(2);
  expect(
    lines((await dlq("list", "--all", "--json")).stdout)
      .map(({ state }) => state)
      .sort(),
  ).toEqual(["dropped", "dropped", "open", "open"]);

  // Refused again it comes back with one attempt more, and after two it is left where it is.
  for (const attempts of [1, 2]) {
    expect(await dlq("redrive", "--reason", "refused_by_postgres", "--max-attempts", "2")).toMatchObject({
      code: 0,
      stdout: "1 letter redriven, 0 left out\n",
    });
    await until(() => consumer.metrics().messages_dead_lettered === 4 + attempts);
    expect(lines((await dlq("list", "--json", "--reason", "refused_by_postgres")).stdout)).toMatchObject([
      { attempts, state: "open", topic: harness.topics.action },
    ]);
  }
  const looped = await dlq("redrive", "--reason", "refused_by_postgres", "--max-attempts", "2");
  expect(looped).toMatchObject({ code: 1, stdout: "0 letters redriven, 1 left out\n" });
  expect(looped.stderr).toContain("is left out: it came back 2 times");

  // Mended, it lands, with the bytes and headers that it had.
  await harness.query("alter table agent_actions drop constraint no_secrets");
  expect(await dlq("redrive", "--reason", "refused_by_postgres", "--json")).toMatchObject({
    code: 0,
    stdout: '{"redriven":1,"left_out":0}\n',
  });
  await until(async () => (await harness.count("agent_actions")) === 1);
  expect(
    await harness.query("select agent_name, producer_epoch, producer_sequence from agent_actions"),
  ).toEqual([{ agent_name: "secret", producer_epoch: "e", producer_sequence: "1" }]);
  const reader = harness.kafka.consumer({ groupId: `${harness.groupId}-reader` });
  const records: { value: string; headers: Record<string, string> }[] = [];
  await reader.connect();
  await reader.subscribe({ topics: [harness.topics.action], fromBeginning: true });
  await reader.run({
    eachMessage: async ({ message: { value, headers } }) => {
      const texts = Object.entries(headers ?? {}).map(([name, header]) => [
        name,
        Buffer.from(header as Buffer).toString("latin1"),
      ]);
      records.push({ value: String(value), headers: Object.fromEntries(texts) });
    },
  });
  await until(() => records.length === 6);
  await reader.disconnect();
  const sent = records.filter(({ value }) => value === refused.value);
  expect(sent.map(({ headers }) => headers["dead-letter.attempt"]).sort()).toEqual([
    "1",
    "2",
    "3",
    undefined,
  ]);
  for (const { headers } of sent) {
    expect(headers).toMatchObject({ "producer-epoch": "e", "producer-sequence": "1", mine: "\u00ff\u0000" });
    expect(Object.keys(headers).filter((name) => name.startsWith("dead-letter."))).toHaveLength(
      headers["dead-letter.attempt"] === undefined ? 0 : 2,
    );
  }
  expect(
    sent.find(({ headers }) => headers["dead-letter.attempt"] === "1")?.headers["dead-letter.redriven-from"],
  ).toBe(`${harness.topics.dead_letter}/${ofReason("refused_by_postgres").replace(":", "/")}`);
});

test("what is done to dead letters is in the audit log first; without it nothing is done, unless that is asked for", async (t) => {
  const harness = await createHarness({ partitions: 1 }, t);
  const consumer = await harness.start();
  await harness.produce("action", [
    { key: "k", value: "not JSON" },
    { key: "k", value: "nor this" },
  ]);
  await until(() => consumer.metrics().messages_dead_lettered === 2);
  const env = envOf(harness);
  const away = { ...env, DATABASE_URL: "postgres://127.0.0.1:9/none" };
  expect(await cli(["dlq", "drop", "--all"], away)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Nothing was done, because it cannot be written into the audit log"),
  });
  expect(lines((await cli(["dlq", "list", "--json"], env)).stdout)).toHaveLength(2);
  expect(await cli(["dlq", "drop", "0:0", "--no-audit"], away)).toMatchObject({ code: 0 });
  expect(await cli(["dlq", "drop", "0:1"], env)).toMatchObject({ code: 0 });
  expect(await harness.query("select action, subject, details from agent_audit_log")).toEqual([
    { action: "drop", subject: "dead letters", details: { letters: 1, places: ["0:1"] } },
  ]);
});

test("a topic that is missing, and a Kafka that is away, are said so", async (t) => {
  const harness = await createHarness({ topicsMade: false, migrated: false }, t);
  expect(await cli(["dlq", "list"], envOf(harness))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("agent-actions topics --create"),
  });
  expect(await cli(["dlq", "stats"], { KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9" })).toMatchObject({
    code: 69,
    stderr: expect.stringContaining("does not respond"),
  });
});
