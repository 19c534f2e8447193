import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { startDevStack } from "../../../src/devstack/dev-stack.js";
import { temporaryFolder } from "./temporary-folder.js";

const GIVEN = { KAFKA_BOOTSTRAP_SERVERS: "kafka:9092", DATABASE_URL: "postgres://db/x" };

test("servers that the environment names are handed on, and nothing is started", async () => {
  const messages: string[] = [];
  const stack = await startDevStack({ env: GIVEN, onProgress: (message) => messages.push(message) });
  expect(stack.kafka).toEqual({ bootstrapServers: "kafka:9092", external: true });
  expect(stack.postgres).toEqual({ url: "postgres://db/x", external: true });
  expect(stack.env).toEqual(GIVEN);
  expect(messages).toEqual([]);
  await stack.stop();
  await stack.stop();
});

test("only one of them when only one is wanted", async () => {
  const kafka = await startDevStack({ env: GIVEN, only: "kafka" });
  expect(kafka.env).toEqual({ KAFKA_BOOTSTRAP_SERVERS: "kafka:9092" });
  expect(kafka.postgres).toBeUndefined();
  const postgres = await startDevStack({ env: GIVEN, only: "postgres" });
  expect(postgres.env).toEqual({ DATABASE_URL: "postgres://db/x" });
  expect(postgres.kafka).toBeUndefined();
});

test("a machine without Java and Docker is told what to install, and nothing is left on it", async () => {
  const folder = await temporaryFolder();
  vi.stubEnv("TMPDIR", folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  const started = startDevStack({ only: "kafka", env: { PATH: folder, AGENT_ACTIONS_CACHE_DIR: folder } });
  await expect(started).rejects.toThrow("A real Kafka needs one of two things, and this machine has neither");
  expect(await readdir(folder)).toEqual([]);
});

test("when neither server can be had, one error tells both reasons", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "postgres"), "not a folder");
  const started = startDevStack({ dataDir: folder, env: { PATH: folder, AGENT_ACTIONS_CACHE_DIR: folder } });
  await expect(started).rejects.toThrow(/A real Kafka needs.*\n\n.*postgres/s);
  await expect(started).rejects.toMatchObject({ code: "AGENT_ACTIONS_DEV_STACK" });
});
