import { readFileSync } from "node:fs";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { describe, expect, test } from "vitest";
import { mapSpans } from "../../../../exporter/correlate/map-spans.js";
import { SpanCorrelator } from "../../../../exporter/correlate/span-correlator.js";
import { readOtlpJson } from "../../../../exporter/span-files/otlp-spans.js";
import type { ActionEvent } from "../../../../src/event/index.js";
import {
  answers,
  denied,
  error,
  LATER_TRACE,
  model,
  type Parts,
  span,
  text,
  toldOnly,
  wants,
} from "./model-spans.js";

const AGENT = { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "support" };
const SESSION = { "gen_ai.conversation.id": "s-1" };
const RUN = span({ id: "a0", at: [0, 9], attributes: { ...AGENT, ...SESSION } });
const LATER_RUN = { id: "d0", traceId: LATER_TRACE, at: [99, 102] } as const;
/** A call id that no other call has. */
const UNIQUE = "toolu_01A09q90qw90lq917835lq9";
const asking = (call = wants("c1", "pay", { amount: 3 }), id = "a1") =>
  model({ id, parent: "a0", at: [1, 2] }, [], [call]);
const told = (answer = answers("c1", "pay", error("card declined")), at: Parts["at"] = [4, 5], id = "a2") =>
  model({ id, parent: "a0", at }, [wants("c1", "pay", {}), answer], []);
const tool = (
  parts: Partial<Parts> & { readonly call?: string; readonly name?: string; readonly args?: object },
) =>
  span({
    id: "b1",
    parent: "a0",
    at: [2, 3],
    ...parts,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": parts.name ?? "pay",
      ...(parts.call !== undefined && { "gen_ai.tool.call.id": parts.call }),
      ...(parts.args !== undefined && { "gen_ai.tool.call.arguments": JSON.stringify(parts.args) }),
    },
  });

describe("a call that a model was told about, and that no span recorded", () => {
  test("failed: a tool call between the two calls of the model", () => {
    const [event, ...others] = toldOnly([RUN, asking(), told()]);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      action_type: "tool_call",
      action_name: "pay",
      tool_call_id: "c1",
      agent_name: "support",
      session_id: "s-1",
      status: "error",
      error_type: "tool_error",
      error_message: "card declined",
      source: "gen-ai",
      started_at: "2026-11-22T07:58:44.000000Z",
      duration_ms: 2_000,
      parent_span_id: "00000000000000a0",
      action_details: {
        tool_parameters: { amount: 3 },
        tool_result: null,
        success: false,
        error_message: "card declined",
        without_span: true,
      },
    });
    expect(event).not.toHaveProperty("span_id");
  });

  test("denied: a decision", () => {
    expect(toldOnly([RUN, asking(), told(answers("c1", "pay", denied("too much")))])).toMatchObject([
      {
        action_type: "decision",
        action_name: "pay",
        tool_call_id: "c1",
        status: "ok",
        action_details: {
          decision_type: "approval",
          decision_context: { amount: 3 },
          decision_result: { approved: false, reason: "too much" },
        },
      },
    ]);
  });

  test("is inside the action around the model", () => {
    const mapped = mapSpans(
      [RUN, asking(), told()].map((one) => ({ span: one, ancestors: one === RUN ? [] : [RUN] })),
    );
    const events = mapped.flatMap(({ transformed }) =>
      transformed.outcome === "event" ? [transformed.event as ActionEvent] : [],
    );
    expect(events.map(({ action_name, parent_action_id }) => [action_name, parent_action_id])).toEqual([
      ["support", undefined],
      ["pay", events[0]?.id],
    ]);
  });

  test("has the same id whoever tells of it, and is told once", () => {
    const again = told(undefined, [6, 7], "a3");
    const [event, ...others] = toldOnly([RUN, asking(), told(), again]);
    expect(others).toEqual([]);
    expect(toldOnly([RUN, asking(), again])[0]?.id).toBe(event?.id);
    expect(toldOnly([again, told(), asking(), RUN])).toHaveLength(1);
  });

  test("without a request that is known: hidden arguments, and no time", () => {
    expect(toldOnly([RUN, told()])).toMatchObject([
      { duration_ms: 0, action_details: { tool_parameters_hidden: true, success: false } },
    ]);
  });

  test("without ids: the call of that name and number that was asked for last", () => {
    const both = model(
      { id: "a1", parent: "a0", at: [1, 2] },
      [],
      [wants(undefined, "pay", { amount: 1 }), wants(undefined, "pay", { amount: 2 })],
    );
    const answer = model(
      { id: "a2", parent: "a0", at: [4, 5] },
      [answers(undefined, "pay", error("one")), answers(undefined, "pay", error("two"))],
      [],
    );
    const rows = toldOnly([RUN, both, answer]);
    expect(rows.map(({ action_details }) => action_details?.tool_parameters)).toEqual([
      { amount: 1 },
      { amount: 2 },
    ]);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(2);
  });

  test("an approval that is answered in a later run belongs to that run, with the arguments of the first", () => {
    const later = (session: string, callId = UNIQUE) => {
      const run = span({ ...LATER_RUN, attributes: { ...AGENT, "gen_ai.conversation.id": session } });
      const denial = [answers(callId, "pay", denied("no"))];
      return [run, model({ id: "d1", parent: "d0", traceId: LATER_TRACE, at: [100, 101] }, denial, [])];
    };
    const asked = [RUN, asking(wants(UNIQUE, "pay", { amount: 3 }))];
    expect(toldOnly([...asked, ...later("s-1")])).toMatchObject([
      { trace_id: LATER_TRACE, action_details: { decision_context: { amount: 3 } } },
    ]);
    // Not in another session, and not by an id that every run counts up.
    const hidden = [{ trace_id: LATER_TRACE, action_details: { decision_context_hidden: true } }];
    expect(toldOnly([...asked, ...later("s-2")])).toMatchObject(hidden);
    expect(toldOnly([RUN, asking(), ...later("s-1", "c1")])).toMatchObject(hidden);
  });
});

describe("a call that went well", () => {
  const paid = answers("c1", "pay", text("paid"));

  test("is a row where no tool has a span", () => {
    expect(toldOnly([RUN, asking(), told(paid)])).toMatchObject([
      {
        tool_call_id: "c1",
        status: "ok",
        action_details: { tool_parameters: { amount: 3 }, tool_result: "paid", without_span: true },
      },
    ]);
  });

  test.each<[string, readonly ReadableSpan[]]>([
    ["a tool of the trace has a span", [RUN, asking(), tool({ call: "c0", name: "other" }), told(paid)]],
    ["the model asked elsewhere", [RUN, told(paid)]],
    ["nobody knows an agent", [span({ id: "a0", at: [0, 9], attributes: SESSION }), asking(), told(paid)]],
  ])("is none where %s", (_, spans) => {
    expect(toldOnly(spans)).toEqual([]);
  });
});

describe("no row", () => {
  test.each([["the answer is to nobody's call", { role: "user", content: "hello" }]])("%s", (_, answer) => {
    expect(toldOnly([RUN, asking(), told(answer)])).toEqual([]);
  });

  test("the option says so", () => {
    expect(toldOnly([RUN, asking(), told()], { callsWithoutSpan: false })).toEqual([]);
  });

  test.each([
    ["its id", { call: "c1" }],
    ["its name and arguments", { args: { amount: 3 } }],
    ["its name, with arguments hidden", {}],
    ["its arguments, with the name of a class", { name: "StructuredTool", args: { amount: 3 } }],
    ["a decorated name", { name: "bank.pay", args: { amount: 3 } }],
    ["its name and arguments, in another trace", { args: { amount: 3 }, traceId: LATER_TRACE, parent: "00" }],
  ])("a span recorded the call by %s", (_, parts) => {
    expect(toldOnly([RUN, asking(), tool(parts), told()])).toEqual([]);
  });
});

test("no row where a span of the session recorded the call by its unique id in another trace", () => {
  const told = model({ id: "a2", parent: "a0", at: [4, 5] }, [answers(UNIQUE, "pay", error("no"))], []);
  const recorded = (session: object) =>
    span({
      id: "b1",
      traceId: LATER_TRACE,
      at: [2, 3],
      attributes: {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "pay",
        "gen_ai.tool.call.id": UNIQUE,
        ...session,
      },
    });
  const spans = [RUN, asking(wants(UNIQUE, "pay", { amount: 3 })), told];
  expect(toldOnly([...spans, recorded(SESSION)])).toEqual([]);
  expect(toldOnly([...spans, recorded({ "gen_ai.conversation.id": "s-2" })])).toHaveLength(1);
});

test("arguments of the call are taken from the conversation where the model that asked is not known", () => {
  const said = [wants("c1", "pay", { amount: 3 }), answers("c1", "pay", error("no"))];
  expect(toldOnly([RUN, model({ id: "a2", parent: "a0", at: [4, 5] }, said, [])])).toMatchObject([
    { action_details: { tool_parameters: { amount: 3 } } },
  ]);
});

test.each([
  ["Error: pay is not a valid tool, try one of [weather].", "pay"],
  ["Model tried to call unavailable tool 'pay'. Available tools: weather.", "pay"],
  ["Tool bank.pay not found in agent support", "bank.pay"],
  ["Unknown tool: pay", "pay"],
])("a tool that nobody knows is named by what the model was told: %s", (words, name) => {
  const answer = {
    role: "tool",
    content: [{ type: "tool-result", toolCallId: "c1", output: error(words) }],
  };
  expect(toldOnly([RUN, model({ id: "a2", parent: "a0", at: [4, 5] }, [answer], [])])).toMatchObject([
    { action_name: name, error_type: "unknown_tool", action_details: { tool_parameters_hidden: true } },
  ]);
});

describe("a span of another call does not stand for it", () => {
  test.each([
    ["another id", { call: "c2" }],
    ["another name", { name: "fetch", args: { url: "x" } }],
    ["other arguments", { args: { amount: 4 } }],
    ["before it was asked for", { at: [0.2, 0.8] as const }],
    ["after it was told", { at: [6, 7] as const }],
    [
      "the same id of an earlier run",
      { call: "c1", traceId: LATER_TRACE, parent: "00", at: [0.2, 0.8] as const },
    ],
    ["the same name alone, in another trace", { traceId: LATER_TRACE, parent: "00" }],
  ])("%s", (_, parts) => {
    expect(toldOnly([RUN, asking(), tool(parts), told()])).toHaveLength(1);
  });

  test("one span without an id stands for one call", () => {
    const both = model(
      { id: "a1", parent: "a0", at: [1, 2] },
      [],
      [wants("c1", "pay", { amount: 3 }), wants("c2", "pay", { amount: 3 })],
    );
    const answer = model(
      { id: "a2", parent: "a0", at: [4, 5] },
      [answers("c1", "pay", error("one")), answers("c2", "pay", error("two"))],
      [],
    );
    expect(toldOnly([RUN, both, tool({ args: { amount: 3 } }), answer])).toHaveLength(1);
  });
});

// What the programs of test/capture did: an unknown tool, arguments that do not fit, and (from version 6) an approval that was denied.
describe("captured programs", () => {
  const rowsOf = (file: string) => {
    const spans = readOtlpJson(readFileSync(`test/fixtures/spans/${file}.otlp.json`, "utf8"));
    return mapSpans(spans, { captureContent: true }).flatMap(({ transformed, isReportedOnly }) => {
      if (!isReportedOnly || transformed.outcome !== "event") return [];
      const { action_type, action_name, tool_call_id, error_type } = transformed.event as ActionEvent;
      return [[action_type, action_name, tool_call_id, error_type]];
    });
  };
  const unknownTool = (call: string) => ["tool_call", "noSuchTool", call, "unknown_tool"];
  const badArguments = (call: string) => ["tool_call", "getWeather", call, "invalid_arguments"];

  test.each([
    ["vercel-ai-v5", [unknownTool("call_7"), badArguments("call_8")]],
    [
      "vercel-ai-v7",
      [unknownTool("call_7"), badArguments("call_8"), ["decision", "pay", "call_a1", undefined]],
    ],
    [
      "langfuse-langchain",
      [
        ["tool_call", "no_such_tool", "call_5", "unknown_tool"],
        ["tool_call", "get_weather", "call_6", "invalid_arguments"],
      ],
    ],
    ["openinference-langchain", []],
    ["openai-agents-openinference", []],
  ])("%s", (file, rows) => {
    expect(rowsOf(file)).toEqual(rows);
  });
});

test("calls that ended before the first model's span, as in a stream, are known all the same", () => {
  const early = Array.from({ length: 49 }, (_, at) => tool({ id: `e${at}`, at: [1.2, 1.5], call: `e${at}` }));
  const call = tool({ at: [1.5, 1.8], args: { amount: 3 } });
  const later = Array.from({ length: 900 }, (_, at) => tool({ id: `f${at}`, at: [2.5, 3], call: `f${at}` }));
  const correlator = new SpanCorrelator({ captureContent: true });
  const see = (one: ReadableSpan) => {
    const plan = correlator.prepare([{ span: one, ancestors: [RUN] }]);
    correlator.commit(plan);
    return plan.spans.filter(({ isReportedOnly }) => isReportedOnly);
  };
  for (const one of [...early, call, asking(), ...later]) expect(see(one)).toEqual([]);
  expect(see(told())).toEqual([]);
  expect(see(told(answers("c9", "fetch", error("no")), [6, 7], "a4"))).toHaveLength(1);
});
