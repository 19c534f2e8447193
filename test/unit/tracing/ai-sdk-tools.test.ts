import { dynamicTool, generateText, jsonSchema, stepCountIs, streamText, type ToolSet, tool } from "ai";
import { MockLanguageModelV3, simulateReadableStream } from "ai/test";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { traceTools } from "../../../src/index.js";
import { json, record } from "./recording.js";

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
};
const call = (toolName: string, input: object) =>
  ({ type: "tool-call", toolCallId: `call_${toolName}`, toolName, input: JSON.stringify(input) }) as const;
const text = { type: "text", text: "done" } as const;

/** Asks for one call in its first turn, and is done in its second. */
function model(toolName: string, input: object): MockLanguageModelV3 {
  let turn = 0;
  const content = () => (turn++ === 0 ? call(toolName, input) : text);
  const finish = () => ({
    unified: turn === 1 ? ("tool-calls" as const) : ("stop" as const),
    raw: undefined,
  });
  return new MockLanguageModelV3({
    doGenerate: async () => ({ content: [content()], finishReason: finish(), usage, warnings: [] }),
    doStream: async () => {
      const part = content();
      const parts =
        part.type === "text"
          ? [
              { type: "text-start" as const, id: "1" },
              { type: "text-delta" as const, id: "1", delta: part.text },
              { type: "text-end" as const, id: "1" },
            ]
          : [part];
      return {
        stream: simulateReadableStream({
          chunks: [...parts, { type: "finish" as const, finishReason: finish(), usage }],
        }),
      };
    },
  });
}

const inputSchema = z.object({ city: z.string() });

describe("tools of the AI SDK", () => {
  test("with preliminary results are recorded when they are finished, with the final one", async () => {
    const recording = record();
    const tools = traceTools({
      weather: tool({
        inputSchema,
        async *execute({ city }) {
          yield { status: "loading" };
          yield { status: `sun in ${city}` };
        },
      }),
    });
    const stream = streamText({
      model: model("weather", { city: "Bonn" }),
      tools,
      prompt: "?",
      stopWhen: stepCountIs(2),
    });
    const preliminary: unknown[] = [];
    for await (const part of stream.fullStream)
      if (part.type === "tool-result" && part.preliminary) preliminary.push(part.output);
    expect(preliminary).toEqual([{ status: "loading" }, { status: "sun in Bonn" }]);
    const span = recording.span("execute_tool weather");
    expect(json(span, "gen_ai.tool.call.result")).toEqual({ status: "sun in Bonn" });
    expect(span.attributes["gen_ai.tool.call.id"]).toBe("call_weather");
  });

  test("that are dynamic are recorded, and fail as they do", async () => {
    const recording = record();
    const tools = traceTools({
      anything: dynamicTool({
        inputSchema: jsonSchema({ type: "object" }),
        execute: async () => {
          throw new TypeError("not today");
        },
      }),
    });
    const { steps } = await generateText({
      model: model("anything", { n: 1 }),
      tools,
      prompt: "?",
      stopWhen: stepCountIs(2),
    });
    expect(steps[0]?.content.find((part) => part.type === "tool-error")).toMatchObject({
      error: new TypeError("not today"),
    });
    const span = recording.span("execute_tool anything");
    expect(json(span, "gen_ai.tool.call.arguments")).toEqual({ n: 1 });
    expect(span.status.message).toBe("not today");
  });

  test("that want an approval are asked for it, and not recorded before", async () => {
    const recording = record();
    const asked: unknown[] = [];
    const tools = traceTools({
      pay: tool({
        inputSchema,
        needsApproval: (input) => {
          asked.push(input);
          return true;
        },
        execute: async () => "paid",
      }),
    });
    const { content } = await generateText({ model: model("pay", { city: "Bonn" }), tools, prompt: "?" });
    expect(content.map((part) => part.type)).toContain("tool-approval-request");
    expect(asked).toEqual([{ city: "Bonn" }]);
    expect(recording.spans()).toEqual([]);
  });

  test("keep their types", () => {
    const set = {
      weather: tool({ inputSchema, execute: async ({ city }) => ({ city, degrees: 21 }) }),
      other: dynamicTool({ inputSchema: jsonSchema({ type: "object" }), execute: async () => 1 }),
    };
    const traced = traceTools(set);
    expectTypeOf(traced).toEqualTypeOf<typeof set>();
    const asSet: ToolSet = traced;
    expect(Object.keys(asSet)).toEqual(["weather", "other"]);
  });
});
