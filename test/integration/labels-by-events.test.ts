import { AlwaysOnSampler, BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { expect, onTestFinished, test } from "vitest";
import { AgentActionSpanProcessor } from "../../exporter/index.js";
import { correlationId } from "../../src/event/index.js";
import { ActionLogger } from "../../src/index.js";
import { startService } from "../../src/service.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { createHarness, untilConsumed } from "./consumer-harness.js";

const harness = await createHarness();

/** An agent's process: a pipeline of its own to the topics of the harness. */
function agent(agentName: string, run?: string): { logger: ActionLogger; flush: () => Promise<void> } {
  const processor = new AgentActionSpanProcessor({ brokers: kafkaBootstrap(), topics: harness.topics });
  const tracerProvider = new BasicTracerProvider({
    sampler: new AlwaysOnSampler(),
    spanProcessors: [processor],
  });
  onTestFinished(() => tracerProvider.shutdown());
  const logger = new ActionLogger({ agentName, tracerProvider, ...(run && { correlationId: run }) });
  return { logger, flush: () => tracerProvider.forceFlush() };
}

const labels = (where: string) =>
  harness.query(
    `select kind, name, score::float8, text, created_by, correlation_text, action_id, kafka_topic from agent_action_labels where ${where} order by name`,
  );

test("an outcome is a row, of the run it is said in, of another run, and of an action, however often it comes", async () => {
  const service = await startService({
    ...harness.options(),
    http: { port: 0 },
    intake: { enabled: true },
  });
  onTestFinished(() => service.stop());

  const coder = agent("coder", "build-7");
  await coder.logger.logToolCall({ toolName: "Deploy", toolParameters: {} });
  await coder.logger.logOutcome({ name: "finished" });
  await coder.flush();
  await untilConsumed(service.consumer, 2);
  const [deploy] = await harness.query<{ id: string }>("select id from agent_actions");
  const actionId = String(deploy?.id);

  // Later and elsewhere: another process, another trace, a run of its own.
  const checker = agent("nightly-check", "check-1");
  const later = { name: "resolved", score: 0.75, text: "https://tracker.test/7", correlationId: "build-7" };
  for (let repeated = 0; repeated < 3; repeated++)
    await checker.logger.logOutcome({ ...later, id: "check of build-7" });
  await checker.logger.logOutcome({ name: "wrong", actionId, createdBy: "jo" });
  await checker.flush();

  const sent = await fetch(`${service.url}/v1/actions?kind=label`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([
      { name: "incident", correlation_id: "build-7", created_by: "pager" },
      { name: "of nothing" },
    ]),
  });
  expect(await sent.json()).toEqual({
    accepted: 1,
    rejected_count: 1,
    rejected: [
      { index: 1, reasons: ["correlation_id and action_id are missing: name the run or the action"] },
    ],
  });
  await harness.produce("label", [{ value: JSON.stringify({ name: "odd", action_id: "call_1" }) }]);
  await untilConsumed(service.consumer, 8);

  const [kafka_topic, correlation_text] = [harness.topics.label, "build-7"];
  const ofRun = { score: null, text: null, action_id: null, correlation_text, kafka_topic };
  expect(await labels(`correlation_id = '${correlationId("build-7").uuid}'`)).toEqual([
    { ...ofRun, kind: "outcome", name: "finished", created_by: "coder" },
    { ...ofRun, kind: "label", name: "incident", created_by: "pager" },
    {
      ...ofRun,
      kind: "outcome",
      name: "resolved",
      score: 0.75,
      text: later.text,
      created_by: "nightly-check",
    },
  ]);
  expect(await labels(`action_id = '${actionId}'`)).toEqual([
    {
      ...ofRun,
      kind: "outcome",
      name: "wrong",
      created_by: "jo",
      correlation_text: null,
      action_id: actionId,
    },
  ]);
  expect(await harness.count("agent_action_labels")).toBe(4);
  expect(service.consumer.metrics().topics.label).toMatchObject({
    received: 7,
    inserted: 4,
    duplicates: 2,
    dead_lettered: 1,
  });
  const [letter] = await harness.deadLetters(1);
  expect(JSON.stringify(letter?.headers)).toContain("action_id is not a UUID");

  const runs = await fetch(`${service.url}/api/v1/runs?label=resolved&last=all`);
  expect(((await runs.json()) as { data: { correlation_text: string }[] }).data).toMatchObject([
    { correlation_text: "build-7" },
  ]);
});
