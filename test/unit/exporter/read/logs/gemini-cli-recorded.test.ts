/** What Gemini CLI 0.61.0 sent while it did what a scripted model told it: `-p`, with and without `telemetry.logPrompts`. */
import { describe, expect, test } from "vitest";
import { LogReader } from "../../../../../exporter/read/logs/log-reader.js";
import type { ActionEvent } from "../../../../../src/event/index.js";
import { logOutcomes, recording, spanActions } from "../../../../helpers/coding-agents.js";
import { logRecord } from "./log-records.js";

const NOTE = "/home/ada/project/note.txt";

/** By hand, from what the model asked for and the program printed. */
const CALLS = [
  ["run_shell_command", { command: "echo hello", description: "Say hello" }],
  ["write_file", { file_path: NOTE, content: "one\n" }],
  ["read_file", { file_path: NOTE }],
  ["replace", { file_path: NOTE, old_string: "one", new_string: "two", instruction: "Change it" }],
  [
    "read_file",
    { file_path: "/home/ada/project/missing.txt" },
    "File not found: /home/ada/project/missing.txt",
  ],
] as const;

describe.each([
  ["gemini-cli-details", true],
  ["gemini-cli-plain", false],
])("%s", async (file, hasContent) => {
  const outcomes = await logOutcomes(recording(file));
  const events = outcomes.flatMap((one) => (one.outcome === "event" ? [one.event as ActionEvent] : []));

  test("every call is a row, in its order, with its outcome", () => {
    const calls = events.filter(({ action_type: type }) => type === "tool_call");
    expect(calls).toMatchObject(
      CALLS.map(([name, , error]) => ({
        agent_name: "gemini-cli",
        action_name: name,
        status: error === undefined ? "ok" : "error",
        ...(error !== undefined && { error_type: "file_not_found", error_message: error }),
      })),
    );
    expect(calls.map(({ action_details: details }) => details?.tool_parameters)).toEqual(
      CALLS.map(([, parameters]) => (hasContent ? parameters : undefined)),
    );
    for (const call of calls) expect(call.correlation_id).toBe(call.session_id);
  });

  test("beside them the prompt and how the model was chosen, and nothing else", () => {
    const others = events.filter(({ action_type: type }) => type !== "tool_call");
    expect(others.map(({ action_type: type, action_name: name }) => `${type} ${name}`)).toEqual([
      "success user_prompt",
      "decision model_routing",
    ]);
    expect(others[1]?.action_details).toMatchObject({
      decision_context: {
        source: "agent-router/override",
        reasoning: expect.stringContaining("Routing bypassed"),
      },
      decision_result: "gemini-2.5-pro",
    });
    expect(outcomes.filter(({ outcome }) => outcome === "unknown")).toEqual([]);
  });

  test("its spans tell the same calls, and are none", async () => {
    expect(await spanActions(recording(file))).toEqual([]);
  });
});

test("a loop that it notices is a guardrail's verdict, by the name that it has there", () => {
  const record = logRecord({
    body: "Loop detected (Strike 1: Attempting recovery). Type: consecutive_identical_tool_calls.",
    attributes: {
      "event.name": "loop_detected",
      "session.id": "s",
      loop_type: "consecutive_identical_tool_calls",
      count: 1,
    },
  });
  expect(new LogReader().read(record)).toMatchObject({
    event: {
      action_type: "decision",
      action_name: "loop_detected",
      source: "gemini-cli",
      action_details: { decision_type: "guardrail", decision_result: { count: 1 } },
    },
  });
});

test("a refused call is a decision, by a person where one was asked", () => {
  const refused = (interactive: boolean) =>
    new LogReader().read(
      logRecord({
        attributes: {
          "event.name": "gemini_cli.tool_call",
          "session.id": "s",
          "user.email": "jo@example.org",
          interactive,
          function_name: "run_shell_command",
          decision: "reject",
          success: false,
        },
      }),
    );
  expect(refused(true)).toMatchObject({ event: { approved_by: "jo@example.org", approval_method: "human" } });
  expect(refused(false)).toMatchObject({
    event: { approval_method: "rule", action_details: { decision_result: { approved: false } } },
  });
});
