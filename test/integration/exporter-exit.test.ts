import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
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

/** The address of something that takes connections and never answers: Kafka is neither there nor away. */
async function silentKafka(): Promise<string> {
  const server = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
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

  test("says on stderr that Kafka is away, and what was lost, also where no logger is set", async () => {
    const { run } = await start("naturally", {
      KAFKA_BOOTSTRAP_SERVERS: NOBODY,
      // Enough for a thread to start and a connection to be refused on a busy machine.
      FLUSH_TIMEOUT_MILLIS: "1500",
      LOGGER: "none",
    });
    expect(await run.ended).toMatchObject({ code: 0, signal: null });
    const lines = run.stderr().trim().split("\n");
    expect(lines).toEqual([
      expect.stringMatching(
        /^otel-agent-actions: Kafka cannot be reached at 127.0.0.1:1: .* Events wait in memory/,
      ),
      // An attempt may be under way when the time is up.
      expect.stringMatching(
        /^otel-agent-actions: 0 of 300 events delivered to Kafka\. Left: 300( \(being sent: \d+\))?\.$/,
      ),
    ]);
  });

  test("says nothing where nothing was lost and no logger is set", async () => {
    const { run } = await start("naturally", { LOGGER: "none" });
    expect(await run.ended).toMatchObject({ code: 0, stderr: "" });
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

  test("is not waited out while Kafka is away, however long a flush may take", async () => {
    const env = { KAFKA_BOOTSTRAP_SERVERS: NOBODY, FLUSH_TIMEOUT_MILLIS: "3600000" };
    const { run } = await start("by signal", env);
    await signal(run, name);
    expect(await run.ended).toMatchObject({ code: null, signal: name });
    expect(run.stderr()).toContain("0 of 300 events delivered to Kafka. Left: 300");
  });

  test.each(["SIGTERM", "SIGINT"] as const)(
    "does not wait when %s comes after it, and says what was left",
    async (second) => {
      const env = { KAFKA_BOOTSTRAP_SERVERS: await silentKafka(), FLUSH_TIMEOUT_MILLIS: "3600000" };
      const { run } = await start("by signal", env);
      await signal(run, name);
      const again = setInterval(() => run.process.kill(second), 200);
      expect(await run.ended).toMatchObject({ code: null });
      clearInterval(again);
      expect(run.stderr()).toContain("0 of 300 events delivered to Kafka. Left: 300");
    },
  );
});

describe("worker threads", () => {
  async function startThreads(way: string) {
    const topics = await createTopics(brokers, { only: ["action"] });
    const run = startNode(["test/fixtures/exit/threads.mjs", way], {
      KAFKA_BOOTSTRAP_SERVERS: brokers,
      AGENT_ACTIONS_TOPIC_ACTION: topics.action,
    });
    return { run, landed: async () => (await readTopic(brokers, topics.action)).length };
  }

  test("flush when a signal ends the process", async () => {
    const { run, landed } = await startThreads("by signal");
    await signal(run, "SIGTERM");
    expect(await run.ended).toMatchObject({ code: null, signal: "SIGTERM" });
    expect(await landed()).toBe(100);
  });

  test("flush when they end by themselves, and say what was lost when they are made to", async () => {
    const naturally = await startThreads("naturally");
    expect(await naturally.run.ended).toMatchObject({ code: 0 });
    expect(await naturally.landed()).toBe(100);
    const { run } = await startThreads("by exit");
    expect((await run.ended).stderr).toContain("0 of 50 events delivered to Kafka. Left: 50.");
  });

  test("warn when the main thread, which alone hears signals, cannot ask them to flush", async () => {
    const { run } = await startThreads("alone");
    await run.said("ready");
    while (!run.stderr().includes("AGENT_ACTIONS_WORKER")) await new Promise((next) => setTimeout(next, 10));
    run.process.kill("SIGKILL");
    expect((await run.ended).stderr).toContain("load the package in the main thread too");
  });
});
