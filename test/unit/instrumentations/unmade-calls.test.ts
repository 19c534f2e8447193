import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { CallsMade } from "../../../src/instrumentations/openai-agents/run-scope.js";
import { recordUnmadeCalls } from "../../../src/instrumentations/openai-agents/unmade-calls.js";
import { callInContext } from "../../../src/tracing/guard.js";
import { SpanRecorder } from "../../../src/tracing/span-recorder.js";
import { recording } from "./recording.js";

const recorded = recording();

const recorder = (capturesContent = true) =>
  new SpanRecorder({ enabled: true, capturesContent, tracer: trace.getTracer("test") });

const run = (callId: string, name = "pay") => ({
  toolCall: { callId, name, arguments: '{"amount":5}' },
  tool: { name, invoke: () => undefined },
});
const answer = (output: unknown) => ({ type: "function_output", output });
const state = (approved: boolean | undefined) => ({ _context: { isToolApproved: () => approved } });

describe("a call of the OpenAI Agents SDK that no tool of its own saw", () => {
  test("is a refusal where a person said no", () => {
    recordUnmadeCalls([run("call-1")], [answer("Not today.")], state(false), new CallsMade(), recorder());
    expect(recorded.rows()).toMatchObject([
      {
        action_type: "decision",
        action_name: "pay",
        action_details: {
          decision_type: "approval",
          decision_context: { amount: 5 },
          decision_result: { approved: false, reason: "Not today." },
          tool_call_id: "call-1",
        },
      },
    ]);
  });

  test("says neither arguments nor reason of a refusal where content is hidden", () => {
    recordUnmadeCalls(
      [run("call-1")],
      [answer("Not today.")],
      state(false),
      new CallsMade(),
      recorder(false),
    );
    expect(recorded.spans()[0]?.attributes["agent_actions.details"]).toBe(
      JSON.stringify({
        decision_type: "approval",
        decision_context_hidden: true,
        decision_result: { approved: false },
        tool_call_id: "call-1",
      }),
    );
  });

  test("is a call with its result where the tool is one that nobody watches", () => {
    recordUnmadeCalls([run("call-1")], [answer("paid")], state(undefined), new CallsMade(), recorder());
    expect(recorded.rows()).toMatchObject([
      {
        action_type: "tool_call",
        tool_call_id: "call-1",
        status: "ok",
        action_details: { tool_parameters: { amount: 5 }, tool_result: "paid", success: true },
      },
    ]);
  });

  test("is none where its tool ran, or where it still waits for approval", () => {
    const made = new CallsMade();
    callInContext(made.in(ROOT_CONTEXT), () => CallsMade.note("call-1"));
    const answers = [answer("paid"), { type: "function_approval" }];
    recordUnmadeCalls([run("call-1"), run("call-2")], answers, state(undefined), made, recorder());
    expect(recorded.spans()).toEqual([]);
  });

  test("is nothing that can be told from answers of another shape", () => {
    recordUnmadeCalls([run("call-1")], undefined, {}, new CallsMade(), recorder());
    expect(recorded.spans()).toEqual([]);
  });
});
