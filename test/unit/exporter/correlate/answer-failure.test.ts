import { expect, test } from "vitest";
import { answerFailure, wordsOf } from "../../../../exporter/correlate/answer-failure.js";
import { HIDDEN } from "../../../../exporter/read/dialects/common/captured.js";

// Each as a library really says it.
test.each([
  ["unknown_tool", "Model tried to call unavailable tool 'x'. Available tools: getWeather."],
  ["unknown_tool", "Error: no_such_tool is not a valid tool, try one of [get_weather, charge]."],
  ["unknown_tool", "Unknown tool name: 'no_such_tool'. Available tools: 'charge'"],
  ["unknown_tool", "Tool x not found in agent support."],
  ["unknown_tool", "MCP error -32602: Unknown tool: x"],
  ["invalid_arguments", "Invalid input for tool getWeather: Type validation failed: Value: 5"],
  ["invalid_arguments", "Error: Received tool input did not match expected schema"],
  ["invalid_arguments", "Invalid JSON input for tool"],
  ["invalid_arguments", "Tool input validation failed for get_weather"],
  ["invalid_arguments", "1 validation error for get_weather"],
  ["tool_error", "card declined: 4000"],
  ["tool_error", "Error: card declined: 4000"],
  ["TypeError", "TypeError: card declined: 4000"],
])("%s: %s", (type, words) => {
  expect(answerFailure(words).type).toBe(type);
  expect(answerFailure(words).message).toContain(words.replace(/^TypeError: /, ""));
});

test("the words of an answer are found in the forms that answers have", () => {
  expect(wordsOf({ error: "no" })).toBe("no");
  expect(wordsOf({ content: [{ type: "text", text: "no" }] })).toBe("no");
  expect(wordsOf({ message: { reason: "no" } })).toBe("no");
  expect(wordsOf({ code: 7 })).toBe('{"code":7}');
  expect(wordsOf("  ")).toBeUndefined();
  expect(answerFailure(HIDDEN)).toEqual({ type: "tool_error", message: undefined });
});
