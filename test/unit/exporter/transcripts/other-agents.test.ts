import { describe, expect, test } from "vitest";
import { keyedActionId } from "../../../../src/event/index.js";
import { eventsOf, fixture, outline } from "./read-transcript.js";

const TWO = "c3f9c8c283a2b1f2f1896f27a01cbe3cddc0c9d93f752e4639035a0f5b36f6e8";

describe("a rollout of Codex 0.171.0 as it was recorded", () => {
  const { format, events, unknown, version } = eventsOf(fixture("codex-rollout.jsonl"));

  test("is the prompt, every call with its outcome, and the turn as a run with its tokens", () => {
    expect([format, version, unknown]).toEqual(["codex", "0.171.0", {}]);
    expect(outline(events)).toEqual([
      "success user_prompt ok prompt:01a226d9-0806-7363-b629-c722d93438b1",
      "tool_call exec_command ok call_5y34NZZ2AELBDKQsSwn9idZq",
      "tool_call shell error call_VETHcNqyJcVmVSdgezwnsqDL",
      "tool_call apply_patch ok call_09WBtr5hhhCYs1MHipjKD5Y7",
      "tool_call exec_command error call_QfpLhG2YsDdBjw7ZfzVZ1ybq",
      "tool_call update_plan error call_RmCwGktmTxwqyxSzrVkMJ5tU",
      "execution 01a226d9-0806-7363-b629-c722d93438b1 success",
    ]);
    expect(events.at(-1)).toMatchObject({
      correlation_id: "01a226d9-07d6-70a1-bcf2-33bb81be528a",
      metadata: { input_tokens: 720, output_tokens: 180, reasoning_output_tokens: 30, models: ["gpt-5.5"] },
    });
  });

  test("tells what was done rather than what the model was told", () => {
    expect(events[4]).toMatchObject({
      error_type: "exit_code",
      error_message: "exited with code 2",
      action_details: { tool_parameters: { cmd: "ls /nonexistent" }, tool_result: { exit_code: 2 } },
    });
    expect(events[3]).toMatchObject({
      duration_ms: 382,
      action_details: {
        files: [
          { path: "/home/u/shop/new.txt", type: "add" },
          { path: "/home/u/shop/hello.txt", type: "update" },
        ],
      },
    });
    expect(events[2]).toMatchObject({ error_type: "unknown_tool" });
  });
});

describe("what a rollout holds beside that", () => {
  const line = (type: string, payload: object, second: number): string =>
    JSON.stringify({ timestamp: `2026-11-29T10:00:0${second}.000Z`, type, payload });
  const meta = (fields: object) =>
    line(
      "session_meta",
      {
        id: "t1",
        session_id: "t1",
        timestamp: "2026-11-29T10:00:00.000Z",
        cwd: "/home/u/shop",
        cli_version: "0.171.0",
        ...fields,
      },
      0,
    );
  const call = (id: string, name: string, args: object, second: number) =>
    line(
      "response_item",
      { type: "function_call", name, arguments: JSON.stringify(args), call_id: id },
      second,
    );
  const output = (id: string, text: string, second: number) =>
    line("response_item", { type: "function_call_output", call_id: id, output: text }, second);

  test("a call that the user declined is a decision", () => {
    const { events } = eventsOf(
      [
        meta({}),
        call("call_d", "exec_command", { cmd: "rm -rf x" }, 1),
        line(
          "event_msg",
          { type: "item_completed", item: { type: "CommandExecution", id: "call_d", status: "declined" } },
          2,
        ),
        output("call_d", "exec command rejected by user", 3),
      ].join("\n"),
    );
    expect(outline(events)).toEqual(["decision exec_command ok call_d"]);
    expect(events[0]).toMatchObject({
      approved_by: "user",
      action_details: { decision_result: { approved: false } },
    });
  });

  test("calls that code made are inside the call that ran the code, and none twice", () => {
    const item = {
      type: "CommandExecution",
      id: "exec-1",
      command: ["ls"],
      status: "completed",
      exit_code: 0,
    };
    const { events } = eventsOf(
      [
        meta({}),
        line(
          "response_item",
          { type: "custom_tool_call", name: "exec", input: "await tools.exec_command()", call_id: "call_w" },
          1,
        ),
        line("event_msg", { type: "item_completed", item }, 2),
        line("response_item", { type: "custom_tool_call_output", call_id: "call_w", output: "done" }, 3),
      ].join("\n"),
    );
    expect(outline(events)).toEqual(["tool_call exec_command ok exec-1", "tool_call exec ok call_w"]);
    expect(events[0]).toMatchObject({ parent_call_key: "call_w" });
  });

  test("a patch of one file is an operation on it, questions are decisions, failures of the API are errors", () => {
    const item = {
      type: "FileChange",
      id: "call_f",
      status: "completed",
      changes: { "/home/u/a.ts": { type: "delete" } },
    };
    const { events } = eventsOf(
      [
        meta({}),
        call("call_f", "apply_patch", {}, 1),
        line("event_msg", { type: "item_completed", item }, 2),
        output("call_f", "Success", 2),
        call("call_q", "request_user_input", { questions: [{ question: "Which?" }] }, 3),
        output("call_q", JSON.stringify({ answers: { a: "This" } }), 4),
        line(
          "event_msg",
          { type: "error", message: "usage limit", codex_error_info: "usage_limit_exceeded" },
          5,
        ),
        line("compacted", { message: "short" }, 6),
      ].join("\n"),
    );
    expect(outline(events)).toEqual([
      "tool_call apply_patch ok call_f",
      "tool_call request_user_input ok call_q",
      "decision user_question ok call_q:decision",
      "error usage_limit_exceeded error api-error:1795946405000",
      "success compaction ok compaction:2026-11-29T10:00:06.000Z",
    ]);
    expect(events[0]).toMatchObject({
      action_details: { file_operation: "delete", file_path: "/home/u/a.ts" },
    });
  });

  test("a sub-agent is in the session that it was begun in", () => {
    const { events } = eventsOf(
      [
        meta({
          id: "t2",
          session_id: "t1",
          source: { subagent: { thread_spawn: { parent_thread_id: "t1", agent_role: "explorer" } } },
        }),
        call("call_s", "exec_command", {}, 1),
        output("call_s", "x", 2),
      ].join("\n"),
      { callsOfAgents: new Map([["t2", "call_spawn"]]) },
    );
    expect(events[0]).toMatchObject({
      session_id: "t1",
      agent_name: "explorer",
      parent_call_key: "call_spawn",
    });
  });
});

describe("a chat of Gemini CLI 0.61.0 as it was recorded", () => {
  const { format, events, unknown } = eventsOf(fixture("gemini-cli-chat.jsonl"));

  test("is the prompt, every call once, and the run with its tokens", () => {
    expect([format, unknown]).toEqual(["gemini-cli", {}]);
    expect(outline(events)).toEqual([
      "success user_prompt ok prompt:f858f8aa-f2da-4bf1-a4c8-40dd738f2028",
      "tool_call write_file ok write_file__write_file_1795947901608_0",
      "tool_call read_file ok read_file__read_file_1795947901907_0",
      "tool_call replace ok replace__replace_1795947902233_0",
      "tool_call run_shell_command ok run_shell_command__run_shell_command_1795947902555_0",
      "tool_call run_shell_command error run_shell_command__run_shell_command_1795947903018_0",
      "execution f858f8aa-f2da-4bf1-a4c8-40dd738f2028 success",
    ]);
    expect(events.at(-1)).toMatchObject({ metadata: { input_tokens: 600, output_tokens: 120 } });
    expect(events[3]).toMatchObject({ action_details: { file_operation: "edit", content_hash_before: TWO } });
  });

  test("is read in the older form, one document, too", () => {
    const call = { id: "c-1", name: "run_shell_command", args: {}, timestamp: "2026-01-01T00:00:02Z" };
    const { events: older } = eventsOf(
      JSON.stringify({
        sessionId: "da5bbb6c-e165-4503-bebb-ec91f7f96c6c",
        projectHash: "1ceb",
        messages: [
          { id: "1", timestamp: "2026-01-01T00:00:00Z", type: "user", content: "Go" },
          {
            id: "2",
            timestamp: "2026-01-01T00:00:01Z",
            type: "gemini",
            content: "",
            toolCalls: [{ ...call, status: "cancelled" }],
          },
          { id: "3", timestamp: "2026-01-01T00:00:03Z", type: "error", content: "quota" },
        ],
      }),
    );
    expect(outline(older).slice(0, 3)).toEqual([
      "success user_prompt ok prompt:1",
      "decision run_shell_command ok c-1",
      "error api_error error api-error:3",
    ]);
    expect(older[3]).toMatchObject({ kind: "execution", status: "error", error_message: "quota" });
  });
});

describe("a session of OpenCode 1.18.33 as it was exported", () => {
  const callsOfAgents = new Map<string, string>();
  const { format, events, unknown, version } = eventsOf(fixture("opencode-session.json"), { callsOfAgents });

  test("is the prompt, every call with its outcome, the delegation and the run", () => {
    expect([format, version, unknown]).toEqual(["opencode", "1.18.33", {}]);
    expect(outline(events).slice(0, -1)).toEqual([
      "success user_prompt ok prompt:msg_226d651c2001X5j7Wt8qv5O0Pm",
      "tool_call write ok call_FuMGMTScvJNJY0KTTYxEEctc",
      "tool_call read ok call_4otd4zPKjtV5LVv1ciMPfj9r",
      "tool_call edit ok call_KUeDQSjEq5UP6koGrPMNwkdx",
      "tool_call bash ok call_uqpk4jL1yDtwZAhg18Rr6KxF",
      "tool_call bash error call_RDXoRyAnRL9UrvNs6dw1w6F5",
      "tool_call task ok call_0PEZLuNoKY7bS0avGaHj05cw",
      "decision general ok call_0PEZLuNoKY7bS0avGaHj05cw:decision",
    ]);
    expect(events.at(-1)).toMatchObject({
      kind: "execution",
      status: "success",
      metadata: { input_tokens: 630 },
    });
    expect(events[1]).toMatchObject({ duration_ms: 56, action_details: { content_hash_after: TWO } });
  });

  test("has its sub-agent's calls under the call that began it, in the same run", () => {
    const { events: inside } = eventsOf(fixture("opencode-subagent.json"), { callsOfAgents });
    expect(outline(inside)).toEqual(["tool_call bash ok call_XVfkhjqxFL57UNXeJJFXEGcB"]);
    expect(inside[0]).toMatchObject({
      session_id: "ses_dd929727affeOtC5epT0a0cp3b",
      correlation_id: events[0]?.correlation_id,
      agent_name: "general",
      parent_action_id: keyedActionId(
        "default",
        "ses_dd929b070ffeIM7v1vIxJvrgJ4",
        "call_0PEZLuNoKY7bS0avGaHj05cw",
      ),
    });
  });
});

test("a session of pi: what was branched from another session is that one's, what came later its own", () => {
  const [own, origin] = ["0f6c1f0e-7b5d-4c57-9a43-6c1f7f3f2a10", "7d1b3c1c-52f3-4b70-8c9e-0a9b6d0e4b21"];
  const { events, unknown } = eventsOf(fixture("pi-session.jsonl"));
  expect(unknown).toEqual({});
  expect(events.map((event) => [event.action_name ?? event.status, event.status, event.session_id])).toEqual([
    ["user_prompt", "ok", origin],
    ["read", "ok", origin],
    ["read", "error", origin],
    ["compaction", "ok", own],
    ["success", "success", origin],
    ["user_prompt", "ok", own],
    ["write", "ok", own],
    ["529", "error", own],
    ["error", "error", own],
  ]);
  expect(events[4]).toMatchObject({ metadata: { input_tokens: 2_795, output_tokens: 150, cost_usd: 0.75 } });
  expect(events[6]).toMatchObject({
    duration_ms: 20,
    action_details: { content_hash_after: expect.any(String) },
  });
});
