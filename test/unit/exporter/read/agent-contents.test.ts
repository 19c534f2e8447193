/** What contents of coding agents become events, by the agents' own switches and by ours, and what is hidden in them: of their recordings. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { logOutcomes, type RecordedRequest, recording, spanActions } from "../../../helpers/coding-agents.js";
import { eventsOf } from "../transcripts/read-transcript.js";

const FOLDER = "test/fixtures/coding-agents/";
const text = (path: string): string => readFileSync(`${FOLDER}${path}`, "utf8");
const requests = (lines: string, path: RecordedRequest["path"]): readonly RecordedRequest[] =>
  lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RecordedRequest & { readonly body?: unknown })
    .map((value) => (value.body === undefined ? { path, body: value } : value));

/** By each way of each agent: its events as JSON, of a recording in which a text stands for another one. */
type Told = (change: (text: string) => string, options: object) => Promise<string>;

const byLogs =
  (file: string): Told =>
  async (change, options) =>
    JSON.stringify(
      (await logOutcomes(requests(change(text(file)), "/v1/logs"), options)).filter(
        ({ outcome }) => outcome === "event",
      ),
    );
const bySpans =
  (file: string): Told =>
  async (change, options) =>
    JSON.stringify(
      await spanActions(
        requests(change(text(file)), "/v1/traces").filter(({ path }) => path === "/v1/traces"),
        options,
      ),
    );
const byTranscript =
  (file: string): Told =>
  async (change, options) =>
    JSON.stringify(eventsOf(change(text(file)), { options }).events);

/** A way, the recording, and a text that stands in arguments or results of it. */
const WAYS: readonly (readonly [string, Told, string])[] = [
  ["logs of Claude Code", byLogs("claude-code-answered/logs.jsonl"), "after-two-errors"],
  ["spans of Claude Code", bySpans("claude-code-answered/traces.jsonl"), "after-two-errors"],
  ["transcripts of Claude Code", byTranscript("claude-code-answered/session.jsonl"), "after-two-errors"],
  ["logs of Codex", byLogs("codex/logs.otlp.jsonl"), "echo inside"],
  ["transcripts of Codex", byTranscript("codex/session.jsonl"), "echo inside"],
  ["logs of Gemini CLI", byLogs("gemini-cli/logs.otlp.jsonl"), "traceparent"],
  ["transcripts of Gemini CLI", byTranscript("gemini-cli/session.jsonl"), "traceparent"],
  ["logs of Qwen Code", byLogs("qwen-code/logs.otlp.jsonl"), "traceparent"],
  ["spans of OpenCode", bySpans("opencode/traces.otlp.jsonl"), "traceparent"],
  ["transcripts of OpenCode", byTranscript("opencode/session.json"), "traceparent"],
  ["spans of Copilot CLI", bySpans("copilot-cli/traces.otlp.jsonl"), "grep -i"],
  ["transcripts of Copilot CLI", byTranscript("copilot-cli/session.jsonl"), "grep -i"],
];

const same = (value: string): string => value;

test.each(WAYS)("%s: contents are there, and are not where capturing is off", async (_way, told, content) => {
  expect((await told(same, { captureContent: true })).includes(content)).toBe(true);
  expect((await told(same, { captureContent: false })).includes(content)).toBe(false);
});

const SECRET = "sk-ant-api03-4fTq9mZr2LwXk8VhB1cNsYd7Gj0UePo5";

test.each(WAYS)(
  "%s: a secret in a command or a path is hidden before it is an event",
  async (_way, told, content) => {
    const withSecret = (value: string): string =>
      value.replaceAll(content, SECRET).replaceAll("/hello.txt", `/${SECRET}/hello.txt`);
    const made = await told(withSecret, { captureContent: true });
    expect(made.includes(SECRET)).toBe(false);
    expect(made.includes("[redacted]")).toBe(true);
  },
);

test.each([
  ["claude-code-plain", "claude-code-details", "OTEL_LOG_TOOL_DETAILS"],
  ["gemini-cli-plain", "gemini-cli-details", "logPrompts"],
])("%s: what the agent's own switch leaves out is in no event", async (plain, details) => {
  const contentsOf = async (file: string) =>
    (await logOutcomes(recording(file))).flatMap((one) => {
      if (one.outcome !== "event" || !("action_details" in one.event)) return [];
      const { tool_parameters: given, prompt } = one.event.action_details as Record<string, unknown>;
      return [given, prompt].filter((value) => value !== undefined);
    });
  expect((await contentsOf(details)).length).toBeGreaterThan(2);
  expect(await contentsOf(plain)).toEqual([]);
});
