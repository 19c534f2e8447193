import { describe, expect, test } from "vitest";
import { HIDDEN } from "../../../../../exporter/read/dialects/common/captured.js";
import { answersIn, callsIn } from "../../../../../exporter/read/dialects/common/model-messages.js";

const lookup = { name: "lookup", callId: "c1", parameters: { a: 1 } };

describe("the calls that a model asks for", () => {
  const openAi = { id: "c1", type: "function", function: { name: "lookup", arguments: '{"a":1}' } };
  const langChain = { id: "c1", name: "lookup", args: { a: 1 }, type: "tool_call" };
  const serialised = (kwargs: object) => ({
    lc: 1,
    type: "constructor",
    id: ["messages", "AIMessageChunk"],
    kwargs,
  });

  test.each([
    ["a message", { role: "assistant", tool_calls: [openAi] }],
    ["a list of messages", [{ role: "user" }, { role: "assistant", tool_calls: [openAi] }]],
    ["OpenAI's answer", { choices: [{ message: { role: "assistant", tool_calls: [openAi] } }] }],
    [
      "OpenAI's Responses",
      { output: [{ type: "function_call", id: "fc", call_id: "c1", name: "lookup", arguments: '{"a":1}' }] },
    ],
    ["LangChain's message", { content: "", role: "assistant", tool_calls: [langChain] }],
    ["LangChain's message, serialised", serialised({ content: "", tool_calls: [langChain] })],
    [
      "LangChain's generations",
      {
        generations: [
          [{ type: "ChatGeneration", text: "", message: serialised({ tool_calls: [langChain] }) }],
        ],
      },
    ],
    ["a message's other members", { role: "assistant", additional_kwargs: { tool_calls: [openAi] } }],
    [
      "Anthropic",
      {
        role: "assistant",
        content: [{ type: "text" }, { type: "tool_use", id: "c1", name: "lookup", input: { a: 1 } }],
      },
    ],
    [
      "the conventions",
      [{ role: "assistant", parts: [{ type: "tool_call", id: "c1", name: "lookup", arguments: { a: 1 } }] }],
    ],
    [
      "the AI SDK",
      {
        role: "assistant",
        content: [{ type: "tool-call", toolCallId: "c1", toolName: "lookup", input: { a: 1 } }],
      },
    ],
  ])("in %s", (_form, said) => {
    expect(callsIn(said)).toEqual([lookup]);
  });

  test("in a message without a role", () => {
    expect(callsIn({ tool_calls: [openAi] })).toEqual([lookup]);
    // What a message holds beside its calls is no message of its own.
    expect(callsIn({ role: "user", input: { role: "assistant", tool_calls: [openAi] } })).toEqual([]);
  });

  test("in Gemini's parts and in OpenAI's first form have no ids", () => {
    const parts = [{ functionCall: { name: "lookup", args: { a: 1 } } }];
    const expected = [{ ...lookup, callId: undefined }];
    expect(callsIn({ candidates: [{ content: { role: "model", parts } }] })).toEqual(expected);
    expect(callsIn({ role: "assistant", function_call: { name: "lookup", arguments: '{"a":1}' } })).toEqual(
      expected,
    );
  });

  test("are none in what only looks like a call", () => {
    for (const said of [
      undefined,
      HIDDEN,
      "text",
      5,
      { name: "Bo" },
      { role: "user", name: "Bo" },
      [[]],
      { output: "x" },
    ])
      expect(callsIn(said)).toEqual([]);
    expect(callsIn({ role: "assistant", tool_calls: [{ id: "c1" }, null] })).toEqual([]);
  });

  test("hide their arguments where only the name is told", () => {
    expect(callsIn({ role: "assistant", tool_calls: [{ name: "lookup" }] })).toEqual([
      { name: "lookup", callId: undefined, parameters: HIDDEN },
    ]);
  });
});

describe("what became of a model's calls", () => {
  const told = (message: object) => answersIn([{ role: "user" }, { role: "assistant" }, message]);

  test.each([
    ["OpenAI", { role: "tool", tool_call_id: "c1", content: "done" }, "unknown", undefined],
    [
      "OpenAI's Responses",
      { type: "function_call_output", call_id: "c1", output: "done" },
      "unknown",
      undefined,
    ],
    [
      "LangChain",
      { role: "tool", tool_call_id: "c1", name: "t", status: "success", content: "done" },
      "ok",
      "t",
    ],
    [
      "Anthropic",
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "c1", content: "done", is_error: false }],
      },
      "ok",
      undefined,
    ],
    [
      "the conventions",
      { role: "tool", parts: [{ type: "tool_call_response", id: "c1", response: "done" }] },
      "unknown",
      undefined,
    ],
    [
      "the AI SDK",
      { role: "tool", content: [{ type: "tool-result", toolCallId: "c1", toolName: "t", output: "done" }] },
      "unknown",
      "t",
    ],
  ])("by %s", (_form, message, outcome, name) => {
    expect(told(message)).toEqual([{ callId: "c1", name, outcome, result: "done" }]);
  });

  test("by Gemini has the tool's name", () => {
    const parts = [{ functionResponse: { name: "t", response: { a: 1 } } }];
    expect(told({ role: "user", parts })).toEqual([
      { callId: undefined, name: "t", outcome: "unknown", result: { a: 1 } },
    ]);
  });

  test.each([
    [{ content: "no", is_error: true }, "error"],
    [{ content: "no", status: "error" }, "error"],
    [{ content: "Error: nope is not a valid tool, try one of [t]." }, "error"],
    [{ content: "TypeError: no\n Please fix your mistakes." }, "error"],
    [{ content: "An error occurred while running the tool. Please try again." }, "error"],
    [{ content: '{"type":"error-text","value":"no"}' }, "error"],
    [{ content: "User rejected the tool call for `pay` with id c1", status: "error" }, "denied"],
    [{ content: "Tool execution was not approved." }, "denied"],
    [{ content: '{"type":"execution-denied"}' }, "denied"],
    [{ content: "Errors: none" }, "unknown"],
  ])("is told by %o", (answer, outcome) => {
    expect(told({ role: "tool", tool_call_id: "c1", ...answer })).toMatchObject([{ outcome }]);
  });

  test("in LangChain's messages, serialised", () => {
    const message = (name: string, kwargs: object) => ({
      lc: 1,
      type: "constructor",
      id: ["messages", name],
      kwargs,
    });
    const given = [
      message("ToolMessage", { tool_call_id: "old", content: "x" }),
      message("AIMessage", { content: "" }),
      message("ToolMessage", { tool_call_id: "c1", content: "done", status: "success" }),
      message("HumanMessage", { content: "and?" }),
    ];
    expect(answersIn([given])).toEqual([{ callId: "c1", name: undefined, outcome: "ok", result: "done" }]);
  });

  test("of the last turn only", () => {
    const answer = (id: string) => ({ role: "tool", tool_call_id: id, content: "x" });
    const given = [
      { role: "assistant" },
      answer("old"),
      { role: "assistant" },
      answer("c1"),
      answer("c2"),
      { role: "user" },
    ];
    expect(answersIn({ messages: given }).map(({ callId }) => callId)).toEqual(["c1", "c2"]);
  });

  test("in the model's own message, behind its last call", () => {
    const call = (id: string) => ({ type: "tool_call", id, name: "t", arguments: { id } });
    const answer = (id: string) => ({ type: "tool_call_response", id, response: "ToolNotFoundError: no" });
    const parts = [call("c1"), answer("c1"), call("c2"), answer("c2")];
    expect(answersIn([{ role: "assistant", parts }])).toEqual([
      {
        callId: "c2",
        name: undefined,
        outcome: "error",
        result: "ToolNotFoundError: no",
        asked: { name: "t", callId: "c2", parameters: { id: "c2" } },
      },
    ]);
  });

  test("as Python prints it", () => {
    const message = { role: "tool", tool_call_id: "c1", content: "{'a': None}" };
    expect(told(message)).toMatchObject([{ result: { a: null } }]);
    const printed =
      "{'content': None, 'tool_calls': [{'id': 'c1', 'function': {'name': 'lookup', 'arguments': '{\"a\":1}'}}]}";
    expect(callsIn([{ role: "assistant", parts: [{ type: "text", content: printed }] }])).toEqual([lookup]);
  });

  test("may be hidden", () => {
    expect(told({ role: "tool", tool_call_id: "c1" })).toMatchObject([{ result: HIDDEN }]);
  });
});
