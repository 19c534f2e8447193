import { expect, test } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../src/config/kafka-settings.js";
import { topicVariable } from "../../src/config/topic-settings.js";
import { correlationId, DEFAULT_TOPICS, RECORD_KINDS, type TopicNames } from "../../src/event/index.js";
import { ensureTopics } from "../../src/kafka/ensure-topics.js";
import { makeTopics, testClient } from "../helpers/kafka-topics.js";
import { runNode } from "../helpers/run-node.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { type ConsumerHarness, createHarness, untilConsumed } from "./consumer-harness.js";

const brokers = kafkaBootstrap();

function runAgent({ topics }: ConsumerHarness, ...args: string[]) {
  const names = (Object.keys(DEFAULT_TOPICS) as (keyof TopicNames)[]).map((role) => [
    topicVariable(role),
    topics[role],
  ]);
  return runNode(["test/fixtures/completion/agent.mjs", ...args], {
    KAFKA_BOOTSTRAP_SERVERS: brokers,
    ...Object.fromEntries(names),
  });
}

const rowsOf = (harness: ConsumerHarness, run: string) =>
  harness.query(
    `select agent_name, action_name, session_id, correlation_text, inferred_fields, unresolved_parent_span_id is null as knows_all,
       parent_action_id = (select id from agent_actions where action_name = $2) as is_inside
     from agent_actions where action_name like $1 order by action_name`,
    [`%-${run}`, `agent-${run}`],
  );

test("an agent behind a batch processor that dies and is started again: what ended is completed, what never ended harms nobody", async (t) => {
  const harness = await createHarness({}, t);
  const consumer = await harness.start();
  expect(await runAgent(harness, "dies", "1")).toMatchObject({ signal: "SIGKILL" });
  await untilConsumed(consumer, 2);
  await consumer.stop();
  const { stdout, code } = await runAgent(harness, "lives", "2");
  expect({ code, stats: JSON.parse(stdout) }).toMatchObject({
    code: 0,
    stats: { ended: 4, acked: 3, ignored: 1, spanAttributions: { acked: 2, waiting: 0, dropped: 0 } },
  });
  const again = await harness.start();
  await untilConsumed(again, 5);

  const known = {
    agent_name: "agent-2",
    session_id: "session-2",
    correlation_text: "correlation-2",
    inferred_fields: null,
    knows_all: true,
  };
  expect(await rowsOf(harness, "2")).toEqual([
    { ...known, action_name: "agent-2", is_inside: null },
    { ...known, action_name: "look-2", is_inside: true },
    { ...known, action_name: "write-2", is_inside: true },
  ]);
  expect(await rowsOf(harness, "1")).toMatchObject([
    {
      action_name: "look-1",
      knows_all: false,
      inferred_fields: ["agent_name", "session_id", "correlation_id"],
    },
    { action_name: "write-1", knows_all: false },
  ]);
});

test("without the topic of facts everything else goes on; when somebody makes it, new actions are completed", async (t) => {
  const harness = await createHarness({ topicsMade: false }, t);
  const six = RECORD_KINDS.filter((kind) => kind !== "span_attribution");
  const admin = testClient(brokers).admin();
  await admin.connect();
  await makeTopics(
    admin,
    [...six, "dead_letter" as const].map((kind) => ({ topic: harness.topics[kind], numPartitions: 1 })),
  );
  await admin.disconnect();
  const consumer = await harness.start({ topicCheckMillis: 200 });
  const { code, stdout } = await runAgent(harness, "lives", "1");
  expect({ code, stats: JSON.parse(stdout) }).toMatchObject({
    code: 0,
    stats: { acked: 3, spanAttributions: { acked: 0, waiting: 0, dropped: 2 } },
  });
  await untilConsumed(consumer, 3);
  expect(consumer.status()).toMatchObject({
    healthy: true,
    missingTopics: [harness.topics.span_attribution],
  });
  expect(await rowsOf(harness, "1")).toMatchObject([
    { action_name: "agent-1" },
    { action_name: "look-1", knows_all: false },
    { action_name: "write-1", knows_all: false },
  ]);

  const settings = resolveKafkaSettings({ brokers }, new EnvReader({}));
  const reports = await ensureTopics(settings, harness.topics, { partitions: 1 });
  expect(reports.filter(({ outcome }) => outcome === "created").map(({ role }) => role)).toEqual([
    "span_attribution",
  ]);
  await until(() => consumer.status().missingTopics.length === 0 && consumer.status().ready);
  await runAgent(harness, "lives", "2");
  await untilConsumed(consumer, 8);
  expect(await rowsOf(harness, "2")).toMatchObject([
    { agent_name: "agent-2" },
    { agent_name: "agent-2", knows_all: true, is_inside: true },
    { agent_name: "agent-2", knows_all: true, is_inside: true },
  ]);
});

test("foreign records on the topic of facts: what is none is a dead letter, what is one completes foreign actions", async (t) => {
  const harness = await createHarness({}, t);
  const consumer = await harness.start();
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const fact = (fields: object) => ({ value: JSON.stringify(fields) });
  await harness.produce("span_attribution", [
    { value: "no json" },
    { value: null },
    { value: "" },
    fact({ trace_id: trace }),
    fact({ trace_id: trace, span_id: { a: 1 } }),
    fact({
      trace_id: trace,
      span_id: "aa",
      agent_name: "\u0000planner",
      unknown: { kept: "not" },
      unresolved_parent_span_id: "",
    }),
    fact({
      trace_id: trace,
      span_id: "bb",
      agent_name: " ",
      session_id: 7,
      correlation_id: "abc-123",
      action_id: "no uuid",
    }),
  ]);
  await harness.produce("action", [
    fact({
      agent_name: "own",
      action_type: "decision",
      action_name: "kept",
      trace_id: trace,
      correlation_id: "own",
      unresolved_parent_span_id: "aa",
    }),
    fact({
      agent_name: "?",
      action_type: "decision",
      action_name: "open",
      trace_id: trace,
      unresolved_parent_span_id: "bb",
      inferred_fields: ["agent_name", "session_id", "correlation_id", "action_details", "whatever"],
    }),
  ]);
  await untilConsumed(consumer, 9);
  expect(consumer.metrics()).toMatchObject({
    messages_consumed: 9,
    messages_inserted: 4,
    messages_dead_lettered: 3,
    messages_skipped: 2,
    span_attributions_inserted: 2,
    actions_completed: 2,
    traces_not_completed: 0,
    topics: { span_attribution: { received: 7, inserted: 2, dead_lettered: 3, skipped: 2 } },
  });
  const rows = await harness.query(
    `select action_name, agent_name, session_id, correlation_id, correlation_text, parent_action_id, unresolved_parent_span_id, inferred_fields
     from agent_actions order by action_name`,
  );
  const done = { parent_action_id: null, unresolved_parent_span_id: null, inferred_fields: null };
  expect(rows).toEqual([
    {
      action_name: "kept",
      agent_name: "own",
      session_id: null,
      correlation_id: correlationId("own").uuid,
      correlation_text: "own",
      ...done,
    },
    {
      action_name: "open",
      agent_name: "?",
      session_id: "7",
      correlation_id: correlationId("abc-123").uuid,
      correlation_text: "abc-123",
      ...done,
    },
  ]);
  const letters = await harness.deadLetters(3);
  expect(letters.map(({ headers }) => headers["dead-letter.reason"]).sort()).toEqual([
    "not_an_event",
    "not_an_event",
    "not_json",
  ]);
});
