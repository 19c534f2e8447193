/** What Qwen Code 0.15.10 sent while it did what a scripted model told it, and a sub-agent the same again; a rule forbids curl. */
import { expect, test } from "vitest";
import type { ActionEvent } from "../../../../../src/event/index.js";
import { logOutcomes, recording } from "../../../../helpers/coding-agents.js";

const outcomes = await logOutcomes(recording("qwen-code/logs"));
const events = outcomes.flatMap((one) => (one.outcome === "event" ? [one.event as ActionEvent] : []));

/** By hand, from what the model asked for and the program printed. Its records do not tell how a command ended. */
const CALLS = [
  "read_file error File not found: /home/ada/project/hello.txt",
  "edit error File not found: /home/ada/project/hello.txt",
  "run_shell_command",
  "run_shell_command",
  "run_shell_command",
  "run_shell_command refused",
  "run_shell_command",
  "read_file error File not found: /home/ada/project/missing.txt",
];

test("every call is a row with its outcome, those of the sub-agent too", () => {
  const calls = events.filter(
    ({ action_type: type, action_details: details }) =>
      type === "tool_call" || "decision_type" in (details ?? {}),
  );
  const told = calls.map(({ action_type, action_name, status, error_message }) =>
    [action_name, action_type === "decision" ? "refused" : status, error_message].filter(Boolean).join(" "),
  );
  expect(told).toEqual([...CALLS, ...CALLS, "agent ok"]);
  expect(new Set(calls.map(({ agent_name: agent }) => agent))).toEqual(new Set(["qwen-code"]));
  expect(calls[2]).toMatchObject({
    service_version: "0.15.10",
    action_details: { tool_parameters: { command: "echo $((6*7))" }, prompt_id: "f2b557910e657" },
  });
});

test("a call that a rule refused says which", () => {
  expect(events.find(({ approval_method: method }) => method !== undefined)).toMatchObject({
    approved_by: "config",
    approval_method: "rule",
    action_details: {
      decision_context: { command: "curl http://127.0.0.1:9/never" },
      decision_result: { approved: false, reason: expect.stringContaining("Bash(curl *)") },
    },
  });
});

test("beside them the prompt and the run of the sub-agent, and no event that is not known", () => {
  expect(outcomes.filter(({ outcome }) => outcome === "unknown")).toEqual([]);
  const others = events.filter(({ action_type: type }) => type === "success");
  expect(others.map(({ action_name: name }) => name)).toEqual(["user_prompt", "general-purpose"]);
});
