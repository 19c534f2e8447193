import { expect, test } from "vitest";
import { createTopics, type KafkaRecord, readTopic } from "../helpers/kafka-records.js";
import { type NodeEnd, runNode } from "../helpers/run-node.js";
import { kafkaBootstrap } from "../helpers/stack.js";

const brokers = kafkaBootstrap();

const app = (name: string): string => `test/fixtures/register/${name}`;

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ end: NodeEnd; records: KafkaRecord[] }> {
  const topics = await createTopics(brokers, { only: ["action"] });
  const end = await runNode(args, {
    KAFKA_BOOTSTRAP_SERVERS: brokers,
    AGENT_ACTIONS_TOPIC_ACTION: topics.action,
    OTEL_SERVICE_NAME: "host",
    ...env,
  });
  return { end, records: await readTopic(brokers, topics.action) };
}

const registered = (name: string, env?: Readonly<Record<string, string>>) =>
  run(["--import", "otel-agent-actions/register", app(name)], env);

const tools = (records: readonly KafkaRecord[]): unknown[] =>
  records.map(({ event }) => event.action_name).sort();

function expectNested(records: readonly KafkaRecord[]): void {
  const byTool = new Map(records.map(({ event }) => [event.action_name, event]));
  expect(byTool.get("inner")?.parent_span_id).toBe(byTool.get("outer")?.span_id);
  expect(byTool.get("inner")?.trace_id).toBe(byTool.get("outer")?.trace_id);
}

test.each(["plain.mjs", "plain.cjs"])("%s, a host without an SDK, gets one", async (name) => {
  const { end, records } = await registered(name);
  expect(end).toMatchObject({ code: 0, signal: null, stdout: "done\n", stderr: "" });
  expect(tools(records)).toEqual(["inner", "outer"]);
  expectNested(records);
  expect(records[0]?.event.service_name).toBe("host");
});

test("node-sdk.mjs, a host with a NodeSDK of its own, keeps it and is joined", async () => {
  const { end, records } = await registered("node-sdk.mjs");
  expect(end).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(end.stdout)).toEqual(["execute_tool inner", "execute_tool outer"]);
  expect(tools(records)).toEqual(["inner", "outer"]);
  expectNested(records);
});

test("node-sdk.cjs, which ends by process.exit() after its shutdown, keeps its exit code", async () => {
  const { end, records } = await registered("node-sdk.cjs");
  expect(end).toMatchObject({ code: 7, stderr: "" });
  expect(JSON.parse(end.stdout)).toEqual(["execute_tool inner", "execute_tool outer"]);
  expect(tools(records)).toEqual(["inner", "outer"]);
});

test("a host that records before its own set-up gets all that it asks for afterwards", async () => {
  const { end, records } = await registered("late-provider.mjs");
  expect(end).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(end.stdout)).toEqual({
    seen: ["execute_tool inner", "execute_tool outer"],
    ownManager: true,
    carrier: ["traceparent"],
    errors: [],
  });
  expect(tools(records)).toEqual(["early", "inner", "outer"]);
  expectNested(records);
});

test("a host that has put the processor in by itself sends nothing twice", async () => {
  const { end, records } = await registered("own-processor.mjs");
  expect(end).toMatchObject({ code: 0, stderr: "" });
  expect(tools(records)).toEqual(["only"]);
});

test("a provider whose inside is unknown is watched from outside", async () => {
  const { end, records } = await registered("wrapped-provider.mjs");
  expect(end).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(end.stdout)).toEqual(["execute_tool inner", "execute_tool outer"]);
  expect(tools(records)).toEqual(["inner", "outer"]);
  expectNested(records);
});

test("a set-up that was loaded before is joined", async () => {
  const { end, records } = await run([
    "--import",
    `./${app("set-up-first.mjs")}`,
    "--import",
    "otel-agent-actions/register",
    app("plain.mjs"),
  ]);
  expect(end).toMatchObject({ code: 0, stderr: "" });
  expect(tools(records)).toEqual(["inner", "outer"]);
});

test("without the SDK's package the program runs, and one warning says what to install", async () => {
  const { end, records } = await run([
    "--import",
    `./${app("without-sdk.mjs")}`,
    "--import",
    "otel-agent-actions/register",
    app("plain.mjs"),
  ]);
  expect(end).toMatchObject({ code: 0, stdout: "done\n" });
  expect(end.stderr).toContain("npm install @opentelemetry/sdk-trace-node");
  expect(records).toEqual([]);
});

test("OTEL_SDK_DISABLED=true switches everything off", async () => {
  const { end, records } = await registered("plain.mjs", { OTEL_SDK_DISABLED: "true" });
  expect(end).toMatchObject({ code: 0, stdout: "done\n", stderr: "" });
  expect(records).toEqual([]);
});

test("a sampler that samples nothing is heard, unless what is unsampled is to be recorded", async () => {
  const unsampled = { OTEL_TRACES_SAMPLER: "always_off" };
  expect((await registered("plain.mjs", unsampled)).records).toEqual([]);
  const recorded = { ...unsampled, AGENT_ACTIONS_EXPORTER_RECORD_UNSAMPLED: "true" };
  expect((await registered("plain.mjs", recorded)).records).toHaveLength(2);
});

test("OTEL_LOG_LEVEL shows on stderr what became of the actions", async () => {
  const { end } = await registered("plain.mjs", { OTEL_LOG_LEVEL: "info" });
  expect(end).toMatchObject({ code: 0, stdout: "done\n" });
  expect(end.stderr).toContain("2 of 2 events delivered to Kafka.");
});

test("a wrong value in the environment is told, and the program runs", async () => {
  const env = { OTEL_LOG_LEVEL: "warn", AGENT_ACTIONS_EXPORTER_LINGER_MS: "soon" };
  const { end, records } = await registered("plain.mjs", env);
  expect(end).toMatchObject({ code: 0, stdout: "done\n" });
  expect(end.stderr).toContain("AGENT_ACTIONS_EXPORTER_LINGER_MS has to be a whole number");
  expect(tools(records)).toEqual(["inner", "outer"]);
});
