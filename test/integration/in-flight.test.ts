import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { AgentActionSpanProcessor } from "../../exporter/index.js";
import { segmentRecords } from "../../src/spool/segment-records.js";
import { SpoolFolder } from "../../src/spool/spool-folder.js";
import { type NodeRun, startNode } from "../helpers/run-node.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { createHarness } from "./consumer-harness.js";

const harness = await createHarness();

// Short, so that a test need not wait long.
beforeAll(async () => {
  await harness.start({ producerGraceMillis: 1_500 });
});

class OpenAgent {
  readonly run: NodeRun;

  constructor(env: Readonly<Record<string, string>> = {}) {
    const topics = Object.entries(harness.topics).map(([kind, topic]) => [
      `AGENT_ACTIONS_TOPIC_${kind.toUpperCase()}`,
      topic,
    ]);
    this.run = startNode(["test/fixtures/in-flight/agent.mjs"], {
      ...Object.fromEntries(topics),
      KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap(),
      AGENT_ACTIONS_EXPORTER_HEARTBEAT_INTERVAL_MS: "300",
      ...env,
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.run.process.kill(signal);
  }

  /** The states of its actions by name, and of its run. */
  async states(): Promise<Record<string, string>> {
    const rows = await harness.query<{ name: string; state: string }>(
      `select action_name as name, state from agent_actions where producer_epoch = (${EPOCH})
       union all select 'run', status from agent_execution_logs where producer_epoch = (${EPOCH})`,
      [this.run.process.pid],
    );
    return Object.fromEntries(rows.map(({ name, state }) => [name, state]));
  }

  async until(states: Record<string, string>): Promise<void> {
    const expected = JSON.stringify(Object.entries(states).sort());
    await until(async () => JSON.stringify(Object.entries(await this.states()).sort()) === expected);
  }

  async producer(): Promise<Record<string, unknown> | undefined> {
    const [row] = await harness.query("select * from agent_producers where process_pid = $1", [
      this.run.process.pid,
    ]);
    return row;
  }
}

const EPOCH = "select producer_epoch from agent_producers where process_pid = $1";
const OPEN = { quick: "ended", release: "running", search: "running", run: "in_progress" };
const GONE = { quick: "ended", release: "abandoned", search: "abandoned", run: "abandoned" };
/** What the agent ends when it is told to. Two rows were one call: one of them is taken back. */
const TO_END = { deploy: "running", find: "running", lookup: "running" };
const TO_END_GONE = { deploy: "abandoned", find: "abandoned", lookup: "abandoned" };
const HAS_ENDED = { deploy: "ended", lookup: "ended" };

test("what is open is running, ends as the same row, and is abandoned when the process is killed", async () => {
  const agent = new OpenAgent();
  await agent.until({ ...OPEN, ...TO_END });
  const [running] = await harness.query(`select * from agent_actions where action_name = 'deploy'`);
  expect(running).toMatchObject({
    status: "running",
    agent_name: "agent-open",
    action_details: { tool_parameters: { to: "prod" } },
    ended_at: null,
  });
  agent.kill("SIGUSR2");
  await agent.until({ ...OPEN, ...HAS_ENDED });
  const [ended] = await harness.query(`select * from agent_actions where action_name = 'deploy'`);
  expect(ended).toMatchObject({
    id: running?.id,
    created_at: running?.created_at,
    status: "ok",
    action_details: { tool_parameters: { to: "prod" }, tool_result: "done", success: true },
  });
  await until(async () => (await agent.producer())?.open_actions === "3");
  const calls = await harness.query(
    `select merged_spans from agent_actions where action_name in ('find', 'lookup')`,
  );
  expect(calls).toEqual([{ merged_spans: [expect.objectContaining({ source: "gen-ai" })] }]);
  agent.kill("SIGKILL");
  await agent.until({ ...GONE, ...HAS_ENDED });
  const producer = await agent.producer();
  expect(producer).toMatchObject({ status: "gone", abandoned_rows: "3" });
  const abandoned = await harness.query(
    `select last_seen_at from agent_actions where state = 'abandoned'
     union all select last_seen_at from agent_execution_logs where status = 'abandoned'`,
  );
  expect(abandoned).toEqual(Array(3).fill({ last_seen_at: producer?.last_seen_at }));
});

test("what was open in a process that never reached Kafka, and was killed, is abandoned once its spool is sent", async () => {
  const folder = join(mkdtempSync(join(tmpdir(), "agent-actions-spool-")), "spool");
  const agent = new OpenAgent({
    KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1",
    AGENT_ACTIONS_EXPORTER_SPOOL: "always",
    AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY: folder,
  });
  const left = async (): Promise<string> => {
    let text = "";
    for (const { path } of await new SpoolFolder(folder).list())
      for await (const { record } of segmentRecords(path)) text += record.value.toString();
    return text;
  };
  await until(async () => (await left()).match(/"status":"running"/g)?.length === 5);
  agent.kill("SIGKILL");
  await agent.run.ended;
  expect(await left()).toContain('"status":"ended"');
  const { topics } = harness;
  const options = { brokers: kafkaBootstrap(), topics, spoolDirectory: folder, flushOnExit: false };
  const processor = new AgentActionSpanProcessor(options);
  await agent.until({ ...GONE, ...TO_END_GONE });
  expect(await agent.producer()).toMatchObject({ status: "ended" });
  await processor.shutdown();
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

test("what is open in a process that is frozen is abandoned, runs again when it thaws, and ends", async () => {
  const agent = new OpenAgent();
  await agent.until({ ...OPEN, ...TO_END });
  agent.kill("SIGSTOP");
  await agent.until({ ...GONE, ...TO_END_GONE });
  agent.kill("SIGCONT");
  await agent.until({ ...OPEN, ...TO_END });
  agent.kill("SIGUSR2");
  await agent.until({ ...OPEN, ...HAS_ENDED });
  // A process that ends by a signal says that what is open has no end.
  agent.kill("SIGTERM");
  await agent.until({ ...GONE, ...HAS_ENDED });
  expect(await agent.producer()).toMatchObject({ status: "ended", missing: "0", unacknowledged: "0" });
});
