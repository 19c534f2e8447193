import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ActionLogger, traceTool } from "../../../../src/index.js";
import { type Event, InFlightAgent, later, withFakeIntervals } from "./in-flight-agent.js";

withFakeIntervals();
beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
afterEach(() => {
  trace.disable();
  context.disable();
});

function setUp(options: ConstructorParameters<typeof InFlightAgent>[0] = {}) {
  const agent = new InFlightAgent(options);
  trace.setGlobalTracerProvider(agent.provider);
  return { agent, log: new ActionLogger({ agentName: "agent-support", sessionId: "thread-1" }) };
}

const open = (events: readonly Event[]) => events.filter(({ status }) => status === "running");

test("a scoped call and a traced tool are published while they are open, with agent, session and arguments", async () => {
  const { agent, log } = setUp();
  const [call, tool] = [later<string>(), later<number>()];
  const search = traceTool("search", (_query: string) => tool.promise);
  const done = [
    log.toolCall("deploy", { to: "prod" }, () => call.promise),
    log.within(() => search("refunds")),
  ];
  await agent.pass(1_500);
  const running = open(await agent.events());
  expect(running).toMatchObject([
    {
      action_name: "deploy",
      agent_name: "agent-support",
      session_id: "thread-1",
      action_details: { tool_parameters: { to: "prod" } },
    },
    { action_name: "search", agent_name: "agent-support" },
  ]);
  call.settle("done");
  tool.settle(3);
  await Promise.all(done);
  const ended = (await agent.events()).slice(2);
  expect(ended.map(({ id }) => id)).toEqual(running.map(({ id }) => id));
  expect(ended.map(({ action_details }) => action_details)).toMatchObject([
    { tool_result: "done" },
    { tool_result: 3 },
  ]);
});

test("a decision that waits is published with what it is made on", async () => {
  const { agent, log } = setUp();
  const answer = later<object>();
  const asked = log.decision("release", { version: "2" }, () => answer.promise, {
    approvalMethod: "prompt",
    policy: "two-persons",
  });
  await agent.pass(1_500);
  expect(await agent.events()).toMatchObject([
    {
      status: "running",
      action_type: "decision",
      action_name: "release",
      approval_method: "prompt",
      policy: "two-persons",
      action_details: { decision_context: { version: "2" } },
    },
  ]);
  answer.settle({ approved: true });
  await asked;
  expect((await agent.events())[1]).toMatchObject({
    status: "ok",
    action_details: { decision_context: { version: "2" }, decision_result: { approved: true } },
  });
});

test("a task is not published, and what is open inside it is", async () => {
  const { agent, log } = setUp();
  const call = later<string>();
  const done = log.task("support", () => log.toolCall("deploy", {}, () => call.promise));
  await agent.pass(1_500);
  const [running, ...more] = await agent.events();
  expect(more).toEqual([]);
  expect(running).toMatchObject({ action_name: "deploy", status: "running" });
  call.settle("done");
  await done;
  const [, ended, task] = await agent.events();
  expect(task).toMatchObject({ action_type: "success", id: running?.parent_action_id });
  expect(ended).toMatchObject({ id: running?.id, parent_action_id: running?.parent_action_id });
});

test("a run that is open counts in heartbeats, and is not published again", async () => {
  const { agent, log } = setUp();
  const execution = log.startExecution();
  await agent.pass(1_500);
  await agent.pass(10_000);
  expect((await agent.heartbeats()).at(-1)).toMatchObject({ status: "alive", open_actions: 1 });
  await execution.complete();
  await agent.pass(10_000);
  expect((await agent.heartbeats()).at(-1)).toMatchObject({ status: "alive", open_actions: 0 });
  expect(await agent.events()).toEqual([]);
});

test("content that is not captured, and secrets, are as hidden as at the end", async () => {
  const { agent, log } = setUp();
  log.toolCall("login", { password: "hunter2hunter2", user: "jo" });
  await agent.pass(1_500);
  const [shown] = await agent.events();
  expect(JSON.stringify(shown)).not.toContain("hunter2");
  expect(shown?.action_details).toMatchObject({ tool_parameters: { user: "jo" } });

  const hidden = setUp({ captureContent: false });
  trace.disable();
  trace.setGlobalTracerProvider(hidden.agent.provider);
  hidden.log.toolCall("login", { user: "jo" });
  await hidden.agent.pass(1_500);
  const [event] = await hidden.agent.events();
  expect(event).toMatchObject({ status: "running", action_name: "login", action_details: {} });
  expect(JSON.stringify(event)).not.toContain('"jo"');
});
