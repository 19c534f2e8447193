/** Makes events at a steady rate and notes when Kafka has acknowledged each: in a process of its own, so that nothing else makes it late. */
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { expectOneClock, nowMillis } from "./clock.js";

export interface PacedOrder {
  readonly perSecond: number;
  readonly count: number;
}

/** Microseconds of the epoch in which the action ended, and milliseconds when it was acknowledged. */
export type Acknowledged = readonly [endedMicros: number, atMillis: number];

/** A process that was held up sends what is due in several, each below the broker's bound. */
const MAX_SEND = 500;

const { brokers, topic } = JSON.parse(process.argv[2] ?? "{}") as { brokers: string; topic: string };
const kafka = new Kafka({ brokers: brokers.split(","), logLevel: logLevel.ERROR });
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
let lastEnd = 0;

await producer.connect();
// A producer's first send asks for the topic's leaders, and makes the others wait.
await producer.send({ topic, messages: [{ value: event(0, new Date().toISOString()) }] });
process.on("message", async (order: PacedOrder | "stop") => {
  if (order !== "stop") {
    process.send?.(await publish(order));
    return;
  }
  await producer.disconnect();
  process.exit(0);
});
process.send?.("ready");

/** What is due goes in one send, as an agent sends what gathers. */
async function publish({ perSecond, count }: PacedOrder): Promise<Acknowledged[]> {
  const began = performance.now();
  const sends: Promise<unknown>[] = [];
  const acknowledged: Acknowledged[] = [];
  for (let index = 0; index < count; ) {
    const due = Math.min(count, Math.ceil(((performance.now() - began) * perSecond) / 1_000));
    const messages = [];
    const ends: number[] = [];
    for (const end = Math.min(due, index + MAX_SEND); index < end; index++) {
      // A microsecond of its own, by which its row is known again.
      lastEnd = Math.max(lastEnd + 1, Math.ceil(nowMillis() * 1_000));
      ends.push(lastEnd);
      messages.push({ key: `run-${index % 50}`, value: event(index, isoMicros(lastEnd)) });
    }
    if (messages.length > 0)
      sends.push(
        producer.send({ topic, messages }).then(() => {
          const now = nowMillis();
          for (const end of ends) acknowledged.push([end, now]);
        }),
      );
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(sends);
  expectOneClock();
  return acknowledged;
}

function isoMicros(micros: number): string {
  const millis = new Date(Math.floor(micros / 1_000)).toISOString().slice(0, -1);
  return `${millis}${String(micros % 1_000).padStart(3, "0")}Z`;
}

function event(index: number, timestamp: string): string {
  return JSON.stringify({
    correlation_id: `latency-${index % 50}`,
    agent_name: "agent-latency",
    action_type: "tool_call",
    action_name: `latency-${index}`,
    action_details: { tool_parameters: {}, tool_result: "x".repeat(200), success: true },
    timestamp,
  });
}
