/**
 * Every fault that docs/operations.md knows, one after another, on a Kafka and a Postgres of its own: while it lasts, `/health`, `/ready` and the
 * shipped alerts say what is the matter, and after it they are quiet; and of what Kafka acknowledged meanwhile every record is one row.
 * The time after which the consumer calls itself unhealthy is shorter than in production (AGENT_ACTIONS_TEST_UNHEALTHY_MS changes it).
 */
import kafkajs from "kafkajs";
import { afterAll, expect, test } from "vitest";
import { ask, isQuiet, scrape, startFaultStack, type Told } from "../faults/fault-stack.js";
import { serverFaults } from "../faults/server-faults.js";
import { firingAlerts, shippedAlerts } from "../helpers/alert-rules.js";
import { uniqueName } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { startLoad, wrongRows } from "./consumer-harness.js";

const stack = await startFaultStack();
const { harness, startTold } = stack;

const service = await startTold(harness.groupId);
afterAll(() => service.stop(5_000).catch(() => undefined));

// The figures of docs/operations.md come from here.
const report = (line: string): void => {
  if (process.env.AGENT_ACTIONS_TEST_REPORT) process.stderr.write(`${line}\n`);
};

test("each fault is told while it lasts, and after it all is quiet; no record is lost or doubled", async () => {
  await service.consumer.ready;
  const load = startLoad(harness);
  await until(() => service.consumer.metrics().messages_inserted > 50);
  for (const [name, { begin, end, alert, problem, ready }] of Object.entries(serverFaults(stack))) {
    const earlier = await scrape(service);
    const began = performance.now();
    const beginning = begin();
    let told: Told | undefined;
    await until(async () => {
      const seen = await ask(service, earlier);
      const isTold = seen.alerts.includes(alert) && (problem?.test(seen.problems) ?? seen.health === 200);
      if (isTold && (seen.ready === 200) === ready) told = seen;
      return told !== undefined;
    });
    const toldAfter = performance.now() - began;
    await beginning;
    expect(told, name).toMatchObject({ health: problem === undefined ? 200 : 503, ready: ready ? 200 : 503 });
    const ended = performance.now();
    await end();
    const afterEnd = performance.now();
    await until(async () => {
      return isQuiet(await ask(service, await scrape(service)));
    });
    report(
      `${name}: told after ${(toldAfter / 1_000).toFixed(1)} s, quiet ${((performance.now() - afterEnd) / 1_000).toFixed(1)} s after (mended in ${((afterEnd - ended) / 1_000).toFixed(1)} s)`,
    );
    // What waited is stored, so that the next fault begins from a consumer that has caught up.
    const { messages_inserted: before } = service.consumer.metrics();
    await until(() => service.consumer.metrics().messages_inserted > before);
  }
  const names = await load.stop();
  await until(
    async () => (await harness.count("agent_actions")) >= names.length && service.consumer.status().lag === 0,
  );
  expect(await wrongRows(harness, names)).toEqual([]);
  expect(service.consumer.metrics()).toMatchObject({ messages_dead_lettered: 1, messages_in_flight: 0 });
  expect(await harness.count("agent_transformation_events")).toBe(1);
}, 600_000);

test("a group that does not come to rest is told, and so is one that has", async () => {
  const groupId = uniqueName("restless");
  const other = harness.kafka.consumer({
    groupId,
    // Another strategy: Kafka lets no member in that has none in common with those that are there.
    partitionAssigners: [
      ({ cluster }) => ({
        name: "other",
        version: 0,
        assign: async ({ members, topics }) => {
          await cluster.refreshMetadata();
          return members.map(({ memberId }) => ({
            memberId,
            memberAssignment: kafkajs.AssignerProtocol.MemberAssignment.encode({
              version: 0,
              assignment: Object.fromEntries(topics.map((topic) => [topic, [0]])),
              userData: Buffer.alloc(0),
            }),
          }));
        },
        protocol: ({ topics }) => ({
          name: "other",
          metadata: kafkajs.AssignerProtocol.MemberMetadata.encode({
            version: 0,
            topics,
            userData: Buffer.alloc(0),
          }),
        }),
      }),
    ],
  });
  await other.connect();
  await other.subscribe({ topic: harness.topics.action });
  const joined = new Promise((resolve) => other.on(other.events.GROUP_JOIN, resolve));
  await other.run({ eachMessage: async () => undefined });
  await joined;
  const late = await startTold(groupId);
  const earlier = await scrape(late);
  await until(async () => {
    const { health, ready, problems, alerts } = await ask(late, earlier);
    return (
      health === 503 &&
      ready === 503 &&
      /Kafka: (?:joining|connecting)/.test(problems) &&
      alerts.includes('AgentActionsConsumerStuck{reason="kafka"}')
    );
  });
  await other.disconnect();
  await until(async () => {
    return isQuiet(await ask(late, await scrape(late)));
  });
  await late.stop();
});

test("no consumer at all is told too", () => {
  expect(
    firingAlerts(
      shippedAlerts().filter(({ alert }) => alert === "AgentActionsConsumerGone"),
      new Map(),
      new Map(),
    ),
  ).toEqual(["AgentActionsConsumerGone{}"]);
});
