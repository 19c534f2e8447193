/** Rules that several dialects of frameworks share: how runs, hand-offs, results and errors are written there. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mapSpans } from "../../../../../exporter/correlate/map-spans.js";
import { createTransform } from "../../../../../exporter/index.js";
import { outcomeOfWords } from "../../../../../exporter/read/dialects/common/call-outcome.js";
import { HIDDEN } from "../../../../../exporter/read/dialects/common/captured.js";
import { decodePrintedFields } from "../../../../../exporter/read/dialects/common/decode-python.js";
import { failureSaying } from "../../../../../exporter/read/dialects/common/failure.js";
import { handOffTool, withoutObjects } from "../../../../../exporter/read/dialects/common/hand-off.js";
import {
  agentOfEvent,
  callIdOfEvent,
  unwrapToolOutput,
} from "../../../../../exporter/read/dialects/common/llama-index.js";
import {
  failureOfAgentsSdk,
  withoutAgentsSdkError,
} from "../../../../../exporter/read/dialects/common/openai-agents.js";
import {
  agentAt,
  noteAgent,
  notedFailure,
  noteFailure,
  onlyAgent,
} from "../../../../../exporter/read/dialects/common/run-notes.js";
import { OK, spanOf } from "../../spans.js";

describe("fields as Python prints them", () => {
  test("are read, and a value that is no plain one is its own text", () => {
    const text =
      "status='success' result={'a': [1, None]} error=None made=<generator object x at 0x0> last=\"it's\"";
    expect(decodePrintedFields(text)).toEqual({
      status: "success",
      result: { a: [1, null] },
      error: null,
      made: "<generator object x at 0x0>",
      last: "it's",
    });
  });

  test.each(["", "no fields", "{'a': 1}", "=1", "1a=2"])("of %j there are none", (text) => {
    expect(decodePrintedFields(text)).toBe(undefined);
  });

  test("come back whatever the texts in them are", () => {
    const printed = (value: string | number | null) =>
      value === null
        ? "None"
        : typeof value === "number"
          ? `${value}`
          : `'${value.replace(/[\\']/g, "\\$&")}'`;
    const value = fc.oneof(fc.stringMatching(/^[ -~]{0,30}$/), fc.integer(), fc.constant(null));
    const fields = fc.dictionary(fc.stringMatching(/^[a-z_][a-z_]{0,8}$/), value, {
      minKeys: 1,
      maxKeys: 6,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(fields, (given) => {
        const text = Object.entries(given)
          .map(([name, one]) => `${name}=${printed(one)}`)
          .join(" ");
        expect(decodePrintedFields(text)).toEqual(given);
      }),
    );
  });

  test("any text is read in a bounded time, and nothing is thrown", () => {
    fc.assert(fc.property(fc.string(), (text) => void decodePrintedFields(`a=${text}`)));
    expect(decodePrintedFields(`a=${"(".repeat(50_000)}`)).toMatchObject({ a: expect.any(String) });
  });
});

describe("a tool that hands over", () => {
  test.each([
    ["handoff", { to_agent: "billing", reason: "r" }, "done", "billing"],
    [
      "transfer_to_billing",
      {},
      "Transferred to billing, adopting the role of billing immediately.",
      "billing",
    ],
    ["transfer_to_billing", HIDDEN, HIDDEN, "billing"],
    ["transfer_to_account", { amount: 3 }, { ok: true }, undefined],
    ["transfer_to_account", { amount: 3 }, "3 were sent", undefined],
    ["handoff", { order: 9 }, "parcel handed over", undefined],
  ])("%s", (name, parameters, result, expected) => {
    expect(handOffTool(name, parameters, result)).toBe(expected);
  });

  test("objects of the framework are no arguments", () => {
    const ctx = "<workflows.context.context.Context object at 0x7f00>";
    expect(withoutObjects({ amount: 9, ctx })).toEqual({ amount: 9 });
    const given = { note: "<b>bold object</b>", amount: 9 };
    expect(withoutObjects(given)).toBe(given);
  });
});

describe("LlamaIndex", () => {
  const output = {
    blocks: [{ text: "no" }],
    tool_name: "t",
    raw_input: {},
    raw_output: "no",
    is_error: true,
  };

  test("a tool's output", () => {
    expect(unwrapToolOutput({ ...output, is_error: false })).toEqual({ result: "no", toolName: "t" });
    expect(unwrapToolOutput({ tool_id: "c1", tool_output: output })).toEqual({
      result: undefined,
      toolName: "t",
      callId: "c1",
      error: "no",
    });
    expect(unwrapToolOutput({ raw_output: 1 })).toBe(undefined);
  });

  test("events name the agent and the call in their last member only", () => {
    expect(agentOfEvent("AgentInput(input=[], current_agent_name='support')")).toBe("support");
    expect(agentOfEvent("AgentInput(input=[\"current_agent_name='evil')\"])")).toBe(undefined);
    expect(agentOfEvent({ result: { current_agent_name: "support" } })).toBe("support");
    expect(callIdOfEvent("ToolCall(tool_name='t', tool_kwargs={}, tool_id='c1')")).toBe("c1");
  });
});

describe("what spans report of the one around them", () => {
  const at = (name: string, start: number, end: number) =>
    spanOf({ name, startTime: [start, 0], endTime: [end, 0] });

  test("the agent that was at work when a span began", () => {
    const run = at("run", 0, 100);
    noteAgent(run, at("first", 1, 10), "support", "endTime");
    noteAgent(run, at("second", 20, 30), "billing", "endTime");
    expect(agentAt(run, at("early", 5, 6))).toBe(undefined);
    expect(agentAt(run, at("before", 10, 11))).toBe("support");
    expect(agentAt(run, at("after", 40, 50))).toBe("billing");
    expect(onlyAgent(run)).toBe(undefined);
  });

  test("a failure", () => {
    const run = at("run", 0, 1);
    expect(notedFailure(run)).toBe(undefined);
    noteFailure(run, failureSaying("no"));
    expect(notedFailure(run)).toMatchObject({ message: "no" });
  });
});

describe("a run that failed in a turn", () => {
  const scope = "logfire.openai_agents";
  const run = spanOf({
    name: "Agent run: {name!r}",
    scope,
    attributes: { name: "lost" },
    spanId: "1".repeat(16),
  });
  const error = { message: "Tool not found", data: { tool_name: "x" } };
  const attributes = { agent_name: "lost", error: JSON.stringify(error) };
  const turn = spanOf({
    name: "Turn 1 for agent lost",
    scope,
    attributes,
    status: { code: 2 },
    spanId: "2".repeat(16),
  });

  test.each([
    ["the run first", [run, turn]],
    ["the turn first", [turn, run]],
  ])("is an error, in a batch with %s", (_order, order) => {
    const mapped = mapSpans(order.map((span) => ({ span, ancestors: span === turn ? [run] : [] })));
    const events = mapped.flatMap(({ transformed }) =>
      transformed.outcome === "event" ? [transformed.event] : [],
    );
    expect(events).toMatchObject([
      { action_type: "error", error_message: "Tool not found: {'tool_name': 'x'}" },
    ]);
  });
});

describe("errors", () => {
  test("of the OpenAI Agents SDK", () => {
    expect(failureOfAgentsSdk("Error running tool", { error: "no" }).message).toBe("no");
    expect(failureOfAgentsSdk("Tool not found", { tool_name: "x" }).message).toBe(
      "Tool not found: {'tool_name': 'x'}",
    );
    const printed = "{'message': 'Error in agent run', 'data': {'error': 'it is down'}}";
    expect(withoutAgentsSdkError({ type: "Error", message: printed })).toMatchObject({
      message: "it is down",
    });
    expect(withoutAgentsSdkError(undefined)).toBe(undefined);
  });

  test("as a traceback of Python, or a type without a message", () => {
    const said =
      'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    raise X\nshop.Declined: no\nreally\n';
    expect(failureSaying(said)).toMatchObject({
      type: "shop.Declined",
      message: "no\nreally",
      stacktrace: said,
    });
    expect(failureSaying("CancelledError: ", "asyncio.exceptions.CancelledError")).toEqual({
      type: "asyncio.exceptions.CancelledError",
      message: undefined,
    });
  });

  test("a number as a type gives way to the class in the stack", () => {
    const exception = {
      "exception.type": "404",
      "exception.message": "NOT_FOUND: no",
      "exception.stacktrace": "GenkitError: NOT_FOUND: no\n    at x",
    };
    const span = spanOf({
      attributes: { "genkit:type": "action", "genkit:metadata:subtype": "flow" },
      status: { code: 2, message: "NOT_FOUND: no" },
      exception,
    });
    expect(createTransform()(span)).toMatchObject({
      event: { error_type: "GenkitError", error_message: "NOT_FOUND: no" },
    });
  });

  test.each([
    ["User denied the tool call request", "denied"],
    ["Tool execution blocked by hook. Tool: pay", "denied"],
    ["This tool is not allowed to be used.", "denied"],
    ["Tool not found", "error"],
    ["ag2.exceptions.ToolNotFoundError: Tool `x` not found", "error"],
    ["Error: tool 'x' not found in any workbench", "error"],
    ["Error: Tool call invocation was rejected by user.", "denied"],
    ['<system-reminder>The execution of tool "pay" is denied by user!</system-reminder>', "denied"],
    ["<tool_use_error>InputValidationError: no</tool_use_error>", "error"],
    ['Error: Requested function "x" not found.', "error"],
    ["ValueError('no')", "error"],
    ["The order was not found", undefined],
    ["The card was denied by the bank", undefined],
    ["User denied it", undefined],
  ])("%s", (words, expected) => {
    expect(outcomeOfWords(words)).toBe(expected);
  });
});

describe("a chain of OpenInference", () => {
  const attributes = { "openinference.span.kind": "CHAIN" };
  const chain = (scope: string, more: object = {}) =>
    Object.assign(spanOf({ name: "Desk.kickoff", scope, attributes, status: OK }), more);
  const CREW = "openinference.instrumentation.crewai";
  const read = (span: ReturnType<typeof chain>, ancestors: ReturnType<typeof chain>[] = []) =>
    createTransform()(span, { ancestors });

  test("is a run where it is the outermost one of a framework", () => {
    expect(read(chain(CREW))).toMatchObject({
      event: { action_type: "success", action_name: "Desk", agent_name: "Desk" },
    });
    expect(read(chain(CREW), [spanOf({ name: "GET /" })])).toMatchObject({ outcome: "event" });
    const failed = { status: { code: 2, message: "ValueError: no" } };
    expect(read(chain(CREW, failed))).toMatchObject({ event: { action_type: "error", error_message: "no" } });
  });

  test("is a step inside another one, where nobody knows what is around it, or where a program made it", () => {
    expect(read(chain(CREW), [chain(CREW)])).toMatchObject({ outcome: "ignored" });
    const parentSpanContext = { traceId: "1".repeat(32), spanId: "1".repeat(16), traceFlags: 1 };
    expect(read(chain(CREW, { parentSpanContext }))).toMatchObject({ outcome: "ignored" });
    expect(read(chain("my-app"))).toMatchObject({ outcome: "ignored" });
  });
});
