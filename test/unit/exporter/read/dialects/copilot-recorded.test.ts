/** One session of Copilot CLI 1.0.102 with a scripted model, as its spans and its transcript tell it; contents were switched on. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type ActionEvent, correlationId, keyedActionId } from "../../../../../src/event/index.js";
import { recording, spanActions } from "../../../../helpers/coding-agents.js";
import { eventsOf, outline } from "../../transcripts/read-transcript.js";

const SESSION = "d94b9dcc-1ae8-4e6d-89ac-a145abcf7e2b";
const spans = await spanActions(recording("copilot-cli/traces"));
const transcript = eventsOf(readFileSync("test/fixtures/coding-agents/copilot-cli/session.jsonl", "utf8"));

const calls = (events: readonly object[]): readonly ActionEvent[] =>
  (events as readonly ActionEvent[]).filter(
    ({ call_key: key }) => key?.startsWith("call_") && !key.includes(":"),
  );

/** What a way says of each call, by its key. */
const told = (events: readonly object[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    calls(events)
      .map(
        ({
          call_key: key,
          action_type,
          action_name,
          status,
          error_type,
          error_message,
          approval_method,
          action_details,
        }) => {
          const { file_path: _path, ...details } = action_details as Record<string, unknown>;
          return [
            key,
            { action_type, action_name, status, error_type, error_message, approval_method, details },
          ] as const;
        },
      )
      .sort(([one], [other]) => String(one).localeCompare(String(other))),
  );

test("spans tell every call with its arguments, its outcome and who refused it", () => {
  const main = calls(spans).filter(({ agent_name: agent }) => agent === "copilot-cli");
  expect(
    main.map(({ action_type, action_name, status }) => `${action_type} ${action_name} ${status}`),
  ).toEqual([
    "tool_call bash ok",
    "tool_call create ok",
    "tool_call view ok",
    "tool_call edit ok",
    "tool_call bash ok",
    "tool_call bash ok",
    "tool_call bash error",
    "decision bash ok",
    "tool_call view error",
    "tool_call bash ok",
    "tool_call task ok",
  ]);
  expect(main[0]).toMatchObject({
    session_id: SESSION,
    correlation_id: SESSION,
    id: keyedActionId("default", SESSION, main[0]?.call_key ?? ""),
    action_details: {
      tool_parameters: { command: "echo hello" },
      tool_result: { output: "hello", exit_code: 0 },
    },
  });
  expect(main[1]).toMatchObject({ action_details: { file_operation: "create" } });
  expect(main[6]).toMatchObject({ error_type: "exit_code", error_message: "exited with code 2" });
  expect(main[7]).toMatchObject({
    approval_method: "rule",
    action_details: {
      decision_context: { command: "curl http://127.0.0.1:9/never" },
      decision_result: { approved: false, reason: expect.stringContaining("shell(curl:*)") },
    },
  });
  expect(main[8]).toMatchObject({ error_type: "tool_error", error_message: "Path does not exist" });
});

test("a sub-agent's call is under its run, which is under the call that began it", () => {
  const inside = calls(spans).find(({ agent_name: agent }) => agent === "general-purpose");
  const run = spans.find(({ action_name: name }) => name === "general-purpose");
  const task = spans.find(({ action_name: name }) => name === "task");
  expect(inside).toMatchObject({ action_name: "bash", session_id: SESSION, parent_action_id: run?.id });
  expect(run).toMatchObject({ action_type: "success", parent_action_id: task?.id });
});

test("the transcript has the prompt, the same calls, the delegation, and the run with its tokens", () => {
  expect([transcript.format, transcript.version, transcript.unknown]).toEqual(["copilot-cli", "1.0.102", {}]);
  const others = outline(transcript.events).filter((line) => !/call_\w+$/.test(line));
  expect(others).toEqual([
    "success user_prompt ok prompt:3f086f36-63e2-47e5-93cf-4cb818fa10d0",
    "decision general-purpose ok call_2MwUYVALogTuPBD2tRpDWmyw:decision",
    "execution 3f086f36-63e2-47e5-93cf-4cb818fa10d0 success",
  ]);
  expect(transcript.events.at(-1)).toMatchObject({
    correlation_id: correlationId(SESSION).uuid,
    metadata: { input_tokens: 1_300, output_tokens: 260, cache_read_input_tokens: 130, models: ["gpt-4.1"] },
  });
});

test("both ways say the same of every call, under the same id", () => {
  expect(told(transcript.events)).toEqual(told(spans));
  const ids = (events: readonly object[]) =>
    calls(events)
      .map(({ id }) => id)
      .sort();
  expect(ids(transcript.events)).toEqual(ids(spans));
});
