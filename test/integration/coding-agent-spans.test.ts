/**
 * Sessions that come by several ways, as they were recorded: of OpenCode, Copilot CLI and Codex, whose ways have one id of a call, and of Gemini CLI and Qwen Code, whose records
 * and hooks have none.
 */
import { expect, test } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { correlationId } from "../../src/event/index.js";
import { captureOutput, quietContext } from "../unit/cli/captured-output.js";
import { another, environment, harness, send } from "./coding-agent-harness.js";

interface Recorded {
  readonly session: string;
  /** Rows of calls that were made, failed, or refused; and those below the call of a sub-agent. */
  readonly calls: readonly string[];
  readonly task: string;
}

const AGENTS: Record<string, Recorded> = {
  opencode: {
    session: "ses_dd880a2baffeAidL2RZs2S97fe",
    calls: [
      ...["bash ok", "bash ok", "bash ok", "bash ok", "bash error", "bash refused"],
      ...["edit ok", "read error", "read ok", "task ok", "write ok"],
    ],
    task: "task",
  },
  "copilot-cli": {
    session: "d94b9dcc-1ae8-4e6d-89ac-a145abcf7e2b",
    calls: [
      ...["bash ok", "bash ok", "bash ok", "bash ok", "bash ok", "bash error", "bash refused"],
      ...["create ok", "edit ok", "task ok", "view error", "view ok"],
    ],
    task: "general-purpose",
  },
};

const GEMINI = "87972e9e-b247-428b-a13b-d7e68d93c70a";

const rowsOf = (run: string) =>
  harness.query<{ name: string; outcome: string; below: string | null; whole: boolean }>(
    `select action.action_name as name, around.action_name as below,
       case when action.action_type = 'decision' then 'refused' else action.status end as outcome,
       action.span_id is not null and action.state = 'ended' and (action.status = 'error' or action.action_type = 'decision'
         or action.action_details -> 'tool_result' is not null) as whole
     from agent_actions action join agent_action_keys key on key.id = action.id and key.created_at = action.created_at
     left join agent_actions around on around.id = action.parent_action_id
     where action.correlation_id = $1 and key.call_id like 'call\\_%' and key.call_id not like '%:%'
     order by lower(action.action_name), 3 desc, 2`,
    [run],
  );

test.each([
  ["opencode", "a", ["spans", "transcript"]],
  ["opencode", "b", ["transcript", "spans", "spans", "transcript"]],
  ["copilot-cli", "a", ["spans", "transcript"]],
  ["copilot-cli", "b", ["transcript", "spans", "transcript", "spans"]],
] as const)("a session of %s (%s) that comes as %j: one row a call", async (agent, letter, ways) => {
  for (const way of ways) await send(agent, way, letter);
  const { session, calls, task } = AGENTS[agent] as Recorded;
  const run = correlationId(another(session, letter)).uuid;
  await expect
    .poll(async () => (await rowsOf(run)).map(({ whole }) => whole), { timeout: 60_000, interval: 250 })
    .toEqual(calls.map(() => true));
  const rows = await rowsOf(run);
  expect(rows.map(({ name, outcome }) => `${name} ${outcome}`).sort()).toEqual([...calls].sort());
  // What the sub-agent did, and nothing else, is below what began it.
  await expect
    .poll(async () => (await rowsOf(run)).filter(({ below }) => below === task || below === "task").length, {
      timeout: 60_000,
      interval: 250,
    })
    .toBe(1);
});

/** What became of each call, by the way that told of it first. */
const geminiRows = (run: string) =>
  harness.query<{
    name: string;
    status: string;
    source: string;
    has_result: boolean;
    hashed: boolean;
    by_rule: boolean;
  }>(
    `select action_name as name, status, source, action_details ? 'tool_result' as has_result, action_details ? 'decision' as by_rule, action_details ? 'content_hash_after' as hashed
     from agent_actions where correlation_id = $1 and (action_type = 'tool_call' or action_name = 'user_prompt') order by created_at, id`,
    [run],
  );

const CALLS_OF_GEMINI = [
  ...["user_prompt", "write_file", "read_file", "replace", "run_shell_command", "run_shell_command"],
  ...["run_shell_command", "run_shell_command", "read_file", "run_shell_command"],
];

test.each([
  ["c", ["logs", "transcript", "transcript"]],
  ["d", ["hooks", "transcript", "transcript"]],
  ["e", ["logs", "hooks"]],
  ["f", ["hooks", "logs", "hooks", "logs"]],
  ["0", ["logs", "hooks", "transcript", "logs"]],
  ["1", ["transcript", "hooks", "logs", "transcript"]],
  ["2", ["hooks", "transcript", "logs"]],
] as const)("a session of Gemini CLI (%s) that comes as %j: one row a call", async (letter, order) => {
  const run = another(GEMINI, letter);
  for (const [at, way] of order.entries()) {
    const sent = await send("gemini-cli", way, letter);
    if (way === "transcript") expect(sent).toMatchObject({ told_live: 0, refused: 0 });
    // An import looks for what has come live.
    if (at === 0)
      await expect
        .poll(async () => (await geminiRows(run)).length, { timeout: 60_000, interval: 250 })
        .toBe(CALLS_OF_GEMINI.length);
  }
  const has = new Set<string>(order);
  // A prompt has no result; and of the call that failed, only hooks tell one.
  const results = CALLS_OF_GEMINI.length - (has.has("hooks") ? 1 : 2);
  const hashed = has.has("transcript") ? 2 : 0;
  await expect
    .poll(
      async () => {
        const rows = await geminiRows(run);
        return [
          rows.length,
          rows.filter((row) => row.has_result).length,
          rows.filter((row) => row.hashed).length,
          rows.filter((row) => row.by_rule).length,
        ];
      },
      { timeout: 60_000, interval: 250 },
    )
    .toEqual([CALLS_OF_GEMINI.length, results, hashed, has.has("logs") ? CALLS_OF_GEMINI.length - 1 : 0]);
  const rows = await geminiRows(run);
  expect(rows.map(({ name }) => name).sort()).toEqual([...CALLS_OF_GEMINI].sort());
  const first = { logs: "gemini-cli", hooks: "gemini-cli-hook", transcript: "gemini-cli-transcript" }[
    order[0]
  ];
  expect(new Set(rows.map(({ source }) => source))).toEqual(new Set([first]));
});

const qwenRows = (run: string) =>
  harness.query<{ what: string; whole: boolean }>(
    `select action_name || case when action_type = 'decision' then ' refused' else ' ' || status end as what,
       action_type = 'decision' or action_name = 'user_prompt' or action_details ? 'tool_result' or status = 'error' as whole
     from agent_actions where correlation_id = $1 and (action_type = 'tool_call' or action_details ->> 'decision_type' = 'approval'
       or action_name = 'user_prompt') order by 1`,
    [run],
  );

test.each([
  ["a", ["logs", "hooks"]],
  ["b", ["hooks", "logs", "hooks", "logs"]],
] as const)("a session of Qwen Code (%s) that comes as %j: one row a call", async (letter, order) => {
  const run = another("93d398e2-47c3-4c8f-a411-5bc840c3c626", letter);
  for (const way of order) await send("qwen-code", way, letter);
  const times = (count: number, what: string) => Array.from({ length: count }, () => what);
  await expect
    .poll(() => qwenRows(run), { timeout: 60_000, interval: 250 })
    .toEqual(
      [
        ...["agent ok", "edit error", "edit error", ...times(4, "read_file error"), "user_prompt ok"],
        ...[...times(6, "run_shell_command ok"), ...times(2, "run_shell_command error")],
        ...times(2, "run_shell_command refused"),
      ]
        .sort()
        .map((what) => ({ what, whole: true })),
    );
});

const CODEX = "01a2285d-ace6-72c3-9dcc-fd39182043b7";

// Its hooks do not tell how a command ended, and tell nothing of a tool that there is not.
test.each([
  ["a", ["logs", "hooks", "transcript"]],
  ["b", ["hooks", "logs"]],
  ["c", ["hooks", "transcript"]],
  ["d", ["transcript", "logs", "hooks", "logs"]],
] as const)("a session of Codex (%s) that comes as %j: one row a call", async (letter, order) => {
  for (const way of order) await send("codex", way, letter);
  const run = another(CODEX, letter);
  const calls = async () => {
    const rows = await harness.query<{ what: string; has_result: boolean }>(
      `select coalesce(action_details -> 'tool_parameters' ->> 'cmd', action_details -> 'tool_parameters' ->> 'command', action_name)
         || ' ' || coalesce(status, state) as what
       from agent_actions where correlation_id = $1 and (action_type = 'tool_call' or action_name = 'user_prompt')`,
      [run],
    );
    return rows.map(({ what }) => what).sort();
  };
  await expect
    .poll(calls, { timeout: 60_000, interval: 250 })
    .toEqual(
      [
        ...["echo hello ok", "echo inside > inside.txt && cat inside.txt ok", "ls /nonexistent error"],
        ...["echo outside > /var/outside.txt error", "echo out > /dev/tcp/127.0.0.1/9 error"],
        ...["env | grep -i -E 'traceparent|sandbox'; true ok", "user_prompt ok"],
        ...["apply_patch error", "update_plan error"],
      ].sort(),
    );
});

test("verify finds the row of every record, also of those that went into the row of another way", async () => {
  const verified = async () => {
    const out = captureOutput();
    const code = await runCli(["verify", "--records", "--json"], {
      ...quietContext(out),
      env: environment(),
    });
    const { records } = JSON.parse(out.results.join("\n")) as { records: Record<string, unknown> };
    return { code, missing: records.missing, count: records.missing_count };
  };
  await expect
    .poll(verified, { timeout: 60_000, interval: 1_000 })
    .toEqual({ code: 0, missing: [], count: 0 });
});
