import { expect, onTestFinished, test } from "vitest";
import { type ActionPublisher, createActionPublisher, type ExporterOptions } from "../../exporter/index.js";
import { EVENT_KINDS } from "../../src/event/index.js";
import { diagLines, textsAt } from "../helpers/diag-lines.js";
import { createTopics, readTopic } from "../helpers/kafka-records.js";
import { runNode } from "../helpers/run-node.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { advertising, startTcpProxy } from "../helpers/tcp-proxy.js";

const brokers = kafkaBootstrap();
const topics = await createTopics(brokers);
const lines = diagLines();

function publisherWith(options: ExporterOptions): ActionPublisher {
  const publisher = createActionPublisher({
    topics,
    flushOnExit: false,
    shutdownTimeoutMillis: 1_000,
    ...options,
  });
  onTestFinished(() => publisher.close());
  return publisher;
}

test("true means that the event lies in the topic of its kind", async () => {
  const publisher = publisherWith({ brokers });
  const answers = await Promise.all([
    publisher.publishSuccess({ agentName: "agent", successName: "done", correlationId: "abc-123" }),
    publisher.publishRoutingDecision({ selected_agent: "a", correlation_id: "abc-123" }),
    publisher.publishTransformation({ source_agent: "a", target_agent: "b" }),
    publisher.publishRouterPerformance({ query_text: "q" }),
    publisher.publishDetectionFailure({ failure_reason: "timeout" }),
    publisher.publishExecution({ execution_id: "run-1" }),
    publisher.publishLabel({ name: "resolved", correlationId: "abc-123" }),
  ]);
  expect(answers).toEqual(EVENT_KINDS.map(() => true));
  for (const kind of EVENT_KINDS) {
    const records = await readTopic(brokers, topics[kind]);
    expect(records.map(({ headers }) => headers["event-kind"])).toEqual([kind]);
  }
  const [success] = await readTopic(brokers, topics.action);
  expect(success?.event).toMatchObject({
    action_type: "success",
    action_name: "done",
    correlation_id: "abc-123",
  });
});

test("events that are published at the same time share their way and all are acknowledged", async () => {
  const own = await createTopics(brokers, { only: ["action"] });
  const publisher = publisherWith({ brokers, topics: own });
  const calls = Array.from({ length: 500 }, (_, index) =>
    publisher.publishToolCall({ agentName: "agent", toolName: `tool-${index}` }),
  );
  expect(await Promise.all(calls)).toEqual(Array(500).fill(true));
  const tools = (await readTopic(brokers, own.action)).map(({ event }) => event.action_name);
  expect(new Set(tools).size).toBe(500);
  expect(tools).toHaveLength(500);
});

test("false means that it was not acknowledged, and says why", async () => {
  const proxy = await startTcpProxy(brokers, (own) => advertising(brokers, own));
  onTestFinished(() => proxy.close());
  await proxy.refuse();
  const publisher = publisherWith({ brokers: proxy.address });
  expect(await publisher.publishError({ agentName: "agent", errorType: "E" }, { timeoutMillis: 300 })).toBe(
    false,
  );
  expect(textsAt(lines, "warn").join("\n")).toContain(`Kafka cannot be reached at ${proxy.address}`);

  await proxy.heal();
  expect(
    await publisher.publishError({ agentName: "agent", errorType: "E" }, { timeoutMillis: 30_000 }),
  ).toBe(true);
});

test("an event that is published again after a false is the same event", async () => {
  const own = await createTopics(brokers, { only: ["action"] });
  const proxy = await startTcpProxy(brokers, (address) => advertising(brokers, address));
  onTestFinished(() => proxy.close());
  const publisher = publisherWith({ brokers: proxy.address, topics: own, requestTimeoutMillis: 1_000 });
  const event = { agentName: "agent", successName: "done", id: "0190a5f0-0000-7000-8000-000000000001" };
  expect(await publisher.publishSuccess({ ...event, id: "0190a5f0-0000-7000-8000-000000000000" })).toBe(true);
  proxy.stall("to client");
  expect(await publisher.publishSuccess(event, { timeoutMillis: 200 })).toBe(false);
  await proxy.heal();
  expect(await publisher.publishSuccess(event)).toBe(true);
  const ids = (await readTopic(brokers, own.action)).map(({ event: { id } }) => id);
  expect(ids.filter((id) => id === event.id)).toHaveLength(2);
});

test("the default publisher takes its settings from the environment and does not keep the process", async () => {
  const own = await createTopics(brokers, { only: ["action"] });
  const end = await runNode(["test/fixtures/exit/publisher.mjs"], {
    KAFKA_BOOTSTRAP_SERVERS: brokers,
    AGENT_ACTIONS_TOPIC_ACTION: own.action,
  });
  expect(end).toMatchObject({ code: 0, signal: null, stdout: "true\nfalse\n", stderr: "" });
  expect(await readTopic(brokers, own.action)).toHaveLength(1);
});
