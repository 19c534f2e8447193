/** What each agent is told to do, and how it is started so that it tells of it. */
import { join } from "node:path";

const OTLP = (otlp) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: otlp, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" });
const PROMPT = "MAIN PROMPT: do the work";

const opencode = {
  script: (work) => ({
    main: [
      [["write", { filePath: `${work}/hello.txt`, content: "one\ntwo\n" }]],
      [["read", { filePath: `${work}/hello.txt` }]],
      [["edit", { filePath: `${work}/hello.txt`, oldString: "two", newString: "three" }]],
      [
        ["bash", { command: "echo $((6*7))", description: "Multiply" }],
        ["bash", { command: "echo $((6*7))", description: "Multiply" }],
      ],
      [["bash", { command: "ls /nonexistent", description: "Fails" }]],
      [["bash", { command: "curl http://127.0.0.1:9/never", description: "Is refused" }]],
      [["read", { filePath: `${work}/missing.txt` }]],
      [["bash", { command: "env | grep -i traceparent; true", description: "Its context" }]],
      [["task", { description: "Count lines", prompt: "SUBTASK count the lines", subagent_type: "general" }]],
    ],
    sub: [[["bash", { command: `wc -l ${work}/hello.txt`, description: "Count" }]]],
  }),
  files: ({ home, model }) => ({
    [join(home, ".config/opencode/opencode.json")]: JSON.stringify({
      model: "scripted/m",
      small_model: "scripted/m",
      autoupdate: false,
      share: "disabled",
      provider: {
        scripted: {
          npm: "@ai-sdk/openai-compatible",
          name: "Scripted",
          options: { baseURL: `${model}/v1`, apiKey: "none" },
          models: { m: { name: "m", limit: { context: 100_000, output: 4_000 }, tool_call: true } },
        },
      },
      permission: { bash: { "*": "allow", "curl *": "deny" }, edit: "allow" },
      experimental: { openTelemetry: true },
    }),
  }),
  run: ({ otlp }) => ({
    args: ["run", "--print-logs", PROMPT],
    env: { ...OTLP(otlp), OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1" },
  }),
};

const copilot = {
  script: (work) => ({
    main: [
      [["bash", { command: "echo hello", description: "Say hello", mode: "sync", initial_wait: 10 }]],
      [["create", { path: `${work}/hello.txt`, file_text: "one\ntwo\n" }]],
      [["view", { path: `${work}/hello.txt` }]],
      [["edit", { path: `${work}/hello.txt`, old_str: "two", new_str: "three" }]],
      [
        ["bash", { command: "echo $((6*7))", description: "Multiply" }],
        ["bash", { command: "echo $((6*7))", description: "Multiply" }],
      ],
      [["bash", { command: "ls /nonexistent", description: "Fails" }]],
      [["bash", { command: "curl http://127.0.0.1:9/never", description: "Is refused" }]],
      [["view", { path: `${work}/missing.txt` }]],
      [["bash", { command: "env | grep -i traceparent; true", description: "Its context" }]],
      [
        [
          "task",
          {
            description: "Count lines",
            prompt: "SUBTASK count the lines",
            agent_type: "general-purpose",
            name: "counter",
          },
        ],
      ],
    ],
    sub: [[["bash", { command: `wc -l ${work}/hello.txt`, description: "Count" }]]],
  }),
  files: ({ work, hook }) => ({
    [join(work, ".github/hooks/record.json")]: JSON.stringify({
      version: 1,
      hooks: Object.fromEntries(
        [
          "sessionStart",
          "sessionEnd",
          "userPromptSubmitted",
          "preToolUse",
          "postToolUse",
          "postToolUseFailure",
          "permissionRequest",
          "subagentStart",
          "subagentStop",
          "errorOccurred",
          "agentStop",
        ].map((event) => [event, [{ type: "command", bash: hook, timeoutSec: 10 }]]),
      ),
    }),
  }),
  run: ({ model, otlp, work }) => ({
    args: [
      "-p",
      PROMPT,
      "--allow-all-tools",
      "--deny-tool",
      "shell(curl:*)",
      "--no-auto-update",
      "--add-dir",
      work,
    ],
    env: {
      ...OTLP(otlp),
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true",
      COPILOT_PROVIDER_BASE_URL: `${model}/v1`,
      COPILOT_PROVIDER_API_KEY: "none",
      COPILOT_MODEL: "gpt-4.1",
      // Else the hooks of a folder are not run.
      COPILOT_ALLOW_ALL: "true",
    },
  }),
};

const gemini = {
  script: (work) => ({
    main: [
      [["write_file", { file_path: `${work}/hello.txt`, content: "one\ntwo\n" }]],
      [["read_file", { file_path: `${work}/hello.txt` }]],
      [
        [
          "replace",
          {
            file_path: `${work}/hello.txt`,
            instruction: "Change two",
            old_string: "two",
            new_string: "three",
          },
        ],
      ],
      [
        ["run_shell_command", { command: "echo $((6*7))", description: "Multiply" }],
        ["run_shell_command", { command: "echo $((6*7))", description: "Multiply" }],
      ],
      [["run_shell_command", { command: "ls /nonexistent", description: "Fails" }]],
      [["run_shell_command", { command: "env | grep -i traceparent; true", description: "Its context" }]],
      [["read_file", { file_path: `${work}/missing.txt` }]],
      [["run_shell_command", { command: "echo $((6*7))", description: "Multiply" }]],
    ],
  }),
  files: ({ home, hook, otlp }) => ({
    [join(home, ".gemini/settings.json")]: JSON.stringify({
      security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } },
      telemetry: {
        enabled: true,
        target: "local",
        otlpEndpoint: otlp,
        otlpProtocol: "http",
        traces: false,
        logPrompts: true,
      },
      hooks: Object.fromEntries(
        ["BeforeTool", "AfterTool", "BeforeAgent", "AfterAgent", "SessionStart", "SessionEnd"].map(
          (event) => [
            event,
            [{ matcher: "*", hooks: [{ type: "command", command: hook, timeout: 10_000 }] }],
          ],
        ),
      ),
    }),
  }),
  run: ({ model }) => ({
    args: ["-p", PROMPT, "--yolo", "--model", "gemini-2.5-pro"],
    env: { GEMINI_API_KEY: "none", GOOGLE_GEMINI_BASE_URL: model, GEMINI_CLI_TRUST_WORKSPACE: "true" },
  }),
};

const qwen = {
  script: (work) => ({
    main: [
      [["write_file", { file_path: `${work}/hello.txt`, content: "one\ntwo\n" }]],
      [["read_file", { file_path: `${work}/hello.txt` }]],
      [["edit", { file_path: `${work}/hello.txt`, old_string: "two", new_string: "three" }]],
      [
        ["run_shell_command", { command: "echo $((6*7))", description: "Multiply", is_background: false }],
        ["run_shell_command", { command: "echo $((6*7))", description: "Multiply", is_background: false }],
      ],
      [["run_shell_command", { command: "ls /nonexistent", description: "Fails", is_background: false }]],
      [
        [
          "run_shell_command",
          { command: "curl http://127.0.0.1:9/never", description: "Is refused", is_background: false },
        ],
      ],
      [
        [
          "run_shell_command",
          { command: "env | grep -i traceparent; true", description: "Its context", is_background: false },
        ],
      ],
      [["read_file", { file_path: `${work}/missing.txt` }]],
      [
        [
          "agent",
          { description: "Count lines", prompt: "SUBTASK count the lines", subagent_type: "general-purpose" },
        ],
      ],
    ],
    sub: [
      [
        [
          "run_shell_command",
          { command: `wc -l ${work}/hello.txt`, description: "Count", is_background: false },
        ],
      ],
    ],
  }),
  files: ({ home, hook, otlp }) => ({
    [join(home, ".qwen/settings.json")]: JSON.stringify({
      security: { auth: { selectedType: "openai" } },
      telemetry: {
        enabled: true,
        target: "local",
        otlpEndpoint: otlp,
        otlpProtocol: "http",
        logPrompts: true,
      },
      permissions: { deny: ["Bash(curl *)"] },
      hooks: Object.fromEntries(
        [
          "PreToolUse",
          "PostToolUse",
          "PostToolUseFailure",
          "UserPromptSubmit",
          "SubagentStart",
          "SubagentStop",
        ].map((event) => [
          event,
          [{ matcher: "*", hooks: [{ type: "command", command: hook, timeout: 10_000 }] }],
        ]),
      ),
    }),
  }),
  run: ({ model }) => ({
    args: ["-p", PROMPT, "--yolo"],
    env: { OPENAI_API_KEY: "none", OPENAI_BASE_URL: `${model}/v1`, OPENAI_MODEL: "scripted" },
  }),
};

const codex = {
  script: () => ({
    main: [
      [["exec_command", { cmd: "echo hello" }]],
      [["exec_command", { cmd: "echo inside > inside.txt && cat inside.txt" }]],
      [["exec_command", { cmd: "echo outside > /var/outside.txt" }]],
      [["exec_command", { cmd: "echo out > /dev/tcp/127.0.0.1/9" }]],
      [["exec_command", { cmd: "ls /nonexistent" }]],
      [["exec_command", { cmd: "env | grep -i -E 'traceparent|sandbox'; true" }]],
      [["apply_patch", "*** Begin Patch\n*** Add File: new.txt\n+fresh\n*** End Patch"]],
      [["update_plan", { explanation: "go on", plan: [{ step: "Look", status: "completed" }] }]],
    ],
  }),
  files: ({ home, hook, otlp, model }) => ({
    [join(home, ".codex/config.toml")]: `
model = "gpt-5"
model_provider = "scripted"
[model_providers.scripted]
name = "scripted"
base_url = "${model}/v1"
wire_api = "responses"
env_key = "SCRIPTED_KEY"
[otel]
log_user_prompt = true
exporter = { otlp-http = { endpoint = "${otlp}/v1/logs", protocol = "json" } }
trace_exporter = { otlp-http = { endpoint = "${otlp}/v1/traces", protocol = "json" } }
metrics_exporter = "none"
[analytics]
enabled = false
`,
    [join(home, ".codex/hooks.json")]: JSON.stringify({
      hooks: Object.fromEntries(
        [
          "PreToolUse",
          "PostToolUse",
          "UserPromptSubmit",
          "PermissionRequest",
          "SubagentStart",
          "SubagentStop",
        ].map((event) => [event, [{ hooks: [{ type: "command", command: hook }] }]]),
      ),
    }),
  }),
  run: ({ home }) => ({
    args: [
      "exec",
      "--skip-git-repo-check",
      "--sandbox",
      "workspace-write",
      "--dangerously-bypass-hook-trust",
      PROMPT,
    ],
    env: { CODEX_HOME: join(home, ".codex"), SCRIPTED_KEY: "none" },
  }),
};

export const SCENARIOS = { codex, opencode, copilot, "gemini-cli": gemini, "qwen-code": qwen };
