import { describe, expect, test } from "vitest";
import { createTransform } from "../../../../../exporter/read/transform.js";
import type { ActionEvent } from "../../../../../src/event/index.js";
import { ERROR, type SpanParts, spanOf } from "../../spans.js";

function action(parts: SpanParts): ActionEvent {
  const transformed = createTransform({ captureContent: true })(
    spanOf({ scope: "gcp.vertex.agent", ...parts }),
  );
  if (transformed.outcome !== "event") throw new Error(transformed.reason);
  return transformed.event as ActionEvent;
}

const tool = (more: Record<string, unknown> = {}) => ({
  "gen_ai.operation.name": "execute_tool",
  "gen_ai.tool.name": "pay",
  "gen_ai.tool.call.id": "c-1",
  ...more,
});

describe("calls of Google's kit that no capture has", () => {
  test("a call that a person refused is a decision", () => {
    const attributes = tool({
      "gcp.vertex.agent.tool_call_args": '{"amount": 9}',
      "gcp.vertex.agent.tool_response": '{"error": "This tool call is rejected."}',
    });
    expect(action({ attributes })).toMatchObject({
      action_type: "decision",
      action_name: "pay",
      tool_call_id: "c-1",
      status: "ok",
      action_details: {
        decision_type: "approval",
        decision_context: { amount: 9 },
        decision_result: { approved: false, reason: "This tool call is rejected." },
      },
    });
  });

  test("with content hidden, a status that only repeats the type is no message", () => {
    const attributes = tool({ "error.type": "TOOL_ERROR" });
    const hidden = action({ attributes, status: { ...ERROR, message: "TOOL_ERROR" } });
    expect(hidden).toMatchObject({
      status: "error",
      error_type: "TOOL_ERROR",
      action_details: { tool_parameters_hidden: true, tool_result: null, success: false },
    });
    expect(hidden.error_message).toBeUndefined();
    const raised = { "exception.type": "ValueError", "exception.message": "declined" };
    const status = { ...ERROR, message: "ValueError" };
    const said = action({ attributes: tool({ "error.type": "ValueError" }), status, exception: raised });
    expect(said.error_message).toBe("declined");
  });

  test("a tool of MCP that failed says so in its answer", () => {
    const answer = { meta: null, content: [{ type: "text", text: "no such pod" }], isError: true };
    const attributes = tool({
      "gcp.vertex.agent.tool_call_args": "{}",
      "gcp.vertex.agent.tool_response": JSON.stringify(answer),
    });
    expect(action({ attributes })).toMatchObject({
      status: "error",
      error_type: "tool_error",
      error_message: "no such pod",
      action_details: { tool_result: "no such pod" },
    });
  });

  test("a tool in Python may give an object of its own with results", () => {
    const python = tool({
      "gcp.vertex.agent.tool_call_args": '{"q": 1}',
      "gcp.vertex.agent.tool_response": '{"results": [1, 2]}',
    });
    expect(action({ attributes: python }).action_details).toMatchObject({ tool_result: { results: [1, 2] } });
  });

  test.each([
    ["waiting", "success", { interrupted: true }],
    ["completed", "success", {}],
    ["failed", "error", { error_type: "Error" }],
  ])("a node of a workflow that is %s is a %s", (status, type, details) => {
    const attributes = { "gen_ai.operation.name": "execute_node", "adk.node.status": status };
    expect(action({ name: "execute_node check", attributes })).toMatchObject({
      action_type: type,
      action_details: details,
    });
  });
});
