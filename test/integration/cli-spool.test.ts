import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { createTopics, readTopic } from "../helpers/kafka-records.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { spoolRecord, temporaryFolder, writeSegments } from "../unit/spool/records.js";
import { cli, startCli } from "./cli-program.js";

const brokers = kafkaBootstrap();

const recordsOf = (ids: readonly string[]) =>
  ids.map((id) => ({ ...spoolRecord(id), value: Buffer.from(JSON.stringify({ id })) }));

test("replay sends what is left, each once, in order and with its headers, and removes the files", async (t) => {
  const topics = await createTopics(brokers, { only: ["action", "execution"] });
  const folder = temporaryFolder();
  const ids = Array.from({ length: 3_000 }, (_, index) => `action-${index}`);
  const spooledAt = Date.now() - 5_000;
  writeSegments(folder, recordsOf(ids), {
    topic: topics.action,
    epoch: "a",
    spooledAt,
    segmentBytes: 100_000,
  });
  writeSegments(folder, recordsOf(["one"]), { topic: topics.execution, epoch: "b", spooledAt });
  const files = readdirSync(folder).length;
  expect(files).toBeGreaterThan(3);

  // Two at once share the work.
  const args = ["spool", "replay", "--directory", folder, "--json"];
  const ended = await Promise.all([1, 2].map(() => cli(t, args, { KAFKA_BOOTSTRAP_SERVERS: brokers })));
  expect(ended.map(({ code }) => code)).toEqual([0, 0]);
  const counts = ended.map(({ stdout }) => JSON.parse(stdout) as { sent: number; files: number });
  expect(counts.reduce((sum, { sent }) => sum + sent, 0)).toBe(3_001);
  expect(counts.reduce((sum, count) => sum + count.files, 0)).toBe(files);
  expect(readdirSync(folder)).toEqual([]);

  const records = await readTopic(brokers, topics.action);
  expect(records.map(({ event }) => event.id).sort()).toEqual([...ids].sort());
  expect(records.every(({ event, headers }) => headers["producer-sequence"] === event.id)).toBe(true);
  expect(await readTopic(brokers, topics.execution)).toHaveLength(1);
});

test("replay that is interrupted goes on where it was, at the rate that it was given", async (t) => {
  const topics = await createTopics(brokers, { only: ["action"] });
  const folder = temporaryFolder();
  const ids = Array.from({ length: 1_000 }, (_, index) => `action-${index}`);
  writeSegments(folder, recordsOf(ids), {
    topic: topics.action,
    spooledAt: Date.now(),
    segmentBytes: 10_000_000,
  });
  const args = ["spool", "replay", "--directory", folder, "--rate", "100"];
  const env = { KAFKA_BOOTSTRAP_SERVERS: brokers };
  const slow = startCli(t, args, env);
  await slow.complained(/events? sent/);
  slow.child.kill("SIGTERM");
  expect(await slow.ended).toMatchObject({ code: 143 });
  expect(readdirSync(folder)).toHaveLength(1);
  const sent = (await readTopic(brokers, topics.action)).length;
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThan(1_000);

  expect(await cli(t, ["spool", "replay", "--directory", folder], env)).toMatchObject({ code: 0 });
  const records = await readTopic(brokers, topics.action);
  expect(records).toHaveLength(1_000);
  expect(new Set(records.map(({ event }) => event.id)).size).toBe(1_000);
});
