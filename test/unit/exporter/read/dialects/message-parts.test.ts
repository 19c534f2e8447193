import { describe, expect, test } from "vitest";
import { outcomeOf } from "../../../../../exporter/read/dialects/common/call-outcome.js";
import { HIDDEN } from "../../../../../exporter/read/dialects/common/captured.js";
import { readMessages } from "../../../../../exporter/read/dialects/common/gen-ai-messages.js";
import { answersIn, callsIn } from "../../../../../exporter/read/dialects/common/model-messages.js";
import { spanOf } from "../../spans.js";

const CALL = { name: "pay", callId: "c1", parameters: { amount: 3 } };
const ARGUMENTS = '{"amount":3}';

describe("a call that a model asks for", () => {
  test.each<[string, unknown]>([
    [
      "GenAI conventions",
      { parts: [{ type: "tool_call", id: "c1", name: "pay", arguments: { amount: 3 } }] },
    ],
    [
      "AI SDK, its prompt",
      { content: [{ type: "tool-call", toolCallId: "c1", toolName: "pay", input: { amount: 3 } }] },
    ],
    ["AI SDK 4 and 5, its answer", { toolCallId: "c1", toolName: "pay", args: ARGUMENTS }],
    [
      "OpenAI, chat",
      {
        role: "assistant",
        tool_calls: [{ id: "c1", type: "function", function: { name: "pay", arguments: ARGUMENTS } }],
      },
    ],
    [
      "OpenAI, responses",
      { type: "function_call", id: "fc_1", call_id: "c1", name: "pay", arguments: ARGUMENTS },
    ],
    ["Anthropic", { content: [{ type: "tool_use", id: "c1", name: "pay", input: { amount: 3 } }] }],
    ["Bedrock", { content: [{ toolUse: { toolUseId: "c1", name: "pay", input: { amount: 3 } } }] }],
    ["Gemini", { parts: [{ functionCall: { id: "c1", name: "pay", args: { amount: 3 } } }] }],
    [
      "OpenInference",
      { tool_calls: [{ tool_call: { id: "c1", function: { name: "pay", arguments: ARGUMENTS } } }] },
    ],
  ])("is found as %s writes it", (_form, message) => {
    expect(callsIn([message])).toEqual([CALL]);
  });

  test("has hidden arguments where only its name is told", () => {
    expect(callsIn([{ type: "tool_call", name: "pay" }])).toEqual([
      { name: "pay", callId: undefined, parameters: HIDDEN },
    ]);
  });

  test("is no definition of a tool, no text and no answer", () => {
    const others = [
      { type: "function", name: "pay" },
      { type: "text", content: "pay" },
      { role: "tool", tool_call_id: "c1", content: "paid", name: "pay" },
    ];
    expect(callsIn(others)).toEqual([]);
    expect(callsIn("pay")).toEqual([]);
  });
});

describe("an answer to a call", () => {
  const asked = { role: "assistant", parts: [{ type: "tool_call", id: "c1", name: "pay" }] };
  const tool = (part: object) => ({ role: "tool", parts: [part] });
  const aiSdk = (output: unknown) => ({
    role: "tool",
    content: [{ type: "tool-result", toolCallId: "c1", toolName: "pay", output }],
  });

  test.each<[string, object, string, unknown]>([
    [
      "GenAI conventions",
      tool({ type: "tool_call_response", id: "c1", response: { ok: 1 } }),
      "unknown",
      { ok: 1 },
    ],
    ["Pydantic AI", tool({ type: "tool_call_response", id: "c1", name: "pay", result: "5" }), "unknown", "5"],
    ["GenAI, hidden", tool({ type: "tool_call_response", id: "c1" }), "unknown", HIDDEN],
    ["AI SDK, text", aiSdk({ type: "text", value: "5" }), "ok", "5"],
    ["AI SDK, json", aiSdk({ type: "json", value: { a: 1 } }), "ok", { a: 1 }],
    ["AI SDK, json of MCP", aiSdk({ type: "json", value: { isError: true } }), "error", { isError: true }],
    ["AI SDK, content", aiSdk({ type: "content", value: [{ type: "text" }] }), "ok", [{ type: "text" }]],
    ["AI SDK, error-text", aiSdk({ type: "error-text", value: "no" }), "error", "no"],
    ["AI SDK, error-json", aiSdk({ type: "error-json", value: { no: 1 } }), "error", { no: 1 }],
    ["AI SDK, denied", aiSdk({ type: "execution-denied", reason: "too much" }), "denied", "too much"],
    [
      "AI SDK 7, denied",
      tool({ type: "tool_call_response", id: "c1", response: { denied: true, reason: "no" } }),
      "denied",
      { denied: true, reason: "no" },
    ],
    ["OpenAI, chat", { role: "tool", tool_call_id: "c1", content: "paid" }, "unknown", "paid"],
    [
      "OpenAI, responses",
      { type: "function_call_output", call_id: "c1", output: '{"a":1}' },
      "unknown",
      { a: 1 },
    ],
    [
      "Anthropic",
      { role: "user", content: [{ type: "tool_result", tool_use_id: "c1", content: "no", is_error: true }] },
      "error",
      "no",
    ],
    [
      "Bedrock",
      {
        role: "user",
        content: [{ toolResult: { toolUseId: "c1", status: "success", content: [{ text: "a" }] } }],
      },
      "ok",
      [{ text: "a" }],
    ],
    [
      "Bedrock, failed",
      {
        role: "user",
        content: [{ toolResult: { toolUseId: "c1", status: "error", content: [{ text: "no" }] } }],
      },
      "error",
      [{ text: "no" }],
    ],
    [
      "Gemini",
      { parts: [{ functionResponse: { id: "c1", name: "pay", response: { a: 1 } } }] },
      "unknown",
      { a: 1 },
    ],
  ])("is found as %s writes it", (_form, message, outcome, result) => {
    expect(answersIn([asked, message])).toMatchObject([{ callId: "c1", outcome }]);
    expect(answersIn([asked, message])[0]?.result).toEqual(result);
  });

  test("counts in the last turn only", () => {
    const before = { role: "tool", tool_call_id: "c0", content: "a" };
    const now = { role: "tool", tool_call_id: "c1", content: "b" };
    const calls = answersIn([{ role: "assistant" }, before, { role: "assistant" }, now, { role: "user" }]);
    expect(calls.map(({ callId }) => callId)).toEqual(["c1"]);
    const flat = [
      { type: "function_call", call_id: "c0", name: "a" },
      { type: "function_call_output", call_id: "c0", output: "a" },
      { type: "function_call", call_id: "c1", name: "b" },
      { type: "function_call_output", call_id: "c1", output: "b" },
    ];
    expect(answersIn(flat).map(({ callId }) => callId)).toEqual(["c1"]);
  });

  test("is a person's no, with the call that was asked for", () => {
    const request = { type: "tool-approval-request", approvalId: "a1", toolCallId: "c1" };
    const response = { type: "tool-approval-response", approvalId: "a1", approved: false, reason: "no" };
    const messages = [
      { role: "assistant", content: [request] },
      { role: "tool", content: [response, { ...response, approvalId: "a2", approved: true }] },
    ];
    expect(answersIn(messages)).toEqual([{ callId: "c1", name: undefined, outcome: "denied", result: "no" }]);
  });
});

test.each([
  ["Tool execution was not approved.", "denied"],
  ["The tool call was denied.", "denied"],
  ["Tool execution denied.", "denied"],
  ["User rejected the tool call for `pay` with id c1", "denied"],
  ["Model tried to call unavailable tool 'x'. Available tools: a.", "error"],
  ["Invalid input for tool pay: no amount", "error"],
  ["Error: x is not a valid tool, try one of [a].", "error"],
  ["An error occurred while running the tool. Please try again. Error: TypeError: no", "error"],
  ["Unknown tool name: 'x'. Available tools: 'a'", "error"],
  ["sunny", "unknown"],
])("what a framework says: %s", (text, outcome) => {
  expect(outcomeOf(text)).toBe(outcome);
});

describe("messages of a model's span", () => {
  const event = (name: string, attributes: Record<string, unknown>) => ({ name, time: [1, 0], attributes });
  const withEvents = (events: object[], attributes: Record<string, unknown> = {}) =>
    readMessages({ ...spanOf({ attributes }), events } as unknown as Parameters<typeof readMessages>[0]);

  test("stand in one event for each, as before 1.37", () => {
    const told = withEvents([
      event("gen_ai.user.message", { content: "hi" }),
      event("gen_ai.assistant.message", { content: "", tool_calls: '[{"id":"c0","function":{"name":"a"}}]' }),
      event("gen_ai.tool.message", { role: "tool", content: "paid", id: "c0" }),
      event("gen_ai.choice", {
        index: 0,
        finish_reason: "tool_calls",
        message:
          '{"role":"assistant","tool_calls":[{"id":"c1","function":{"name":"pay","arguments":"{\\"amount\\":3}"}}]}',
      }),
    ]);
    expect(told.requested).toEqual([CALL]);
    expect(told.answered).toMatchObject([{ callId: "c0", result: "paid" }]);
    expect(told.context).toMatchObject([{ role: "user", content: "hi" }, {}, {}]);
  });

  test("stand in an event's content as JSON", () => {
    const content =
      '{"message":{"tool_calls":[{"id":"c1","function":{"name":"pay","arguments":"{\\"amount\\":3}"}}]}}';
    expect(withEvents([event("gen_ai.choice", { "gen_ai.event.content": content })]).requested).toEqual([
      CALL,
    ]);
  });

  test("stand in the event with an operation's details", () => {
    const messages =
      '[{"role":"assistant","parts":[{"type":"tool_call","id":"c1","name":"pay","arguments":{"amount":3}}]}]';
    const told = withEvents([
      event("gen_ai.client.inference.operation.details", { "gen_ai.output.messages": messages }),
    ]);
    expect(told.requested).toEqual([CALL]);
  });

  test("stand in an attribute full of events, as Pydantic AI 1 writes it", () => {
    const events = JSON.stringify([
      { "event.name": "gen_ai.tool.message", role: "tool", id: "c0", name: "a", content: "done" },
      {
        "event.name": "gen_ai.choice",
        index: 0,
        message: {
          role: "assistant",
          tool_calls: [{ id: "c1", function: { name: "pay", arguments: { amount: 3 } } }],
        },
      },
    ]);
    const told = withEvents([], { events });
    expect(told.requested).toEqual([CALL]);
    expect(told.answered).toMatchObject([{ callId: "c0", name: "a" }]);
  });

  test("of the AI SDK stand in its prompt and its calls", () => {
    const told = withEvents([], {
      "ai.prompt.messages": JSON.stringify([
        { role: "user", content: [{ type: "text", text: "hi" }] },
        { role: "assistant", content: [{ type: "tool-call", toolCallId: "c0", toolName: "a", input: {} }] },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "c0",
              toolName: "a",
              output: { type: "error-text", value: "no" },
            },
          ],
        },
      ]),
      "ai.response.toolCalls": '[{"toolCallId":"c1","toolName":"pay","input":"{\\"amount\\":3}"}]',
    });
    expect(told.requested).toEqual([CALL]);
    expect(told.answered).toEqual([{ callId: "c0", name: "a", outcome: "error", result: "no" }]);
  });
});
