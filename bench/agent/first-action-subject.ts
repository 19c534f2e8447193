/** The process of first-action.ts: an agent's first action, in a program that has loaded all that it loads before. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { FirstAction, FirstActionOrder } from "./first-action.js";
import { mainThreadMicros } from "./main-thread-micros.js";
// Not by way of create-subject.ts, which loads Kafka's client before.
import { ownInline, ownKafka } from "./sdk-subjects.js";

const LOOK_EVERY_MILLIS = 1;
/** What an action causes is over by then: the connection is made, and the action has arrived. */
const WATCHED_MILLIS = 1_000;

process.once("message", async (order: FirstActionOrder) => {
  process.send?.(await measure(order));
  process.disconnect();
});

async function measure({ variant, ...surroundings }: FirstActionOrder): Promise<FirstAction> {
  const create = variant === "own-kafka" ? ownKafka : ownInline;
  const subject = create({ ...surroundings, otlpUrl: "", otlpGrpcUrl: "" });
  const delay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MILLIS });
  delay.enable();
  await sleep(100);
  delay.reset();
  const before = process.cpuUsage();
  const mainBefore = mainThreadMicros();
  await subject.act();
  await sleep(WATCHED_MILLIS);
  const { user, system } = process.cpuUsage(before);
  const mainMillis = ((mainThreadMicros() ?? Number.NaN) - (mainBefore ?? Number.NaN)) / 1_000;
  const heldMillis = delay.max / 1e6 - LOOK_EVERY_MILLIS;
  await subject.settle();
  const arrived = subject.arrived();
  await subject.close();
  if (arrived !== 1) throw new Error(`${variant}: ${arrived} acknowledged of 1`);
  return { mainMillis, allMillis: (user + system) / 1_000, heldMillis };
}
