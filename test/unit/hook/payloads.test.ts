import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { validateEvent } from "../../../src/event/index.js";
import { HOOK_AGENTS, type HookAgent } from "../../../src/hook/payloads/index.js";

const NOW = Date.UTC(2026, 10, 29, 11);
const FOLDER = fileURLToPath(new URL("../../fixtures/hooks/", import.meta.url));

const recorded = (agent: HookAgent, file = `${FOLDER}${agent}.jsonl`): Record<string, unknown>[] =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** The events, each checked against the contract as an intake does it. */
function eventsOf(agent: HookAgent, payloads: readonly object[]) {
  return payloads.flatMap((payload) =>
    HOOK_AGENTS[agent]({ ...payload }, NOW).map((event) => {
      const origin = { topic: "t", partition: 0, offset: "0", timestampMillis: NOW };
      const valid = validateEvent("action", JSON.parse(JSON.stringify(event)), origin);
      if (!valid.valid) throw new Error(valid.reasons.join("; "));
      expect(valid).toMatchObject({ repairs: [], extra: {} });
      return valid.event;
    }),
  );
}

const outline = (
  events: readonly { action_type: string; action_name: string; status?: string; call_key?: string }[],
) =>
  events.map(
    ({ action_type: type, action_name: name, status, call_key: key }) => `${type} ${name} ${status} ${key}`,
  );

describe("hooks of Claude Code 2.1.197 as they were recorded", () => {
  const events = eventsOf("claude-code", recorded("claude-code"));

  test("tell of the prompt and of every call before and after it, by the id that telemetry and transcript have", () => {
    expect(outline(events)).toEqual([
      "success user_prompt ok prompt:566c2915-3102-403f-9d80-39b90b55f38d",
      "tool_call Write running toolu_01kM5vnkZM35hN9HB5KBJeok",
      "tool_call Write ok toolu_01kM5vnkZM35hN9HB5KBJeok",
      "tool_call Read running toolu_01Tycv0qBENyMB6zj52AASWv",
      "tool_call Read ok toolu_01Tycv0qBENyMB6zj52AASWv",
      "tool_call Edit running toolu_01UyMnRboo5LauZ0Geua9mmo",
      "tool_call Edit ok toolu_01UyMnRboo5LauZ0Geua9mmo",
      "tool_call Bash running toolu_01UT1uwU9yuum7f2AvqBopBY",
      "tool_call Bash ok toolu_01UT1uwU9yuum7f2AvqBopBY",
      "tool_call Bash running toolu_01JSJvCjNrtXjLDTcNnnhsu6",
      "tool_call Bash running toolu_01zvWHKtKB7RjyaRs3t6n9Vu",
      "tool_call Bash ok toolu_01zvWHKtKB7RjyaRs3t6n9Vu",
      "tool_call Agent running toolu_01vqbFRGLtUuNdexiJMF8s58",
      "tool_call Bash running toolu_01HMTtpUaQRtLgX4cgGyMb9y",
      "tool_call Bash ok toolu_01HMTtpUaQRtLgX4cgGyMb9y",
      "tool_call Agent ok toolu_01vqbFRGLtUuNdexiJMF8s58",
    ]);
  });

  test("are of the session, with times as the agent measured them and without whole files", () => {
    expect(events[6]).toMatchObject({
      correlation_id: "59376e85-a276-4727-8069-5bb0e937ef03",
      session_id: "59376e85-a276-4727-8069-5bb0e937ef03",
      agent_name: "claude-code",
      source: "claude-code-hook",
      project_name: "shop",
      started_at: "2026-11-29T10:59:59.992Z",
      ended_at: "2026-11-29T11:00:00.000Z",
      duration_ms: 8,
      action_details: { success: true, tool_parameters: { old_string: "two" } },
    });
    expect(events[6]?.action_details?.tool_result).not.toHaveProperty("originalFile");
    expect(events[13]).toMatchObject({ agent_name: "general-purpose" });
  });
});

test("a failed and a denied call of Claude Code", () => {
  const call = {
    session_id: "s",
    cwd: "/p",
    tool_name: "Bash",
    tool_input: { command: "x" },
    tool_use_id: "toolu_1",
  };
  const [failed, interrupted, denied] = eventsOf("claude-code", [
    {
      ...call,
      hook_event_name: "PostToolUseFailure",
      error: "exit code 2",
      is_interrupt: false,
      duration_ms: 5,
    },
    { ...call, hook_event_name: "PostToolUseFailure", error: "stopped", is_interrupt: true },
    { ...call, hook_event_name: "PermissionDenied", reason: "not safe" },
  ]);
  expect(failed).toMatchObject({
    status: "error",
    error_type: "tool_error",
    error_message: "exit code 2",
    duration_ms: 5,
  });
  expect(interrupted).toMatchObject({ status: "error", error_type: "interrupted" });
  expect(denied).toMatchObject({
    action_type: "decision",
    call_key: "toolu_1",
    approval_method: "model",
    action_details: { decision_type: "approval", decision_result: { approved: false, reason: "not safe" } },
  });
});

test("hooks of Codex 0.171.0 as they were recorded", () => {
  const events = eventsOf("codex", recorded("codex"));
  const [first] = events;
  expect(first?.call_key).toMatch(/^prompt:01a2/);
  expect(outline(events).slice(1)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^tool_call Bash running call_/),
      // What a command exited with, it does not tell.
      expect.stringMatching(/^tool_call Bash undefined call_/),
      "tool_call apply_patch running call_09WBtr5hhhCYs1MHipjKD5Y7",
      "tool_call apply_patch ok call_09WBtr5hhhCYs1MHipjKD5Y7",
    ]),
  );
  expect(events.every(({ agent_name: name }) => name === "codex")).toBe(true);
});

test("hooks of Gemini CLI 0.61.0 as they were recorded tell of calls once, after them", () => {
  const events = eventsOf("gemini-cli", recorded("gemini-cli"));
  expect(events.map(({ action_name: name }) => name)).toEqual([
    "user_prompt",
    "write_file",
    "read_file",
    "replace",
    "run_shell_command",
    "run_shell_command",
  ]);
  expect(events[1]).toMatchObject({
    ended_at: "2026-11-29T10:25:01.773Z",
    action_details: { tool_parameters: { content: "one\ntwo\n" } },
  });
});

test("hooks of Cursor as they are documented: pairs by the call's id, and no call twice", () => {
  const base = {
    conversation_id: "c1",
    generation_id: "g1",
    cursor_version: "2.4",
    workspace_roots: ["/p"],
    user_email: "u@example.com",
  };
  const call = { ...base, tool_name: "Shell", tool_input: { command: "ls" }, tool_use_id: "tool_a" };
  const events = eventsOf("cursor", [
    { ...base, hook_event_name: "beforeSubmitPrompt", prompt: "Go" },
    { ...call, hook_event_name: "preToolUse" },
    { ...base, hook_event_name: "beforeShellExecution", command: "ls" },
    { ...base, hook_event_name: "afterShellExecution", command: "ls", output: "a", duration: 3 },
    { ...call, hook_event_name: "postToolUse", tool_output: '{"stdout":"a"}', duration: 12 },
    {
      ...call,
      tool_use_id: "tool_b",
      hook_event_name: "postToolUseFailure",
      failure_type: "permission_denied",
      error_message: "no",
    },
    {
      ...call,
      tool_use_id: "tool_c",
      hook_event_name: "postToolUseFailure",
      failure_type: "timeout",
      error_message: "late",
      duration: 9,
    },
  ]);
  expect(outline(events)).toEqual([
    "success user_prompt ok prompt:g1",
    "tool_call Shell running tool_a",
    "tool_call Shell ok tool_a",
    "decision Shell ok tool_b",
    "tool_call Shell error tool_c",
  ]);
  expect(events[2]).toMatchObject({
    duration_ms: 12,
    user_id: "u@example.com",
    agent_version: "2.4",
    action_details: { tool_result: { stdout: "a" } },
  });
});

test("hooks of Copilot CLI 1.0.102 as they were recorded", () => {
  const events = eventsOf("copilot-cli", recorded("copilot-cli"));
  expect(outline(events)).toEqual([
    "success user_prompt ok undefined",
    ...["bash ok", "create ok", "view ok", "edit ok", "bash ok", "bash ok", "bash error", "view error"].map(
      (call) => `tool_call ${call} undefined`,
    ),
    // Of the command that a rule refused, no hook is told.
    ...["bash ok", "bash ok", "task ok"].map((call) => `tool_call ${call} undefined`),
  ]);
  const inside = events.find(({ agent_name: agent }) => agent === "general-purpose");
  expect(inside).toMatchObject({
    session_id: "d94b9dcc-1ae8-4e6d-89ac-a145abcf7e2b",
    action_details: { tool_parameters: { description: "Count" } },
  });
});

test("hooks of Copilot CLI as they are documented", () => {
  const base = { sessionId: "s", timestamp: NOW, cwd: "/p" };
  const call = { ...base, toolName: "bash", toolArgs: '{"command":"ls"}' };
  const events = eventsOf("copilot-cli", [
    { ...base, prompt: "Go" },
    call,
    { ...call, toolResult: { resultType: "success", textResultForLlm: "a" } },
    { ...call, toolResult: { resultType: "failure", textResultForLlm: "bad" } },
    { ...call, toolResult: { resultType: "denied", textResultForLlm: "no" } },
  ]);
  expect(outline(events)).toEqual([
    "success user_prompt ok undefined",
    "tool_call bash ok undefined",
    "tool_call bash error undefined",
    "decision bash ok undefined",
  ]);
  expect(events[1]).toMatchObject({
    action_details: { tool_parameters: { command: "ls" }, tool_result: "a" },
  });
});

test.each(Object.keys(HOOK_AGENTS) as HookAgent[])("whatever %s may tell, nothing is thrown", (agent) => {
  for (const payload of [
    {},
    { hook_event_name: 7 },
    { hook_event_name: "PostToolUse", tool_name: "x", tool_response: null },
  ])
    expect(() => HOOK_AGENTS[agent](payload, NOW)).not.toThrow();
});

test("what an agent in the background ended with is no prompt of a user", () => {
  const payloads = recorded("claude-code", "test/fixtures/coding-agents/claude-code-answered/hooks.jsonl");
  const prompts = eventsOf("claude-code", payloads).filter(({ action_name: name }) => name === "user_prompt");
  expect(prompts.map(({ action_details: details }) => details?.prompt)).toEqual([
    "PART A: do the work",
    "PART B: plan it",
    "PART C: it fails",
  ]);
});

test("hooks of Qwen Code 0.15.10 as they were recorded tell of calls before and after them, and of no prompts without a text", () => {
  const payloads = recorded("qwen-code", "test/fixtures/coding-agents/qwen-code/hooks.jsonl");
  const events = eventsOf("qwen-code", payloads);
  expect(events).toHaveLength(31);
  const ended = events.filter(({ status }) => status !== "running");
  expect(ended.map(({ action_name: name, status, error_type: type }) => `${name} ${status} ${type}`)).toEqual(
    [
      "user_prompt ok undefined",
      "read_file error tool_error",
      "edit error tool_error",
      "run_shell_command ok undefined",
      "run_shell_command ok undefined",
      "run_shell_command error exit_code",
      "run_shell_command ok undefined",
      "read_file error tool_error",
      "read_file error tool_error",
      "edit error tool_error",
      "run_shell_command ok undefined",
      "run_shell_command ok undefined",
      "run_shell_command error exit_code",
      "run_shell_command ok undefined",
      "read_file error tool_error",
      "agent ok undefined",
    ],
  );
  expect(
    events
      .filter(({ status }) => status === "running")
      .map(({ call_key: key }) => key)
      .sort(),
  ).toEqual(ended.flatMap(({ call_key: key }) => key ?? []).sort());
});
