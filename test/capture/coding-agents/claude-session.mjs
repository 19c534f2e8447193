/**
 * Records a session of Claude Code that is answered: prompts, and answers to what it asks, go to it as JSON lines, as its SDK does it.
 *
 *     node test/capture/coding-agents/claude-session.mjs <program> <folder for what was recorded>
 */
import { spawn } from "node:child_process";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { otlpSink } from "./otlp-sink.mjs";
import { scriptedModel } from "./scripted-model.mjs";

const [program, folder] = process.argv.slice(2);
if (!program || !folder) throw new Error("node claude-session.mjs <program> <folder>");
const out = resolve(folder);
const [home, work] = [join(out, "home"), join(out, "work")];
await rm(out, { recursive: true, force: true });
await mkdir(home, { recursive: true });

const bash = (command) => ["Bash", { command, description: "A step" }];
const QUESTION = {
  questions: [
    {
      question: "Which colour?",
      header: "Colour",
      options: [
        { label: "Red", description: "The first" },
        { label: "Blue", description: "The second" },
      ],
      multiSelect: false,
    },
  ],
};
const script = {
  "PART A": [
    [["Write", { file_path: `${work}/hello.txt`, content: "one\ntwo\n" }]],
    [["Read", { file_path: `${work}/hello.txt` }]],
    [["Edit", { file_path: `${work}/hello.txt`, old_string: "two", new_string: "three" }]],
    [bash("echo $((6*7))"), bash("echo $((6*7))")],
    [bash("ls ./nonexistent")],
    [bash("curl http://127.0.0.1:9/never")],
    [bash("touch asked.txt")],
    [["AskUserQuestion", QUESTION]],
    [
      [
        "Agent",
        { description: "Count lines", prompt: "SUBTASK count the lines", subagent_type: "general-purpose" },
      ],
    ],
    [bash("echo blocked-by-hook")],
    [["Skill", { skill: "greet" }]],
    { status: 529, times: 2, calls: [bash("echo after-two-errors")] },
  ],
  "PART B": [[["EnterPlanMode", {}]], [["ExitPlanMode", { plan: "1. Say hello" }]], [bash("echo planned")]],
  "PART C": [{ status: 400, times: 99, calls: [] }],
  sub: [[bash(`wc -l ${work}/hello.txt`)]],
};

const hook = join(out, "hook.sh");
const guard = join(out, "guard.sh");
const files = {
  [hook]: `#!/bin/sh\nsed -e '$a\\' >> ${out}/hooks.jsonl\n`,
  [guard]: "#!/bin/sh\nif grep -q blocked-by-hook; then echo 'The guard forbids it' >&2; exit 2; fi\n",
  [join(home, ".claude/settings.json")]: JSON.stringify({
    permissions: {
      allow: ["Write", "Read", "Edit", "Skill", "Bash(echo:*)", "Bash(ls:*)", "Bash(wc:*)"],
      deny: ["Bash(curl:*)"],
    },
    hooks: {
      ...Object.fromEntries(
        [
          "PostToolUse",
          "PostToolUseFailure",
          "PermissionRequest",
          "PermissionDenied",
          "UserPromptSubmit",
          "Stop",
          "SubagentStart",
          "SubagentStop",
          "PreCompact",
          "PostCompact",
          "SessionStart",
          "SessionEnd",
          "Notification",
        ].map((event) => [event, [{ hooks: [{ type: "command", command: hook }] }]]),
      ),
      PreToolUse: [
        { hooks: [{ type: "command", command: hook }] },
        { matcher: "Bash", hooks: [{ type: "command", command: guard }] },
      ],
    },
  }),
  [join(work, ".claude/skills/greet/SKILL.md")]: "---\nname: greet\ndescription: Greets\n---\nSay hello.\n",
};
for (const [path, text] of Object.entries(files)) {
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, text);
}
await chmod(hook, 0o755);
await chmod(guard, 0o755);

const { server: sink, requests } = await otlpSink();
const model = await scriptedModel(script);
const place = (server) => `http://127.0.0.1:${server.address().port}`;
const child = spawn(
  program,
  [
    "-p",
    "--input-format",
    "stream-json",
    "--output-format",
    "stream-json",
    "--verbose",
    "--permission-prompt-tool",
    "stdio",
  ],
  {
    cwd: work,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      TERM: "dumb",
      ANTHROPIC_API_KEY: "none",
      ANTHROPIC_BASE_URL: place(model),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      CLAUDE_CODE_ENABLE_TELEMETRY: "1",
      CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: "1",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_EXPORTER_OTLP_ENDPOINT: place(sink),
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_LOG_TOOL_DETAILS: "1",
      OTEL_LOG_TOOL_CONTENT: "1",
      OTEL_LOG_USER_PROMPTS: "1",
    },
    stdio: ["pipe", "pipe", "inherit"],
  },
);
const send = (value) => child.stdin.write(`${JSON.stringify(value)}\n`);
const prompts = ["PART A: do the work", "PART B: plan it", "/compact", "PART C: it fails"];
const next = () => {
  const content = prompts.shift();
  if (content === undefined) child.stdin.end();
  else send({ type: "user", message: { role: "user", content } });
};

/** What its user says to what it asks: a call is refused after a while, a question is answered, a plan is approved. */
async function answer({ tool_name: tool, input }) {
  if (tool === "AskUserQuestion")
    return { behavior: "allow", updatedInput: { ...input, answers: { "Which colour?": "Blue" } } };
  if (tool !== "Bash") return { behavior: "allow", updatedInput: input };
  await sleep(1_500);
  return { behavior: "deny", message: "Not that file" };
}

const limit = setTimeout(() => child.kill("SIGKILL"), 240_000);
send({ type: "control_request", request_id: "begin", request: { subtype: "initialize" } });
next();
for await (const line of createInterface({ input: child.stdout })) {
  const value = JSON.parse(line);
  if (value.type === "result") next();
  if (value.type !== "control_request") continue;
  const response = await answer(value.request);
  send({
    type: "control_response",
    response: { subtype: "success", request_id: value.request_id, response },
  });
}
clearTimeout(limit);
await sleep(1_000);
await writeFile(join(out, "otlp.jsonl"), requests.map((request) => `${JSON.stringify(request)}\n`).join(""));
console.log(`ended with ${child.exitCode}; ${requests.length} requests with traces and logs`);
for (const server of [sink, model]) {
  server.closeAllConnections();
  server.close();
}
