import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { pythonVenv } from "../helpers/python-venv.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { action, createHarness, untilConsumed } from "./consumer-harness.js";

// Most producers that are not in Java are librdkafka underneath: its codecs and its framing of batches are others than the broker's.
const FOLDER = fileURLToPath(new URL("librdkafka", import.meta.url));
const CODECS = ["none", "gzip", "snappy", "lz4", "zstd"];
const EACH = 300;

test("what librdkafka has written becomes rows, whatever it was compressed with", async (t) => {
  const python = await pythonVenv(FOLDER);
  const harness = await createHarness({ partitions: 1 }, t);
  for (const codec of CODECS) {
    const lines = Array.from({ length: EACH }, (_, index) =>
      String(action(index, { agent_name: codec }).value),
    );
    await produce(python, [kafkaBootstrap(), harness.topics.action, codec], lines);
  }
  const consumer = await harness.start();
  await untilConsumed(consumer, CODECS.length * EACH);
  expect(
    await harness.query("select agent_name, count(*)::int as rows from agent_actions group by 1 order by 1"),
  ).toEqual(CODECS.toSorted().map((agent_name) => ({ agent_name, rows: EACH })));
  expect(consumer.metrics()).toMatchObject({ messages_dead_lettered: 0, kafka_sessions_ended: 0 });
  await consumer.stop();
});

function produce(python: string, parameters: readonly string[], lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(python, [`${FOLDER}/produce.py`, ...parameters], (error, _, stderr) =>
      error ? reject(new Error(stderr || error.message)) : resolve(),
    );
    child.stdin?.end(lines.join("\n"));
  });
}
