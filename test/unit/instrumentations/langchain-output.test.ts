import { describe, expect, test } from "vitest";
import { readConfig } from "../../../src/instrumentations/langchain/config.js";
import { readToolOutput } from "../../../src/instrumentations/langchain/tool-output.js";

const message = (content: unknown, more: object = {}) => ({ content, tool_call_id: "call-1", ...more });
const command = (more: object) => ({ lg_name: "Command", ...more });

describe("what a tool of LangChain gave", () => {
  test.each([
    ["a plain text", "sunny", { result: "sunny" }],
    ["nothing", undefined, { result: undefined }],
    ["an object", { sky: "clear" }, { result: { sky: "clear" } }],
    ["a message with a text", message("sunny"), { result: "sunny" }],
    ["a message with what was an object", message('{"sky":"clear"}'), { result: { sky: "clear" } }],
    ["a message with a text like an object", message("{sky}"), { result: "{sky}" }],
    [
      "a message with parts",
      message([{ type: "text", text: "x" }]),
      { result: [{ type: "text", text: "x" }] },
    ],
    ["a message that says error", message("no", { status: "error" }), { result: "no", error: "no" }],
    [
      "a message that says error by parts",
      message([{ type: "text" }], { status: "error" }),
      { result: [{ type: "text" }], error: "the tool's message says error" },
    ],
    [
      "a command that only changes the state",
      command({ update: { seen: 1 }, goto: [] }),
      { result: { seen: 1 } },
    ],
    ["a command that ends the graph", command({ goto: "__end__", update: {} }), { result: {} }],
    [
      "a command that hands over, with a message for the model",
      command({ goto: ["writer"], update: { messages: [message("over to you")] } }),
      { result: "over to you", handsOverTo: "writer" },
    ],
    [
      "a command that sends to several nodes",
      command({ goto: [{ node: "a" }, { node: "b" }, { node: "a" }], update: [["messages", message("go")]] }),
      { result: "go", handsOverTo: "a, b" },
    ],
  ])("%s", (_what, output, expected) => {
    expect(readToolOutput(output)).toEqual(expected);
  });
});

describe("what LangChain hands down", () => {
  test("names the agent, the thread, and the innermost node", () => {
    const config = {
      metadata: { lc_agent_name: "alice", thread_id: "of the metadata" },
      configurable: { thread_id: "thread-1", checkpoint_ns: "team:5f0c|researcher:91ab" },
    };
    expect(readConfig(config)).toEqual({ agentName: "alice", threadId: "thread-1", node: "researcher" });
  });

  test.each([
    undefined,
    {},
    { configurable: { thread_id: 7, checkpoint_ns: "" }, metadata: { lc_agent_name: "" } },
  ])("may be nothing: %j", (config) => {
    expect(readConfig(config)).toEqual({ agentName: undefined, threadId: undefined, node: undefined });
  });
});
