import { describe, expect, test } from "vitest";
import type { ActionConsumer } from "../../src/consumer/index.js";
import { EVENT_KINDS } from "../../src/event/index.js";
import { endsOf } from "../helpers/kafka-topics.js";
import { until } from "../helpers/until.js";
import { action, actions, createHarness, untilConsumed } from "./consumer-harness.js";

const harness = await createHarness();
const consumer: ActionConsumer = await harness.start();
let consumed = 0;

async function consume(kind: (typeof EVENT_KINDS)[number], messages: Parameters<typeof harness.produce>[1]) {
  await harness.produce(kind, messages);
  consumed += messages.length;
  await untilConsumed(consumer, consumed);
}

describe("six topics become six tables", () => {
  test("actions of many runs over all partitions become one row each", async () => {
    expect(await consumer.ready).toBe(true);
    await consume("action", actions(500));
    expect(await harness.count("agent_actions")).toBe(500);
    const [row] = await harness.query(
      "select action_type, correlation_text, action_details->'tool_parameters'->>'index' as index from agent_actions where action_name = 'Tool123'",
    );
    expect(row).toEqual({ action_type: "tool_call", correlation_text: "run-4", index: "123" });
  });

  test("the other five kinds find their tables", async () => {
    const agent = "agent-six";
    await consume("routing_decision", [
      { value: JSON.stringify({ user_request: "why?", selected_agent: agent, confidence_score: 0.75 }) },
    ]);
    await consume("transformation", [
      { value: JSON.stringify({ source_agent: "before", target_agent: agent, routing_confidence: 0 }) },
    ]);
    await consume("router_performance", [
      { value: JSON.stringify({ query_text: "q", routing_duration_ms: 12, cache_hit: true }) },
    ]);
    await consume("detection_failure", [
      { value: JSON.stringify({ user_request: "who?", failure_reason: "timeout after 3 s" }) },
    ]);
    await consume("execution", [
      { key: "e", value: JSON.stringify({ execution_id: "run-1", agent_name: agent, user_prompt: "go" }) },
      { key: "e", value: JSON.stringify({ execution_id: "run-1", status: "success", duration_ms: 9 }) },
    ]);
    expect(await harness.query("select selected_agent from agent_routing_decisions")).toEqual([
      { selected_agent: agent },
    ]);
    expect(await harness.query("select target_agent from agent_transformation_events")).toEqual([
      { target_agent: agent },
    ]);
    expect(await harness.query("select routing_duration_ms from router_performance_metrics")).toEqual([
      { routing_duration_ms: 12 },
    ]);
    expect(await harness.query("select detection_status from agent_detection_failures")).toEqual([
      { detection_status: "timeout" },
    ]);
    expect(
      await harness.query("select agent_name, user_prompt, status, duration_ms from agent_execution_logs"),
    ).toEqual([{ agent_name: agent, user_prompt: "go", status: "success", duration_ms: 9 }]);
  });

  test("a file tool's call is a file operation too", async () => {
    const details = { tool_parameters: { file_path: "/srv/app/main.ts" }, tool_result: "", success: true };
    await consume("action", [action(1_000, { action_name: "Read", action_details: details })]);
    expect(
      await harness.query("select operation_type, file_path, tool_name from agent_file_operations"),
    ).toEqual([{ operation_type: "read", file_path: "/srv/app/main.ts", tool_name: "Read" }]);
    expect(consumer.metrics().file_operations_inserted).toBe(1);
  });

  test("NUL characters and lone surrogates arrive as U+FFFD, and the row says so", async () => {
    const value = `{"agent_name":"nul","action_type":"success","action_name":"a\\u0000b","action_details":{"k\\u0000":"x\\ud800y","text":"\\\\u0000"}}`;
    await consume("action", [{ value }]);
    const [row] = await harness.query(
      "select action_name, action_details, repairs from agent_actions where agent_name = 'nul'",
    );
    expect(row).toMatchObject({
      action_name: "a\ufffdb",
      action_details: { "k\ufffd": "x\ufffdy", text: "\\u0000" },
    });
    expect(row?.repairs).not.toBeNull();
    expect(consumer.metrics().messages_repaired).toBe(1);
  });

  test("a result of 900 kB arrives whole, among others and gzipped", async () => {
    const result = Array.from({ length: 9_000 }, (_, line) => `${line}:${"é".repeat(45)}`).join("\n");
    const details = { tool_parameters: {}, tool_result: result, success: true };
    await harness.producer.send({
      topic: harness.topics.action,
      compression: 1,
      messages: [
        action(2_000),
        action(2_001, { agent_name: "large", action_details: details }),
        action(2_002),
      ],
    });
    consumed += 3;
    await untilConsumed(consumer, consumed);
    const [row] = await harness.query<{ result: string }>(
      "select action_details->>'tool_result' as result from agent_actions where agent_name = 'large'",
    );
    expect(row?.result).toBe(result);
    expect(Buffer.byteLength(result)).toBeGreaterThan(850_000);
  });

  test("tombstones and empty values are counted and passed over", async () => {
    await consume("action", [{ key: "k", value: null }, { value: "" }, action(3_000), { value: null }]);
    expect(consumer.metrics()).toMatchObject({ messages_skipped: 3, skipped: { tombstone: 2, empty: 1 } });
  });

  test("of transactions, what was committed becomes rows, what was aborted does not, and no lag remains", async () => {
    const producer = harness.kafka.producer({
      transactionalId: harness.groupId,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const committed = await producer.transaction();
    await committed.send({ topic: harness.topics.action, messages: actions(5, 4_000) });
    await committed.commit();
    const aborted = await producer.transaction();
    await aborted.send({ topic: harness.topics.action, messages: actions(3, 4_100) });
    await aborted.abort();
    await producer.disconnect();
    consumed += 5;
    await untilConsumed(consumer, consumed);
    await until(async () => (await endsAndCommits(harness.topics.action)).every(({ lag }) => lag === 0n));
    expect(await harness.query("select 1 from agent_actions where action_name like 'Tool41__'")).toEqual([]);
  });

  test("numbers beyond 2^53 arrive as they were written", async () => {
    const value = `{"agent_name":"exact","action_type":"success","action_name":"n","action_details":{"big":12345678901234567890}}`;
    await consume("action", [{ value }]);
    const [row] = await harness.query(
      "select action_details->>'big' as big from agent_actions where agent_name = 'exact'",
    );
    expect(row).toEqual({ big: "12345678901234567890" });
  });

  test("every record is accounted for, in all and topic by topic, and few commits were needed", async () => {
    const metrics = consumer.metrics();
    expect(metrics.messages_consumed).toBe(consumed);
    expect(metrics.messages_received).toBe(metrics.messages_consumed + metrics.messages_in_flight);
    expect(metrics.messages_consumed).toBe(
      metrics.messages_inserted +
        metrics.messages_merged +
        metrics.messages_duplicate +
        metrics.messages_dead_lettered +
        metrics.messages_skipped,
    );
    for (const kind of EVENT_KINDS) {
      const topic = metrics.topics[kind];
      expect(topic.consumed).toBe(
        topic.inserted + topic.merged + topic.duplicates + topic.dead_lettered + topic.skipped,
      );
      expect(topic.lag).toBe(0);
    }
    expect(metrics.commits).toBeLessThan(20);
    expect(metrics.last_error).toBeNull();
    expect(consumer.status()).toMatchObject({ state: "running", healthy: true, ready: true });
  });

  test("offsets in Kafka stand behind the last record", async () => {
    const ends = await endsAndCommits(harness.topics.action);
    expect(ends).toHaveLength(3);
    expect(ends.filter(({ lag }) => lag !== 0n)).toEqual([]);
  });

  test("no payload stands in any line of the log", () => {
    expect(harness.logLines.length).toBeGreaterThan(0);
    expect(harness.logLines.join()).not.toMatch(/agent-tester|main\.ts|Tool1|xxxx/);
  });
});

/** What the group has committed in each partition, held against the partition's end as the broker tells it. */
async function endsAndCommits(topic: string): Promise<{ partition: number; lag: bigint }[]> {
  const admin = harness.kafka.admin();
  await admin.connect();
  const [committed] = await admin.fetchOffsets({ groupId: harness.groupId, topics: [topic] });
  const ends = await endsOf(admin, topic);
  await admin.disconnect();
  return ends.map(({ partition, high }) => {
    const offset = committed?.partitions.find((one) => one.partition === partition)?.offset ?? "-1";
    return { partition, lag: BigInt(high) - (offset === "-1" ? 0n : BigInt(offset)) };
  });
}
