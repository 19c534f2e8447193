import { expect, test } from "vitest";
import { codingAgentStart } from "../../../src/cli/dev/coding-agent.js";

const URL = "http://127.0.0.1:8080";

test.each([
  ["claude", ["-p", "x"], "OTEL_EXPORTER_OTLP_ENDPOINT", true],
  ["/usr/bin/claude", [], "CLAUDE_CODE_ENABLE_TELEMETRY", false],
  ["gemini", ["-p", "x"], "GEMINI_TELEMETRY_OTLP_ENDPOINT", true],
  ["opencode", ["run", "x"], "OTEL_EXPORTER_OTLP_ENDPOINT", true],
  ["qwen", ["-p", "x"], "QWEN_TELEMETRY_OTLP_ENDPOINT", true],
  ["copilot", ["-p", "x"], "COPILOT_OTEL_ENABLED", true],
])("%s %j is told where its telemetry goes", (command, args, variable, isPlain) => {
  const start = codingAgentStart(command, args, URL, {});
  expect(start).toMatchObject({ args, isPlain, env: { AGENT_ACTIONS_HOOK_URL: URL } });
  expect(start?.env).toHaveProperty(variable);
  // Contents are the user's own switches.
  expect(
    Object.keys(start?.env ?? {}).filter((name) => /LOG_TOOL|LOG_USER|PROMPTS|CONTENT$/.test(name)),
  ).toEqual(command === "opencode" ? ["OPENCODE_CONFIG_CONTENT"] : []);
});

test("Codex reads nothing of it from its environment, so its command line says it", () => {
  expect(codingAgentStart("codex", ["exec", "x"], URL, {})).toMatchObject({
    args: ["-c", expect.stringContaining(`endpoint = "${URL}/v1/logs"`), "exec", "x"],
    isPlain: true,
  });
});

test("OpenCode sends its spans soon, because it ends without those that wait", () => {
  expect(codingAgentStart("opencode", ["run", "x"], URL, {})?.env).toMatchObject({
    OTEL_BSP_SCHEDULE_DELAY: "300",
  });
});

test("what the environment says already stays, and other programs are left as they are", () => {
  const start = codingAgentStart("claude", [], URL, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://mine" });
  expect(start?.env).not.toHaveProperty("OTEL_EXPORTER_OTLP_ENDPOINT");
  expect(codingAgentStart("node", ["claude"], URL, {})).toBeUndefined();
});
