import { describe, expect, test } from "vitest";
import { unwrapMcpContent } from "../../../../../exporter/read/dialects/common/mcp-content.js";
import { createTransform } from "../../../../../exporter/read/transform.js";
import type { ActionEvent } from "../../../../../src/event/index.js";
import { ERROR, type SpanParts, spanOf } from "../../spans.js";

function action(attributes: Record<string, unknown>, parts: SpanParts = {}): ActionEvent {
  const span = spanOf({ ...parts, attributes: { "mcp.method.name": "tools/call", ...attributes } });
  const transformed = createTransform({ captureContent: true })(span);
  if (transformed.outcome !== "event") throw new Error(transformed.reason);
  return transformed.event as ActionEvent;
}

describe("the answer of a tool of MCP", () => {
  const text = (said: string) => ({ type: "text", text: said });

  test.each<[string, unknown, unknown]>([
    ["one text", { content: [text("rain")] }, "rain"],
    ["one text that is JSON", { content: [text('{"a":1}')], isError: false }, { a: 1 }],
    ["one text that is a number", { content: [text("42")] }, "42"],
    ["several texts", { content: [text("a"), text('{"b":1}')] }, ["a", { b: 1 }]],
    ["no content", { content: [] }, []],
    [
      "content that is no text",
      { content: [{ type: "image", data: "AA", mimeType: "image/png" }] },
      { type: "image", data: "AA", mimeType: "image/png" },
    ],
    ["structured content", { content: [text('{"a":1}')], structuredContent: { a: 1 } }, { a: 1 }],
    ["structured content that only wraps", { content: [text("7")], structuredContent: { result: 7 } }, 7],
    ["Python's names", { meta: null, content: [text("x")], structured_content: null, is_error: false }, "x"],
  ])("%s", (_what, answer, expected) => {
    expect(unwrapMcpContent(answer)).toEqual({ result: expected });
  });

  test.each([
    ["a text", "rain"],
    ["an object of the tool's own", { content: "rain" }],
    ["a list that is no content", { content: [{ text: "rain" }] }],
    ["an object with more in it", { content: [text("rain")], title: "weather" }],
  ])("%s is none", (_what, value) => {
    expect(unwrapMcpContent(value)).toBeUndefined();
  });

  test("a tool that failed says so with its texts", () => {
    const answer = { content: [text("no such city"), text("try again")], isError: true };
    expect(unwrapMcpContent(answer)?.error).toBe("no such city\ntry again");
    const attributes = { "gen_ai.tool.name": "t", "gen_ai.tool.call.result": JSON.stringify(answer) };
    expect(action(attributes)).toMatchObject({
      status: "error",
      error_type: "tool_error",
      error_message: "no such city\ntry again",
      action_details: { tool_result: ["no such city", "try again"], success: false },
    });
  });
});

describe("what Sentry writes of an answer", () => {
  const sentry = (more: Record<string, unknown>) => ({
    "mcp.tool.name": "t",
    "mcp.request.argument.a": "1",
    ...more,
  });

  test("several items stand under their numbers", () => {
    const event = action(
      sentry({
        "mcp.tool.result.content_count": 3,
        "mcp.tool.result.0.content_type": "text",
        "mcp.tool.result.0.content": "one",
        "mcp.tool.result.1.content_type": "image",
        "mcp.tool.result.1.mime_type": "image/png",
        "mcp.tool.result.1.data_size": 12,
        "mcp.tool.result.2.content_type": "text",
        "mcp.tool.result.2.content": '{"two":2}',
      }),
    );
    expect(event.action_details).toMatchObject({
      tool_result: ["one", { type: "image", mime_type: "image/png", data_size: 12 }, { two: 2 }],
    });
  });

  test("an image is told without what is in it", () => {
    const event = action(
      sentry({
        "mcp.tool.result.content_count": 1,
        "mcp.tool.result.content_type": "image",
        "mcp.tool.result.mime_type": "image/png",
      }),
    );
    expect(event.action_details).toMatchObject({ tool_result: { type: "image", mime_type: "image/png" } });
  });

  test("an answer without content is empty, and one whose text is missing is hidden", () => {
    expect(action(sentry({ "mcp.tool.result.content_count": 0 })).action_details).toMatchObject({
      tool_result: [],
    });
    const hidden = { "mcp.tool.result.content_count": 1, "mcp.tool.result.content_type": "text" };
    expect(action(sentry(hidden)).action_details).toMatchObject({ tool_result_hidden: true });
  });

  test("the message of a failure is not the status's category", () => {
    const failed = { "mcp.tool.result.is_error": true, "mcp.tool.result.content_count": 1 };
    const status = { ...ERROR, message: "internal_error" };
    const told = action(sentry({ ...failed, "mcp.tool.result.content": "card declined" }), { status });
    expect(told).toMatchObject({ error_type: "tool_error", error_message: "card declined" });
    const hidden = action(sentry(failed), { status });
    expect(hidden).toMatchObject({ status: "error", error_type: "tool_error" });
    expect(hidden.error_message).toBeUndefined();
  });

  test("several texts of a failure are its message", () => {
    const attributes = sentry({
      "mcp.tool.result.is_error": true,
      "mcp.tool.result.content_count": 2,
      "mcp.tool.result.0.content": "no",
      "mcp.tool.result.1.content": "never",
    });
    expect(action(attributes).error_message).toBe("no\nnever");
  });
});

test("what a resource gave is its result", () => {
  const attributes = {
    "mcp.method.name": "resources/read",
    "mcp.resource.uri": "a://b",
    "gen_ai.tool.call.result": '{"contents":[]}',
  };
  expect(action(attributes).action_details).toMatchObject({
    tool_parameters: { uri: "a://b" },
    tool_result: { contents: [] },
  });
});
