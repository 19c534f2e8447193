import { describe, expect, test } from "vitest";
import { createTopics, readTopic } from "../helpers/kafka-records.js";
import { type NodeRun, startNode } from "../helpers/run-node.js";
import { kafkaBootstrap } from "../helpers/stack.js";

const brokers = kafkaBootstrap();
const NOBODY = "127.0.0.1:1";

async function start(way: string, env: Readonly<Record<string, string>> = {}) {
  const topics = await createTopics(brokers, { only: ["action"] });
  const run = startNode(["test/fixtures/exit/agent.mjs", way], {
    KAFKA_BOOTSTRAP_SERVERS: brokers,
    AGENT_ACTIONS_TOPIC_ACTION: topics.action,
    ...env,
  });
  const landed = async () =>
    new Set((await readTopic(brokers, topics.action)).map(({ event }) => event.id)).size;
  return { run, landed };
}

const ALL = "300 of 300 events delivered to Kafka.";

async function signal(run: NodeRun, name: NodeJS.Signals): Promise<void> {
  await run.said("ready");
  run.process.kill(name);
}

describe("a process that ends by itself", () => {
  test("is kept until its events are delivered, and no longer", async () => {
    const { run, landed } = await start("naturally");
    expect(await run.ended).toMatchObject({ code: 0, signal: null });
    expect(run.stderr()).toContain(ALL);
    expect(await landed()).toBe(300);
  });

  test("is not kept by an idle connection", async () => {
    const { run, landed } = await start("idle");
    expect(await run.ended).toMatchObject({ code: 0, signal: null });
    expect(await landed()).toBe(300);
  });

  test("ends at the deadline when Kafka is away, with its own exit code and what was left", async () => {
    const { run } = await start("naturally", {
      KAFKA_BOOTSTRAP_SERVERS: NOBODY,
      FLUSH_TIMEOUT_MILLIS: "300",
    });
    expect(await run.ended).toMatchObject({ code: 0, signal: null });
    expect(run.stderr()).toContain("0 of 300 events delivered to Kafka. Left: 300");
  });

  test("delivers nothing of what is left when flushOnExit is off, and is not kept", async () => {
    const { run, landed } = await start("naturally", { AGENT_ACTIONS_EXPORTER_FLUSH_ON_EXIT: "false" });
    expect(await run.ended).toMatchObject({ code: 0, signal: null });
    expect(await landed()).toBeLessThan(300);
  });

  test("says what was lost when it ends by process.exit()", async () => {
    const { run } = await start("by exit");
    expect(await run.ended).toMatchObject({ code: 5, signal: null });
    expect(run.stderr()).toContain("0 of 300 events delivered to Kafka. Left: 300");
  });

  test("ends by its own error as without us", async () => {
    const { run } = await start("by error");
    expect(await run.ended).toMatchObject({ code: 1, signal: null });
    expect(run.stderr()).toContain("of the host");
    expect(run.stderr()).toContain("Left: 300");
  });

  test("that has shut down is not kept at all", async () => {
    const { run, landed } = await start("shut down", { FLUSH_TIMEOUT_MILLIS: "3600000" });
    expect(await run.ended).toMatchObject({ code: 0, signal: null, stdout: "ready\n" });
    expect(run.stderr()).toContain(ALL);
    expect(await landed()).toBe(300);
  });
});

describe.each(["SIGTERM", "SIGINT"] as const)("%s", (name) => {
  test("is what a process without handlers dies of, after its events are delivered", async () => {
    const { run, landed } = await start("by signal");
    await signal(run, name);
    expect(await run.ended).toMatchObject({ code: null, signal: name });
    expect(run.stderr()).toContain(ALL);
    expect(await landed()).toBe(300);
  });

  test("leaves the end to the host's own handler, and its exit code", async () => {
    const { run, landed } = await start("by own handler", { SIGNAL: name });
    await signal(run, name);
    expect(await run.ended).toMatchObject({ code: 3, signal: null });
    expect(await landed()).toBe(300);
  });

  test("does not end a host that listens once and stays", async () => {
    const { run, landed } = await start("never", { SIGNAL: name });
    await signal(run, name);
    await run.said("the host has heard it");
    while (!run.stderr().includes(ALL)) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(run.process.exitCode ?? run.process.signalCode).toBeNull();
    run.process.kill("SIGKILL");
    expect(await run.ended).toMatchObject({ code: null, signal: "SIGKILL" });
    expect(await landed()).toBe(300);
  });

  test("ends a process in which only signal-exit listens, which would wait for us", async () => {
    const { run, landed } = await start("by signal-exit", { SIGNAL: name });
    await signal(run, name);
    expect(await run.ended).toMatchObject({ code: null, signal: name });
    expect(run.stdout()).toContain("cleaned up");
    expect(await landed()).toBe(300);
  });

  test("ends the process at the deadline when Kafka is away, and says what was left", async () => {
    const { run } = await start("by signal", {
      KAFKA_BOOTSTRAP_SERVERS: NOBODY,
      FLUSH_TIMEOUT_MILLIS: "300",
    });
    await signal(run, name);
    expect(await run.ended).toMatchObject({ code: null, signal: name });
    expect(run.stderr()).toContain("0 of 300 events delivered to Kafka. Left: 300");
  });

  test("ends it at once when it comes a second time", async () => {
    const env = { KAFKA_BOOTSTRAP_SERVERS: NOBODY, FLUSH_TIMEOUT_MILLIS: "3600000" };
    const { run } = await start("by signal", env);
    await signal(run, name);
    const again = setInterval(() => run.process.kill(name), 200);
    expect(await run.ended).toMatchObject({ code: null, signal: name });
    clearInterval(again);
  });
});
