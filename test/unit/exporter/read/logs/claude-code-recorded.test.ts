/** What Claude Code 2.1.197 sent while it did what a scripted model told it: `-p`, with and without `OTEL_LOG_TOOL_DETAILS` and the like. */
import { describe, expect, test } from "vitest";
import type { ActionEvent } from "../../../../../src/event/index.js";
import { logOutcomes, recording, spanActions } from "../../../../helpers/coding-agents.js";

const CALL = (number: number): string => `toolu_01C3dE5fG7hJ2kL4mN6pQ8r${number}`;
const NOTE = "/home/ada/project/note.txt";

/** By hand, from what the model asked for and the program printed: `[number, tool, arguments, result, error]`. */
const CALLS: readonly (readonly [number, string, object, unknown, string | undefined])[] = [
  [1, "Bash", { command: "echo hello", description: "Say hello" }, "hello", undefined],
  [2, "Write", { file_path: NOTE, content: "one\n" }, { content: "one\n" }, undefined],
  [3, "Read", { file_path: NOTE }, { content: "one\n" }, undefined],
  [
    4,
    "Edit",
    { file_path: NOTE, old_string: "one", new_string: "two", replace_all: false },
    { diff: [{ oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ["-one", "+two"] }] },
    undefined,
  ],
  [6, "Bash", { command: "cat missing.txt", description: "Fail" }, undefined, "Shell command failed"],
  [
    7,
    "Agent",
    { description: "Look around", prompt: "SUBAGENT: look around", subagent_type: "general-purpose" },
    undefined,
    undefined,
  ],
  [8, "Bash", { command: "echo from the sub-agent", description: "Sub" }, "from the sub-agent", undefined],
];

describe.each([
  ["claude-code-details", true],
  ["claude-code-plain", false],
])("%s", async (file, hasContent) => {
  const requests = recording(file);
  const outcomes = await logOutcomes(requests);
  const logs = outcomes.flatMap((one) => (one.outcome === "event" ? [one.event as ActionEvent] : []));
  const ended = logs.filter(({ status }) => status !== "running");
  const spans = await spanActions(requests);
  const sessions = new Set([...logs, ...spans].map(({ session_id: id }) => id));

  test("is one session, and that is the run", () => {
    expect(sessions.size).toBe(1);
    for (const event of [...logs, ...spans]) expect(event.correlation_id).toBe(event.session_id);
  });

  test.each(CALLS)("call %i of %s is one row by log and span", (number, tool, parameters, result, error) => {
    const own = (events: readonly ActionEvent[]) =>
      events.filter(({ call_key: key }) => key === CALL(number));
    const [log, ...more] = own(ended);
    const [span, ...others] = own(spans);
    expect([more.length, others.length]).toEqual([0, 0]);
    expect(log?.id).toBe(span?.id);
    for (const event of [log, span])
      expect(event).toMatchObject({
        agent_name: "claude-code",
        action_type: "tool_call",
        action_name: tool,
        status: error === undefined ? "ok" : "error",
        tool_call_id: CALL(number),
        action_details: { success: error === undefined },
      });
    expect(log?.action_details?.tool_parameters).toEqual(hasContent ? parameters : undefined);
    expect(span?.action_details?.tool_result).toEqual(hasContent ? result : undefined);
    expect(log?.error_message).toBe(hasContent ? error : undefined);
    expect(own(logs).find(({ status }) => status === "running")).toMatchObject({
      id: log?.id,
      approved_by: "config",
      approval_method: "rule",
    });
  });

  test("the refused call is a decision with how long it waited", () => {
    const refused = [...ended, ...spans].filter(({ call_key: key }) => key === CALL(5));
    // Without a rule that refuses it, nothing but the span tells of it.
    expect(refused).toHaveLength(hasContent ? 1 : 2);
    for (const event of refused)
      expect(event).toMatchObject({
        action_type: "decision",
        action_name: "Bash",
        action_details: { decision_type: "approval", decision_result: { approved: false } },
      });
    expect(refused.at(-1)?.action_details?.permission_wait_ms).toBeTypeOf("number");
  });

  test("the sub-agent's call is below the call that began it, and that below the interaction", () => {
    const byKey = (key: string | undefined) => spans.find(({ call_key: own }) => own === key);
    expect(byKey(CALL(8))?.parent_action_id).toBe(byKey(CALL(7))?.id);
    const interaction = spans.find(({ action_name: name }) => name === "interaction");
    const outer = byKey(CALL(7));
    // One of the recordings has it in a later request: then it is named by its span.
    expect([outer?.parent_action_id, outer?.unresolved_parent_span_id]).toContainEqual(
      hasContent ? interaction?.id : interaction?.span_id,
    );
  });

  test("nothing else is a row but the prompt, the interaction and the sub-agent's run", () => {
    const others = [...ended, ...spans].filter(({ call_key: key }) => !key?.startsWith("toolu_"));
    expect(others.map(({ action_name: name }) => name).sort()).toEqual([
      "general-purpose",
      "interaction",
      "user_prompt",
    ]);
    expect(outcomes.filter(({ outcome }) => outcome === "unknown")).toEqual([]);
  });

  test("the prompt is told as far as the program tells it", () => {
    const prompt = ended.find(({ action_name: name }) => name === "user_prompt");
    expect(prompt?.action_details).toEqual({
      prompt_length: 24,
      ...(hasContent && { prompt: "MAIN PROMPT: do the work" }),
    });
  });
});
