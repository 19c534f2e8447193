import { expect, test } from "vitest";
import { outcomeOfWords } from "../../../../exporter/read/dialects/common/call-outcome.js";
import { failureSaying } from "../../../../exporter/read/dialects/common/failure.js";
import { createTransform } from "../../../../exporter/read/transform.js";
import { spanOf } from "../spans.js";

const TOKEN = `ghp_${"aB3dE6gH9j".repeat(3)}aB3dE6`;

test("an error's message is cut behind what is hidden in it, and never through it", () => {
  const before = "a line of a log\n".repeat(2_047);
  const message = `${before}${TOKEN} ${"and so on ".repeat(200_000)}`;
  const failed = spanOf({
    attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "Read" },
    status: { code: 2, message },
  });
  const transformed = createTransform()(failed);
  if (transformed.outcome !== "event") throw new Error(transformed.reason);
  const { error_message, action_details } = transformed.event as {
    error_message: string;
    action_details: { error_message: string };
  };
  for (const said of [error_message, action_details.error_message]) {
    expect(said).toHaveLength(32_769);
    expect(said).toMatch(/a line of a log\n\[redact.*…$/s);
    expect(said).not.toContain("ghp_");
  }
});

test("so is the stack of a run that failed", () => {
  const stack = `Error: no\n${"    at read (store.ts:1)\n".repeat(1_308)}${TOKEN}\n${"    at next (store.ts:1)\n".repeat(90_000)}`;
  const failed = spanOf({
    attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "reader" },
    status: { code: 2, message: "no" },
    exception: { "exception.type": "Error", "exception.message": "no", "exception.stacktrace": stack },
  });
  const transformed = createTransform()(failed);
  if (transformed.outcome !== "event") throw new Error(transformed.reason);
  const { action_details } = transformed.event as {
    action_details: { error_context: { stacktrace: string } };
  };
  const { error_context } = action_details;
  expect(error_context.stacktrace).toHaveLength(32_769);
  expect(error_context.stacktrace).toContain("\n[redact");
  expect(error_context.stacktrace).not.toContain("ghp_");
});

const LINES = "a line of a file\n".repeat(200_000);
const MEGABYTES = "a line of a file, and nothing was denied by the user in it\n".repeat(50_000);

test.each([
  [
    "of a tool that is not there",
    `<tool_use_error>Error: No such tool available: Reed\n${LINES}</tool_use_error>`,
    "error",
  ],
  ["with its words at the end", `Error: bad order\n${LINES}\n Please fix your mistakes.`, "error"],
  ["that a person refused", `Tool execution was not approved\n${MEGABYTES}`, "denied"],
  ["that is a file", `${"x".repeat(32_768)}${MEGABYTES}${"x".repeat(4_096)}`, undefined],
])("an answer of megabytes %s is told by its beginning and its end", (_, answer, outcome) => {
  expect(outcomeOfWords(answer)).toBe(outcome);
});

test.each([
  [
    "a stack behind the message",
    `TypeError: no\n    at read (a.ts:1)${"\n    at next (a.ts:2)".repeat(100_000)}`,
    "TypeError",
    "no",
  ],
  [
    "Python's, with the error in its last lines",
    `Traceback (most recent call last):\n${'  File "a.py", line 1\n'.repeat(100_000)}app.NoOrder: no\n${MEGABYTES}`,
    "app.NoOrder",
    `no\n${MEGABYTES}`.trimEnd(),
  ],
  ["megabytes alone", MEGABYTES, "Error", MEGABYTES],
])("of a failure is read, where it has megabytes, %s", (_, said, type, message) => {
  expect(failureSaying(said)).toMatchObject({ type, message });
});
