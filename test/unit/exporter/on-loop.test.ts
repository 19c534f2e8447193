import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { expect, test } from "vitest";
import { AgentActionSpanProcessor, type AgentLoop, type OnLoop } from "../../../exporter/index.js";
import { actionTracer, recordToolCall, startToolCall } from "../../helpers/action-spans.js";
import { diagLines, textsAt } from "../../helpers/diag-lines.js";
import { FakeTransport } from "./fake-transport.js";

const lines = diagLines();

function setUp(onLoop: OnLoop) {
  const transport = new FakeTransport();
  const processor = new AgentActionSpanProcessor({ transport, flushOnExit: false, onLoop });
  const tracer = actionTracer(new BasicTracerProvider({ spanProcessors: [processor] }));
  const run = startToolCall(tracer, "run", { correlationId: "abc-123" });
  const parent = trace.setSpan(ROOT_CONTEXT, run);
  const read = (path: string): void =>
    void recordToolCall(tracer, "Read", { arguments: { path }, result: "no such file", parent });
  return { transport, processor, read };
}

test("an agent is told within the call that makes it a loop, and with every further one", () => {
  const loops: AgentLoop[] = [];
  const { read } = setUp((loop) => loops.push(loop));
  for (let index = 0; index < 4; index++) read("a.txt");
  expect(loops).toEqual([]);
  read("a.txt");
  expect(loops).toMatchObject([
    { kind: "same_call", tools: ["Read"], calls: 5, description: "the same call with the same result" },
  ]);
  expect(loops[0]?.actionIds).toHaveLength(5);
  read("a.txt");
  expect(loops.map(({ calls }) => calls)).toEqual([5, 6]);
  read("b.txt");
  expect(loops).toHaveLength(2);
});

test.each<readonly [string, OnLoop]>([
  [
    "throws",
    () => {
      throw new Error("stop it");
    },
  ],
  ["rejects with", () => Promise.reject(new Error("stop it"))],
])("what the function %s is told, and every action is recorded", async (_, onLoop) => {
  const { read, processor, transport } = setUp(onLoop);
  for (let index = 0; index < 6; index++) read("a.txt");
  await processor.forceFlush();
  expect(transport.landed).toHaveLength(6);
  expect(textsAt(lines, "warn")).toContainEqual(
    expect.stringContaining("onLoop failed, and nothing is lost by that: stop it"),
  );
});

test("something else than a function is refused", () => {
  expect(() => new AgentActionSpanProcessor({ onLoop: "stop" as unknown as OnLoop })).toThrow(
    "onLoop has to be a function",
  );
});
