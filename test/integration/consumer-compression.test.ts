import { expect, test } from "vitest";
import type { ActionConsumer } from "../../src/consumer/index.js";
import { makeTopics } from "../helpers/kafka-topics.js";
import type { TestLifetime } from "../helpers/stack.js";
import { action, createHarness, untilConsumed } from "./consumer-harness.js";

// The broker itself compresses what stands in a topic with `compression.type`, so the bytes are those of its own codecs.
async function consumeCompressed(
  codec: string,
  t: TestLifetime,
): Promise<{ consumer: ActionConsumer; expected: string; rows: () => Promise<unknown[]> }> {
  const harness = await createHarness({ topicsMade: false }, t);
  const admin = harness.kafka.admin();
  await admin.connect();
  await makeTopics(admin, [
    { topic: harness.topics.action, configEntries: [{ name: "compression.type", value: codec }] },
  ]);
  await admin.disconnect();
  const lines = Array.from(
    { length: 4_000 },
    (_, line) => `line ${line} of ${(line * 7_919) % 1_000}: ${codec}`,
  );
  const expected = lines.join("\n");
  await harness.produce("action", [
    ...Array.from({ length: 200 }, (_, index) => action(index)),
    action(200, { agent_name: "large", action_details: { tool_result: expected, success: true } }),
  ]);
  const consumer = await harness.start();
  return {
    consumer,
    expected,
    rows: () =>
      harness.query(
        "select action_details->>'tool_result' as result from agent_actions where agent_name = 'large'",
      ),
  };
}

test.for(["snappy", "lz4", "gzip", "zstd"])(
  "records in a topic that is compressed with %s become rows",
  async (codec, t) => {
    const { consumer, expected, rows } = await consumeCompressed(codec, t);
    await untilConsumed(consumer, 201);
    expect(consumer.metrics()).toMatchObject({ messages_inserted: 201, kafka_sessions_ended: 0 });
    expect(await rows()).toEqual([{ result: expected }]);
    await consumer.stop();
  },
);
