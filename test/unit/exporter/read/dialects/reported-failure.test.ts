import { describe, expect, test } from "vitest";
import { reportedFailure } from "../../../../../exporter/read/dialects/common/reported-failure.js";
import { actionOf } from "./action-of.js";

describe("a result that reports a failure", () => {
  test.each([
    [{ success: false, error: "no such order" }, "tool_error", "no such order"],
    [{ ok: false, message: "no" }, "tool_error", "no"],
    [{ success: false, error: { code: 7, message: "TypeError: no" } }, "TypeError", "no"],
    [{ success: false }, "tool_error", undefined],
    [{ status: "error", error: "no such city" }, "tool_error", "no such city"],
    [{ status: "FAILED", error: { message: "no" } }, "tool_error", "no"],
  ])("%o", (result, type, message) => {
    expect(reportedFailure(result)).toEqual({ type, message });
  });

  // A status may be that of what was asked about, and a member may be called error.
  test.each([
    { status: "failed", build: 7 },
    { status: "error" },
    { success: true, error: "none" },
    { error: "rate" },
    { success: "false" },
    "success: false",
    null,
    [{ success: false }],
  ])("is none: %o", (result) => {
    expect(reportedFailure(result)).toBeUndefined();
  });

  test("is a failure of the call, whose result stays what it was", () => {
    const refund = {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "refund",
      "gen_ai.tool.call.arguments": '{"order":9}',
      "gen_ai.tool.call.result": '{"success":false,"error":"no such order"}',
    };
    expect(actionOf({ attributes: refund })).toMatchObject({
      status: "error",
      error_type: "tool_error",
      error_message: "no such order",
      action_details: { success: false, tool_result: { success: false, error: "no such order" } },
    });
  });
});
