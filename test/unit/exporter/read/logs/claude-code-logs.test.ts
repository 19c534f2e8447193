import { describe, expect, test } from "vitest";
import { LogReader } from "../../../../../exporter/read/logs/log-reader.js";
import type { ActionEvent } from "../../../../../src/event/index.js";
import { keyedActionId } from "../../../../../src/event/index.js";
import { claudeRecord } from "./log-records.js";

const SESSION = "11111111-2222-4333-8444-555555555555";
const CALL = "toolu_01A09q90qw90lq917835lq9";
const reader = new LogReader();

function eventOf(...given: Parameters<typeof claudeRecord>): ActionEvent {
  const outcome = reader.read(claudeRecord(...given));
  if (outcome.outcome !== "event") throw new Error(`no event: ${JSON.stringify(outcome)}`);
  return outcome.event as ActionEvent;
}

test("an event without its body is known by its scope, and one of another program is not", () => {
  const record = claudeRecord("tool_result", { tool_name: "Bash", tool_use_id: CALL, success: "true" });
  const bare = { ...record, eventName: "", body: undefined };
  expect(reader.read(bare)).toEqual(reader.read(record));
  expect(reader.read({ ...bare, scope: { name: "other" }, resource: { "service.name": "shop" } })).toEqual({
    outcome: "unknown",
    eventName: "tool_result",
  });
});

describe("a tool", () => {
  const DONE = {
    tool_name: "Bash",
    tool_use_id: CALL,
    success: "true",
    duration_ms: "1250",
    decision_source: "user_temporary",
    decision_type: "accept",
    tool_result_size_bytes: "12",
  };
  const COMMAND = { bash_command: "ls", full_command: "ls -la", description: "List" };

  test("that was called is a row of its session, which is one run", () => {
    const event = eventOf("tool_result", { ...DONE, tool_parameters: JSON.stringify(COMMAND) });
    expect(event).toMatchObject({
      id: keyedActionId("default", SESSION, CALL),
      correlation_id: SESSION,
      session_id: SESSION,
      call_key: CALL,
      tool_call_id: CALL,
      agent_name: "claude-code",
      agent_version: "2.1.197",
      user_id: "jo@example.org",
      action_type: "tool_call",
      action_name: "Bash",
      status: "ok",
      started_at: "2025-12-31T23:59:59.000000Z",
      ended_at: "2026-01-01T00:00:00.250000Z",
      duration_ms: 1_250,
      approved_by: "jo@example.org",
      approval_method: "human",
      source: "claude-code",
    });
    expect(event.action_details).toEqual({
      tool_parameters: { command: "ls -la", description: "List" },
      success: true,
      tool_result_size_bytes: 12,
    });
  });

  test("says nothing of what the agent's switches hide, so that another signal may", () => {
    const { action_details } = eventOf("tool_result", DONE);
    expect(action_details).toEqual({ success: true, tool_result_size_bytes: 12 });
  });

  test("is what it was called with, where the whole input is there", () => {
    const input = { file_path: "/home/ada/a.ts", old_string: "a", new_string: "b" };
    const event = eventOf("tool_result", { ...DONE, tool_name: "Edit", tool_input: JSON.stringify(input) });
    expect(event.action_details?.tool_parameters).toEqual(input);
  });

  test("that failed says of what", () => {
    const failed = { ...DONE, success: "false", error_type: "ShellError", error: "exit 2" };
    expect(eventOf("tool_result", failed)).toMatchObject({
      status: "error",
      error_type: "ShellError",
      error_message: "exit 2",
      action_details: { success: false, error_message: "exit 2" },
    });
  });

  test.each(["False", "FALSE", 0, false])("that failed, written as %j, is no success", (success) => {
    expect(eventOf("tool_result", { ...DONE, success })).toMatchObject({
      status: "error",
      action_details: { success: false },
    });
  });

  test("of a server has the name of both", () => {
    const parameters = JSON.stringify({ mcp_server_name: "git", mcp_tool_name: "log" });
    const event = eventOf("tool_result", { ...DONE, tool_name: "mcp_tool", tool_parameters: parameters });
    expect(event).toMatchObject({
      action_name: "mcp__git__log",
      action_details: { mcp_server: "git", mcp_tool: "log" },
    });
  });

  test("that was allowed is running, under the id that its end will have", () => {
    const decided = { decision: "accept", source: "config", tool_name: "Bash", tool_use_id: CALL };
    const event = eventOf("tool_decision", decided);
    expect(event).toMatchObject({
      id: eventOf("tool_result", DONE).id,
      status: "running",
      action_type: "tool_call",
      approved_by: "config",
      approval_method: "rule",
      action_details: {},
    });
    expect(event).not.toHaveProperty("ended_at");
  });

  test.each([
    ["user_reject", { approved_by: "jo@example.org", approval_method: "human" }],
    ["hook", { approved_by: "hook", approval_method: "hook" }],
    [
      "rule:projectSettings",
      { approved_by: "rule", approval_method: "rule", policy: "rule:projectSettings" },
    ],
    ["classifier", { approved_by: "classifier", approval_method: "model" }],
  ])("that was refused by %s is a decision, which says by whom", (source, by) => {
    const decided = { decision: "reject", source, tool_name: "Bash", tool_use_id: CALL };
    expect(eventOf("tool_decision", decided)).toMatchObject({
      action_type: "decision",
      action_name: "Bash",
      call_key: CALL,
      status: "ok",
      action_details: { decision_type: "approval", decision_result: { approved: false, source } },
      ...by,
    });
  });
});

test("a prompt is a row, without its text where that is not told", () => {
  const hidden = eventOf("user_prompt", { prompt: "<REDACTED>", prompt_length: "12" });
  expect(hidden).toMatchObject({ action_type: "success", action_name: "user_prompt" });
  expect(hidden.call_key).toBe("prompt:66666666-7777-4888-9999-aaaaaaaaaaaa");
  expect(hidden.action_details).toEqual({ prompt_length: 12 });
  expect(eventOf("user_prompt", { prompt: "do it", prompt_length: "5" }).action_details).toEqual({
    prompt: "do it",
    prompt_length: 5,
  });
});

test("a request to a model is a row when it failed, or by the option llmCalls", () => {
  const request = { model: "claude-x", duration_ms: 100, request_id: "req_1", input_tokens: 3 };
  expect(reader.read(claudeRecord("api_request", request)).outcome).toBe("ignored");
  const all = new LogReader({ llmCalls: "all" }).read(claudeRecord("api_request", request));
  expect(all).toMatchObject({
    event: { action_name: "chat claude-x", action_details: { input_tokens: 3, request_id: "req_1" } },
  });
  expect(eventOf("api_error", { ...request, error: "Overloaded", status_code: "529" })).toMatchObject({
    action_type: "error",
    action_name: "529",
    error_message: "Overloaded",
    call_key: "request:req_1",
  });
});

test("what else an agent did is a row, and settings and figures are none", () => {
  expect(
    eventOf("subagent_completed", { agent_type: "Explore", duration_ms: 20, total_tokens: 9 }),
  ).toMatchObject({ action_type: "success", action_name: "Explore", action_details: { total_tokens: 9 } });
  expect(eventOf("compaction", { trigger: "auto", success: "false", duration_ms: "5" })).toMatchObject({
    action_type: "error",
    action_name: "compaction_failed",
  });
  expect(eventOf("permission_mode_changed", { from_mode: "default", to_mode: "plan" })).toMatchObject({
    action_type: "decision",
    action_name: "permission_mode",
    action_details: { decision_result: "plan" },
  });
  expect(
    eventOf("hook_execution_complete", { hook_name: "PreToolUse:Bash", num_blocking: "1" }),
  ).toMatchObject({
    action_details: { decision_type: "guardrail", decision_result: { blocked: true, blocking: 1 } },
  });
  for (const event of ["hook_registered", "auth", "assistant_response", "plugin_loaded"])
    expect(reader.read(claudeRecord(event)).outcome).toBe("ignored");
});

test("an event that nobody knows is unknown by its name, also one that is called as a member of every object", () => {
  for (const event of ["thought", "constructor", "__proto__"])
    expect(reader.read(claudeRecord(event))).toEqual({
      outcome: "unknown",
      eventName: `claude_code.${event}`,
    });
});

test("a record that is sent again is the same event, and two of one moment are two", () => {
  const first = eventOf("compaction", { success: "true" });
  expect(eventOf("compaction", { success: "true" })).toEqual(first);
  expect(eventOf("compaction", { success: "true", "event.sequence": 8 }).id).not.toBe(first.id);
});
