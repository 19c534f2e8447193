/**
 * Faults one after another under load, each with what it cost. `npm test` has the short form; all of them: `npm run test:faults`. Ends of
 * an agent's process, in each mode of its spool: test/integration/exporter-exit.test.ts and exporter-spool.test.ts.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { endsOf } from "../helpers/kafka-topics.js";
import { until } from "../helpers/until.js";
import { action, createHarness, startLoad } from "../integration/consumer-harness.js";
import { startServiceProcess } from "../integration/service-process.js";
import { ask, isQuiet, scrape, startFaultStack } from "./fault-stack.js";
import { networkFaults } from "./network-faults.js";
import { countRows, matrixOf, type Outcome } from "./outcome.js";
import { serverFaults } from "./server-faults.js";

const IS_LONG = process.env.AGENT_ACTIONS_TEST_FAULTS === "all";
const SHORT = new Set([
  "poison at each place of a batch",
  "connections to Postgres break",
  "what Postgres says does not arrive",
  "connections to Kafka break",
  "the dead-letter topic refuses",
]);

const stack = await startFaultStack({ viaProxies: true });
const { harness } = stack;
const service = await stack.startTold(harness.groupId);
afterAll(() => service.stop(5_000).catch(() => undefined));

const outcomes: Outcome[] = [];
afterAll(() => {
  if (process.env.AGENT_ACTIONS_TEST_REPORT) process.stderr.write(`${matrixOf(outcomes)}\n`);
});

interface Step {
  readonly begin: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
  /** Waits for what is to be told, or as long as it lasts. */
  readonly during: () => Promise<number | undefined>;
  /** How many more letters the dead-letter topic has then; not asked where that is made anew. */
  readonly deadLetters: number | undefined;
}

const BEFORE_AND_AFTER_MILLIS = 500;

async function run(fault: string, { begin, end, during, deadLetters }: Step): Promise<Outcome> {
  const lettersBefore = deadLetters === undefined ? 0 : await deadLettersInAll();
  const load = startLoad(harness);
  await sleep(BEFORE_AND_AFTER_MILLIS);
  const beginning = begin();
  const toldSeconds = await during();
  await beginning;
  await end();
  const ended = performance.now();
  await sleep(BEFORE_AND_AFTER_MILLIS);
  const names = await load.stop();
  await until(async () => (await countRows(harness, names)).stored >= names.length).catch(() => undefined);
  const stuckSeconds = (performance.now() - ended) / 1_000;
  const { stored, doubled } = await countRows(harness, names);
  if (deadLetters !== undefined)
    await until(async () => (await deadLettersInAll()) >= lettersBefore + deadLetters);
  await until(async () => isQuiet(await ask(service, await scrape(service))));
  const quiet = (performance.now() - ended) / 1_000 < 30;
  const outcome = {
    fault,
    sent: names.length,
    stored,
    lost: names.length - stored,
    doubled,
    stuckSeconds,
    toldSeconds,
    quiet,
  };
  outcomes.push(outcome);
  return outcome;
}

/** By the topic itself: letters and no notes. */
async function deadLettersInAll(): Promise<number> {
  const ends = await stack.kafkaAdmin((admin) => endsOf(admin, harness.topics.dead_letter));
  return ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
}

for (const [name, fault] of Object.entries(networkFaults(stack)))
  if (IS_LONG || SHORT.has(name))
    test(`${name}: nothing is lost or doubled`, async () => {
      await service.consumer.ready;
      const during = async () => {
        await sleep(fault.lasts);
        return undefined;
      };
      expect(await run(name, { ...fault, during, deadLetters: fault.deadLetters ?? 0 })).toMatchObject({
        lost: 0,
        doubled: 0,
      });
    });

if (IS_LONG)
  for (const [name, { begin, end, alert, problem, ready }] of Object.entries(serverFaults(stack)))
    test(`${name}: it is told, and nothing is lost or doubled`, async () => {
      const earlier = await scrape(service);
      const during = async () => {
        const began = performance.now();
        await until(async () => {
          const told = await ask(service, earlier);
          return (
            told.alerts.includes(alert) &&
            (problem?.test(told.problems) ?? told.health === 200) &&
            (told.ready === 200) === ready
          );
        });
        return (performance.now() - began) / 1_000;
      };
      expect(await run(name, { begin, end, during, deadLetters: undefined })).toMatchObject({
        lost: 0,
        doubled: 0,
      });
    });

const CRASHES = [
  "before rows",
  "before commit",
  "after commit",
  "before offsets",
  "after offsets",
  "after a dead letter",
];
const CRASH_PROGRAM = fileURLToPath(new URL("./crash-program.ts", import.meta.url));
const MESSAGES = 200;

for (const step of CRASHES)
  if (IS_LONG || step === "after commit")
    test(`killed ${step}: the next one stores what is left, and nothing twice`, async (t) => {
      const own = await createHarness({ brokers: stack.kafka.bootstrapServers }, t);
      const names = Array.from({ length: MESSAGES }, (_, at) => `${step} ${at}`);
      const messages = names.map((name, at) => action(at, { action_name: name }));
      await own.produce("action", [...messages.slice(0, 100), { value: "bad" }, ...messages.slice(100)]);
      const env = {
        KAFKA_BOOTSTRAP_SERVERS: stack.kafka.bootstrapServers,
        BATCH_SIZE: "50",
        AGENT_ACTIONS_CONSUMER_SESSION_TIMEOUT_MS: "6000",
      };
      const began = performance.now();
      const killed = await startServiceProcess(own, { ...env, CRASH_AT: step }, CRASH_PROGRAM).catch(
        () => undefined,
      );
      if (killed !== undefined) expect(await killed.exited).toBe("SIGKILL");
      const next = await startServiceProcess(own, env);
      await until(async () => (await countRows(own, names)).stored >= names.length);
      const { stored, doubled } = await countRows(own, names);
      // A letter whose offset was not committed is sent again: topic, partition and offset of the record in it are the same.
      const letters = await own.deadLetters(1);
      const places = letters.map(
        ({ headers }) => `${headers["dead-letter.partition"]}/${headers["dead-letter.offset"]}`,
      );
      expect(new Set(places).size).toBe(1);
      next.child.kill("SIGTERM");
      expect(await next.exited).toBe(0);
      outcomes.push({
        fault: `consumer killed ${step}`,
        sent: names.length,
        stored,
        lost: names.length - stored,
        doubled,
        stuckSeconds: (performance.now() - began) / 1_000,
        toldSeconds: undefined,
        quiet: true,
      });
      expect({ stored, doubled }).toEqual({ stored: names.length, doubled: 0 });
    });
