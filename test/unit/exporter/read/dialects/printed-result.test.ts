import { describe, expect, test } from "vitest";
import {
  decodePrintedObject,
  PrintedObject,
} from "../../../../../exporter/read/dialects/common/decode-python.js";
import { unwrapPrintedResult } from "../../../../../exporter/read/dialects/common/printed-result.js";

describe("what a tool gave, out of an object that Python printed", () => {
  test.each([
    [
      "a message of LangChain, by str()",
      `content='{"city": "Paris"}' name='get_weather' tool_call_id='call_1'`,
      { result: { city: "Paris" }, toolName: "get_weather", callId: "call_1" },
    ],
    [
      "a message that says that the tool failed",
      "content='Error: no' name='pay' tool_call_id='call_1' status='error'",
      { result: "Error: no", toolName: "pay", callId: "call_1", error: "Error: no" },
    ],
    [
      "a message of LangChain, by repr()",
      "ToolMessage(content='it\\'s \\n \"done\"', tool_call_id='call_1')",
      { result: `it's \n "done"`, callId: "call_1" },
    ],
    [
      "a command that goes elsewhere",
      "Command(update={'messages': [ToolMessage(content='over', tool_call_id='call_1')]}, goto='billing')",
      { result: "over", callId: "call_1", goto: ["billing"] },
    ],
    [
      "a command to several, with arguments of their own",
      "Command(goto=[Send(node='a', arg={'x': 1}), Send(node='b', arg={})])",
      { goto: ["a", "b"] },
    ],
    [
      "an output of LlamaIndex, beside what cannot be read",
      "ToolOutput(blocks=[TextBlock(block_type='text', text='21')], tool_name='t', raw_input={'args': (), 'kwargs': {}}, raw_output=21, is_error=False, _exception=object at (1, 2))",
      { result: 21, toolName: "t" },
    ],
    [
      "an output of LlamaIndex that failed",
      "ToolOutput(blocks=[TextBlock(text='declined')], tool_name='t', raw_input={}, raw_output='declined', is_error=True)",
      { toolName: "t", error: "declined" },
    ],
    [
      "a result of the OpenAI Agents SDK that waits for a person",
      "FunctionToolResult(tool=FunctionTool(name='pay', on_invoke_tool=<agents.tool.Invoker object at 0x0>), output=None, run_item=Item(x=1))",
      { result: undefined },
    ],
    ["a result of Agno", "status='success' result={'a': 1} error=None", { result: { a: 1 } }],
    ["one that failed", "status='failure' result=None error='declined'", { error: "declined" }],
    ["a generator", "<async_generator object f.<locals>.g at 0x7f>", { result: undefined }],
  ])("%s", (_what, text, expected) => {
    expect(unwrapPrintedResult(text)).toMatchObject(expected);
  });

  test.each([
    "Paris(France)",
    "content='x' of a page",
    "the content='a' tool_call_id=b",
    "Weather(city='Paris')",
    "ToolMessage(content='never closed",
    "<b>object</b>",
    "status='open' result=1",
    "",
  ])("a text that is what the tool gave: %s", (text) => {
    expect(unwrapPrintedResult(text)).toBeUndefined();
  });

  test("fields that cannot be read are their texts, and the others are read", () => {
    const printed = decodePrintedObject("A(x=<f at 0x0>, y=lambda: [1, ')'], z=B(n=1.5, t=(True, None)))");
    expect(printed).toEqual(
      new PrintedObject("A", {
        x: "<f at 0x0>",
        y: "lambda: [1, ')']",
        z: new PrintedObject("B", { n: 1.5, t: [true, null] }),
      }),
    );
  });

  test("deep and long texts stay texts", () => {
    expect(decodePrintedObject(`A(x=${"[".repeat(10_000)}`)).toBeUndefined();
    expect(unwrapPrintedResult(`Command(goto='${"x".repeat(200_000)}')`)).toBeUndefined();
  });
});
