/** Faults of consumers as processes: stopped for longer than their session, told to end while the group is forming, with clocks that are set; and an intake without Kafka. */
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, expect, type TestContext, test } from "vitest";
import { until } from "../helpers/until.js";
import { type ConsumerHarness, createHarness } from "../integration/consumer-harness.js";
import { startServiceProcess } from "../integration/service-process.js";
import { startFaultStack } from "./fault-stack.js";
import { observe } from "./observe.js";
import { countRows, matrixOf, type Outcome } from "./outcome.js";

const stack = await startFaultStack({ viaProxies: true });
const CLOCK_PROGRAM = fileURLToPath(new URL("./clock-program.ts", import.meta.url));
const SESSION_MILLIS = 6_000;
const HOUR = 3_600_000;

const outcomes: Outcome[] = [];
afterAll(() => {
  if (process.env.AGENT_ACTIONS_TEST_REPORT) process.stderr.write(`${matrixOf(outcomes)}\n`);
});

const env = {
  KAFKA_BOOTSTRAP_SERVERS: stack.kafka.bootstrapServers,
  BATCH_SIZE: "50",
  AGENT_ACTIONS_CONSUMER_SESSION_TIMEOUT_MS: String(SESSION_MILLIS),
  AGENT_ACTIONS_CONSUMER_UNHEALTHY_AFTER_MS: "2000",
};

const harnessOf = (t: TestContext): Promise<ConsumerHarness> =>
  createHarness({ brokers: stack.kafka.bootstrapServers }, t);

function note(outcome: Outcome): void {
  outcomes.push(outcome);
  expect(outcome).toMatchObject({ lost: 0, doubled: 0, quiet: true });
}

test("a consumer that is stopped beyond its session and goes on writes nothing twice, and leaves nothing out", async (t) => {
  const harness = await harnessOf(t);
  const [stopped, other] = [await startServiceProcess(harness, env), await startServiceProcess(harness, env)];
  note(
    await observe({
      fault: "a consumer is stopped beyond its session, and goes on",
      harness,
      url: other.url,
      isTold: false,
      begin: async () => stopped.child.kill("SIGSTOP"),
      during: () => sleep(3 * SESSION_MILLIS),
      end: async () => stopped.child.kill("SIGCONT"),
    }),
  );
  expect(stopped.child.exitCode).toBeNull();
}, 240_000);

test("consumers that come and are told to end while the group is forming lose and double nothing", async (t) => {
  const harness = await harnessOf(t);
  const first = await startServiceProcess(harness, env);
  note(
    await observe({
      fault: "consumers are told to end in a rebalance",
      harness,
      url: first.url,
      isTold: false,
      begin: async () => undefined,
      async during() {
        // Each comes while the one before leaves: the first two before they can have joined.
        for (const pause of [0, 200, 1_500, 3_000]) {
          const { child, exited } = await startServiceProcess(harness, env);
          await sleep(pause);
          child.kill("SIGTERM");
          expect(await exited).toBe(0);
        }
      },
      end: async () => undefined,
    }),
  );
}, 600_000);

test("a consumer whose clock is set back and on loses and doubles nothing, and is well", async (t) => {
  const harness = await harnessOf(t);
  const steps = [-HOUR, 3 * HOUR, -2 * HOUR];
  const service = await startServiceProcess(harness, { ...env, CLOCK_STEPS: steps.join() }, CLOCK_PROGRAM);
  note(
    await observe({
      fault: "the clock is set back and on, by hours",
      harness,
      url: service.url,
      isTold: false,
      begin: async () => undefined,
      async during() {
        for (const _ of steps) {
          service.child.kill("SIGUSR2");
          await sleep(4_000);
        }
      },
      end: async () => undefined,
    }),
  );
}, 240_000);

test("an intake takes no event while Kafka is away, and every event that it has taken is a row", async (t) => {
  const harness = await harnessOf(t);
  const service = await startServiceProcess(harness, {
    ...env,
    KAFKA_BOOTSTRAP_SERVERS: stack.kafkaProxy?.address,
    AGENT_ACTIONS_INTAKE_ENABLED: "true",
  });
  const taken: string[] = [];
  let refused = 0;
  let number = 0;
  let ended = false;
  const sending = (async () => {
    while (!ended) {
      const name = `taken ${number++}`;
      // A sender that goes on until it is told that the event was taken.
      for (let isTaken = false; !isTaken && !ended; ) {
        const response = await fetch(`${service.url}/v1/actions`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({
            id: name,
            correlation_id: "r",
            agent_name: "a",
            action_type: "decision",
            action_name: name,
            timestamp: "2026-11-01T10:00:00Z",
          }),
          signal: AbortSignal.timeout(20_000),
        }).catch(() => undefined);
        await response?.arrayBuffer();
        isTaken = response?.ok === true;
        if (isTaken) taken.push(name);
        else {
          refused += 1;
          await sleep(100);
        }
      }
    }
  })();
  await until(() => taken.length > 20, { seen: () => ({ taken: taken.length, refused }), millis: 60_000 });
  await stack.kafkaProxy?.refuse();
  const before = refused;
  await until(() => refused > before, { seen: () => ({ taken: taken.length, refused }) });
  const during = taken.length;
  await sleep(3_000);
  await stack.kafkaProxy?.heal();
  const healed = performance.now();
  await until(() => taken.length > during + 20, { seen: () => ({ taken: taken.length, refused }) });
  ended = true;
  await sending;
  await until(async () => (await countRows(harness, taken)).stored >= taken.length);
  const { stored, doubled } = await countRows(harness, taken);
  note({
    fault: "an intake while Kafka is away",
    sent: taken.length,
    stored,
    lost: taken.length - stored,
    doubled,
    stuckSeconds: (performance.now() - healed) / 1_000,
    toldSeconds: undefined,
    quiet: true,
  });
}, 240_000);
