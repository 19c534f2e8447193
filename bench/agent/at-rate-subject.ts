/** The process of run-at-rate.ts: nothing in it looks at the event loop, because at some actions a second that would cost more than they do. */
import { setTimeout as sleep } from "node:timers/promises";
import { createSubject } from "./create-subject.js";
import type { AtRateOrder, AtRateReport } from "./run-at-rate.js";

/** Done before measuring, so that code is compiled and the connection is made. */
const WARM_UP = 2_000;

process.once("message", async (order: AtRateOrder) => {
  process.send?.(await measure(order));
  process.disconnect();
});

async function measure({ variant, perSecond, seconds, ...surroundings }: AtRateOrder): Promise<AtRateReport> {
  const subject = await createSubject(variant, { ...surroundings, otlpUrl: "", otlpGrpcUrl: "" });
  await subject.act();
  await subject.settle();
  for (let done = 1; done < WARM_UP; done++) {
    await subject.act();
    if (done % 20 === 0) await sleep(5);
  }
  await subject.settle();
  const actions = Math.round(perSecond * seconds);
  // What the warm-up left to be done later is not the quiet agent's: the engine collects garbage up to half a minute after it.
  await sleep(perSecond === 0 ? 30_000 : 2_000);
  const before = process.cpuUsage();
  const start = performance.now();
  for (let done = 0; done < actions; done++) {
    await sleep(Math.max(0, start + (done * 1_000) / perSecond - performance.now()));
    await subject.act();
  }
  await sleep(Math.max(0, start + seconds * 1_000 - performance.now()));
  const { user, system } = process.cpuUsage(before);
  const corePercent = (user + system) / (performance.now() - start) / 10;
  await subject.settle();
  const arrived = subject.arrived();
  await subject.close();
  if (arrived !== undefined && arrived !== WARM_UP + actions)
    throw new Error(`${variant}: ${arrived} acknowledged of ${WARM_UP + actions}`);
  return { corePercent, actions, arrived };
}
