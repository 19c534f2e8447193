/** What Codex 0.171.0 sent while `codex exec` did what a scripted model told it, once with its scripts (`code_mode`). */
import { describe, expect, test } from "vitest";
import { LogReader } from "../../../../../exporter/read/logs/log-reader.js";
import { type ActionEvent, keyedActionId } from "../../../../../src/event/index.js";
import { logOutcomes, recording } from "../../../../helpers/coding-agents.js";
import { logRecord } from "./log-records.js";

async function eventsOf(file: string): Promise<readonly ActionEvent[]> {
  const outcomes = await logOutcomes(recording(file));
  expect(outcomes.filter(({ outcome }) => outcome === "unknown")).toEqual([]);
  return outcomes.flatMap((one) => (one.outcome === "event" ? [one.event as ActionEvent] : []));
}

const CALL = (number: number): string => `call_A9bC3dE5fG7hJ2kL4mN6pQ8${number}`;

describe("codex exec", async () => {
  const events = await eventsOf("codex-exec");
  const ended = events.filter(({ status }) => status !== "running");

  test("every call is a row, with the exit code of its command", () => {
    const calls = ended.filter(({ action_type: type }) => type === "tool_call");
    const session = calls[0]?.session_id ?? "";
    expect(calls).toMatchObject([
      {
        id: keyedActionId("default", session, CALL(1)),
        agent_name: "codex",
        agent_version: "0.171.0",
        action_name: "exec_command",
        tool_call_id: CALL(1),
        correlation_id: session,
        status: "ok",
        action_details: {
          tool_parameters: { cmd: "echo hello" },
          tool_result: { output: "hello\n", exit_code: 0 },
          success: true,
        },
      },
      {
        call_key: CALL(2),
        status: "error",
        error_type: "exit_code",
        action_details: {
          tool_result: { output: "cat: missing.txt: No such file or directory\n", exit_code: 1 },
        },
      },
      {
        call_key: CALL(3),
        status: "error",
        error_message: expect.stringContaining("approval policy is Never"),
      },
      { call_key: CALL(4), action_name: "update_plan", error_message: "unsupported call: update_plan" },
    ]);
    expect(calls).toHaveLength(4);
  });

  test("who allowed a call is told with it, before it ends", () => {
    const begun = events.filter(({ status }) => status === "running");
    expect(begun).toMatchObject([
      { call_key: CALL(1), approved_by: "config", approval_method: "rule" },
      { call_key: CALL(2), approved_by: "config", approval_method: "rule" },
    ]);
  });

  test("beside them the prompt, and nothing else", () => {
    const others = ended.filter(({ action_type: type }) => type !== "tool_call");
    expect(others).toMatchObject([
      { action_name: "user_prompt", action_details: { prompt: "MAIN PROMPT: do the work" } },
    ]);
  });
});

test("a script that calls tools is no row beside its calls", async () => {
  const calls = (await eventsOf("codex-code-mode")).filter(
    ({ action_type: type, status }) => type === "tool_call" && status !== "running",
  );
  expect(calls).toMatchObject([
    {
      action_name: "exec_command",
      call_key: expect.stringMatching(/^exec-/),
      action_details: { tool_result: { output: "inner\n" } },
    },
  ]);
  expect(calls).toHaveLength(1);
});

test("what its sandbox forbids is a command that failed, with the words of the kernel", async () => {
  const calls = (await eventsOf("codex/logs")).filter(
    ({ action_type: type, status }) => type === "tool_call" && status !== "running",
  );
  const told = calls.map(({ status, action_details: details }) => {
    const { tool_parameters: parameters, tool_result: result } = details as Record<
      string,
      Record<string, unknown>
    >;
    return [parameters?.cmd, status, result?.output];
  });
  expect(told.slice(1, 6)).toEqual([
    ["echo inside > inside.txt && cat inside.txt", "ok", "inside\n"],
    [
      "echo outside > /var/outside.txt",
      "error",
      "/bin/bash: line 1: /var/outside.txt: Read-only file system\n",
    ],
    [
      "echo out > /dev/tcp/127.0.0.1/9",
      "error",
      "/bin/bash: socket: Operation not permitted\n/bin/bash: line 1: /dev/tcp/127.0.0.1/9: Operation not permitted\n",
    ],
    ["ls /nonexistent", "error", "ls: cannot access '/nonexistent': No such file or directory\n"],
    ["env | grep -i -E 'traceparent|sandbox'; true", "ok", "CODEX_SANDBOX_NETWORK_DISABLED=1\n"],
  ]);
});

test("what the sandbox said of a call goes into its row, which it does not end", () => {
  const attributes = {
    "event.name": "codex.sandbox_outcome",
    "conversation.id": "s",
    tool_name: "shell",
    call_id: CALL(9),
    outcome: "denied",
    initial_duration_ms: "12",
  };
  expect(new LogReader().read(logRecord({ attributes }))).toMatchObject({
    event: {
      action_type: "tool_call",
      status: "running",
      call_key: CALL(9),
      action_details: { sandbox_outcome: "denied" },
    },
  });
});

test.each([
  ["User", "denied", { approved_by: "jo@example.org", approval_method: "human" }],
  ["AutomatedReviewer", "abort", { approved_by: "automatedreviewer", approval_method: "model" }],
])("a call that %s refused is a decision", (source, decision, by) => {
  const attributes = {
    "event.name": "codex.tool_decision",
    "conversation.id": "s",
    "user.email": "jo@example.org",
    tool_name: "exec_command",
    call_id: CALL(9),
    decision,
    source,
  };
  expect(new LogReader().read(logRecord({ attributes }))).toMatchObject({
    event: {
      action_type: "decision",
      call_key: CALL(9),
      action_details: { decision_result: { approved: false } },
      ...by,
    },
  });
});
