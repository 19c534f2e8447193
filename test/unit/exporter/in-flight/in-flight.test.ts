import { expect, test } from "vitest";
import { InFlightAgent, inside, withFakeIntervals } from "./in-flight-agent.js";

withFakeIntervals();

test("a call that is open for longer than a second is published as running, and completed by an event of the same id", async () => {
  const agent = new InFlightAgent();
  const span = agent.startCall("deploy", { "gen_ai.tool.call.arguments": '{"to":"prod"}' });
  await agent.pass(1_500);
  const [running] = await agent.events();
  expect(running).toMatchObject({
    status: "running",
    action_type: "tool_call",
    action_name: "deploy",
    action_details: { tool_parameters: { to: "prod" } },
  });
  expect(running).not.toHaveProperty("ended_at");
  expect(running).not.toHaveProperty("duration_ms");
  expect(Object.keys(running?.action_details ?? {})).toEqual(["tool_parameters"]);
  span.setAttribute("gen_ai.tool.call.result", '"done"');
  span.end();
  const [, ended] = await agent.events();
  expect(ended).toMatchObject({ id: running?.id, started_at: running?.started_at, status: "ok" });
  expect(agent.processor.stats()).toMatchObject({
    ended: 1,
    acked: 1,
    runningEvents: { acked: 1, waiting: 0, dropped: 0 },
  });
});

test("a call of under a second is one record, and no heartbeat", async () => {
  const agent = new InFlightAgent();
  const span = agent.startCall("read");
  await agent.pass(900);
  span.end();
  await agent.pass(2_000);
  expect(await agent.events()).toMatchObject([{ status: "ok" }]);
  expect(await agent.heartbeats()).toEqual([]);
});

test("0 switches it off", async () => {
  const agent = new InFlightAgent({ inFlightAfterMillis: 0 });
  agent.startCall("read");
  await agent.pass(5_000);
  expect(await agent.events()).toEqual([]);
});

test("a span that says later what it is is published then", async () => {
  const agent = new InFlightAgent();
  const span = agent.start("some-framework", "a step");
  await agent.pass(1_500);
  expect(await agent.events()).toEqual([]);
  span.setAttributes({ "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search" });
  await agent.pass(1_500);
  expect(await agent.events()).toMatchObject([{ status: "running", action_name: "search" }]);
});

test("of a call that two layers record one is published, and the row keeps its id", async () => {
  const agent = new InFlightAgent();
  const outer = agent.start("ai", "ai.toolCall", {
    "operation.name": "ai.toolCall",
    "ai.operationId": "ai.toolCall",
    "ai.toolCall.name": "search",
    "ai.toolCall.id": "call_1",
    "ai.toolCall.args": '{"q":"x"}',
  });
  const inner = agent.startCall("search", { "gen_ai.tool.call.arguments": '{"q":"x"}' }, inside(outer));
  await agent.pass(3_000);
  expect(await agent.events()).toMatchObject([{ status: "running", span_id: outer.spanContext().spanId }]);
  inner.end();
  outer.end();
  const events = await agent.events();
  expect(events.map(({ id, status }) => [id, status])).toEqual([
    [events[0]?.id, "running"],
    [events[0]?.id, "ok"],
  ]);
});

test("a row that was published keeps its id, although another layer turns out to know more", async () => {
  const agent = new InFlightAgent();
  const outer = agent.start("some-framework", "search");
  const inner = agent.start("other", "execute_tool search", callSearch, inside(outer));
  await agent.pass(1_500);
  const [running] = await agent.events();
  expect(running).toMatchObject({ span_id: inner.spanContext().spanId });
  outer.setAttributes({ ...callSearch, "gen_ai.tool.call.id": "toolu_1", "gen_ai.agent.name": "a" });
  inner.end();
  outer.end();
  const [, ended, ...more] = await agent.events();
  expect(ended).toMatchObject({ id: running?.id, status: "ok", tool_call_id: "toolu_1", agent_name: "a" });
  expect(more).toEqual([]);
});

test("of two rows of what turns out to be one call, one is taken back", async () => {
  const agent = new InFlightAgent();
  const outer = agent.start("some-framework", "execute_tool find", callNamed("find"));
  const inner = agent.start("other", "execute_tool search", callNamed("search"), inside(outer));
  await agent.pass(1_500);
  const running = await agent.events();
  expect(running).toMatchObject([{ status: "running" }, { status: "running" }]);
  outer.setAttributes(callNamed("search"));
  inner.setAttribute("gen_ai.tool.call.arguments", '{"q":1}');
  outer.setAttribute("gen_ai.tool.call.arguments", '{"q":1}');
  inner.end();
  outer.end();
  const [ended, superseded] = (await agent.events()).slice(2).sort((one) => (one.status === "ok" ? -1 : 1));
  expect(ended?.status).toBe("ok");
  const other = running.find(({ id }) => id !== ended?.id);
  expect(superseded).toMatchObject({ id: other?.id, status: "superseded", superseded_by: ended?.id });
});

test("a row whose span turns out to be no action is taken back", async () => {
  const agent = new InFlightAgent();
  const span = agent.startCall("search");
  await agent.pass(1_500);
  span.setAttribute("gen_ai.operation.name", "chat");
  span.end();
  const [running, superseded, ...more] = await agent.events();
  expect(superseded).toMatchObject({ id: running?.id, status: "superseded" });
  expect(superseded).not.toHaveProperty("superseded_by");
  expect(more).toEqual([]);
});

const callNamed = (name: string) => ({
  "gen_ai.operation.name": "execute_tool",
  "gen_ai.tool.name": name,
});
const callSearch = { ...callNamed("search"), "gen_ai.tool.call.arguments": '{"q":"x"}' };
