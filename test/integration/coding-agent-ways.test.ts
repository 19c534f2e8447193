/**
 * Sessions of Claude Code that were recorded in four ways at once: log records, spans, hooks, transcript. One of 2.1.197, and one of 2.1.332 whose user refuses a call, answers a
 * question, approves a plan, and has the session compacted.
 */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { topicVariable } from "../../src/config/topic-settings.js";
import type { TopicNames } from "../../src/event/index.js";
import { HOOK_AGENTS } from "../../src/hook/payloads/index.js";
import { startService } from "../../src/service.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { captureOutput, quietContext } from "../unit/cli/captured-output.js";
import { createHarness } from "./consumer-harness.js";

const FOLDER = fileURLToPath(new URL("../fixtures/coding-agents/", import.meta.url));
const SESSION = "12eccf3a-5233-46f1-aabf-f0a12d14493f";
const ANSWERED = "9168183b-37c5-48fd-b1e6-29861cbd24b1";

/** The recording that a digit stands for, and the session in it. */
const recordingOf = (digit: string): { readonly folder: string; readonly session: string } =>
  /[a-f]/.test(digit)
    ? { folder: join(FOLDER, "claude-code-answered"), session: ANSWERED }
    : { folder: join(FOLDER, "claude-code-four-ways"), session: SESSION };

const harness = await createHarness();
const service = await startService({
  ...harness.options(),
  http: { port: 0 },
  otlp: { enabled: true },
  intake: { enabled: true },
});
afterAll(() => service.stop());

/** The recording of another session: its id and those of its traces begin with another digit. */
const another = (text: string, digit: string): string => {
  const { session } = recordingOf(digit);
  return text.replaceAll(session, `${digit}${session.slice(1)}`).replace(/("traceId":")./g, `$1${digit}`);
};

const linesOf = async (name: string, digit: string): Promise<readonly string[]> =>
  another(await readFile(join(recordingOf(digit).folder, name), "utf8"), digit)
    .trim()
    .split("\n");

async function post(path: string, body: string): Promise<void> {
  const response = await fetch(`${service.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  expect([response.status, await response.text()]).toEqual([200, expect.not.stringContaining("reject")]);
}

const WAYS: Readonly<Record<string, (digit: string) => Promise<void>>> = {
  async logs(digit) {
    for (const body of await linesOf("logs.jsonl", digit)) await post("/v1/logs", body);
  },
  async spans(digit) {
    for (const body of await linesOf("traces.jsonl", digit)) await post("/v1/traces", body);
  },
  async hooks(digit) {
    const payloads = await linesOf("hooks.jsonl", digit);
    const at = Date.UTC(2026, 10, 29, 11, 26, 41);
    const events = payloads.flatMap((payload, index) =>
      HOOK_AGENTS["claude-code"](JSON.parse(payload) as Record<string, unknown>, at + index),
    );
    const response = await fetch(`${service.url}/v1/actions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(events),
    });
    expect(await response.json()).toMatchObject({ accepted: events.length, rejected_count: 0 });
  },
  async transcript(digit) {
    const folder = await mkdtemp(join(tmpdir(), "ways-"));
    try {
      await cp(recordingOf(digit).folder, folder, {
        recursive: true,
        filter: (path) => !/(?:logs|traces|hooks)\.jsonl$/.test(path),
      });
      for (const name of await readdir(folder, { recursive: true }))
        if (name.endsWith(".jsonl"))
          await writeFile(join(folder, name), another(await readFile(join(folder, name), "utf8"), digit));
      const variables = (Object.entries(harness.topics) as [keyof TopicNames, string][]).map(
        ([role, topic]) => [topicVariable(role), topic],
      );
      const env = { KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap(), ...Object.fromEntries(variables) };
      const out = captureOutput();
      expect(await runCli(["import", "--json", folder], { ...quietContext(out), env })).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

const rowsOf = (digit: string) =>
  harness.query<Record<string, unknown>>(
    `select action.action_type, action.action_name, action.state, action.status, around.action_name as below, action.call_key
     from (select action.*, key.call_id as call_key from agent_actions action
           left join agent_action_keys key on key.id = action.id and key.created_at = action.created_at) action
       left join agent_actions around on around.id = action.parent_action_id
     where action.session_id = $1 and action.correlation_id = $1::uuid order by action.call_key, action.action_name`,
    [`${digit}${recordingOf(digit).session.slice(1)}`],
  );

/** Every call once, whichever way told of it first. */
const CALLS = [
  ["toolu_012mkJnkDdFxArqmMZBYFJDC", "tool_call", "Agent", "ok"],
  ["toolu_018EpLDwucVTR8vdT0pR4Hf4", "decision", "Bash", "ok"],
  ["toolu_019rF88zK9Y1NwGj7m6AmUJB", "tool_call", "Glob", "error"],
  ["toolu_01RQd7gnxEJ93B9CfGM3Wb2V", "tool_call", "Bash", "ok"],
  ["toolu_01bf1cUk79Xzh1iAwEbgfAyC", "tool_call", "Bash", "ok"],
  ["toolu_01eUJFDXtcdCVSMzSPTNTny4", "tool_call", "Write", "ok"],
  ["toolu_01fTRXNZXKVFUbeE6a0bCJDD", "tool_call", "Edit", "ok"],
  ["toolu_01v6EJ6rPuQoFGyhKXZMF5oZ", "tool_call", "Bash", "error"],
  ["toolu_01xChesXoMjLPz7XEcWDcYfo", "tool_call", "Read", "ok"],
] as const;

test.each([
  ["1", ["logs", "spans", "hooks", "transcript"]],
  ["2", ["transcript", "hooks", "spans", "logs"]],
  ["3", ["hooks", "transcript", "logs", "spans"]],
  ["4", ["spans", "logs", "transcript", "hooks", "hooks", "spans", "logs", "transcript"]],
] as const)("session %s, by %j: one row a call", async (digit, order) => {
  for (const way of order) await WAYS[way]?.(digit);
  const isCall = ({ call_key: key }: Record<string, unknown>) => /^toolu_\w+$/.test(String(key));
  // What comes last differs: everything has ended, and what only one way tells is there.
  await until(async () => {
    const rows = await rowsOf(digit);
    return (
      rows.filter(isCall).length >= CALLS.length &&
      rows.length >= CALLS.length + 4 &&
      rows.every(({ state }) => state === "ended") &&
      rows.filter(({ below }) => below === "Agent").length === 1
    );
  });
  const rows = await rowsOf(digit);
  expect(
    rows
      .filter(isCall)
      .map((row) => [row.call_key, row.action_type, row.action_name, row.status])
      .sort(),
  ).toEqual([...CALLS].sort());
  expect(rows.find((row) => row.call_key === "toolu_01RQd7gnxEJ93B9CfGM3Wb2V")).toMatchObject({
    below: "Agent",
  });
  // The prompt, the delegation, the run of the sub-agent and the spans' own run, once each.
  expect(
    rows
      .filter((row) => !isCall(row))
      .map((row) => `${row.action_type} ${row.action_name}`)
      .sort(),
  ).toEqual([
    "decision general-purpose",
    "success general-purpose",
    "success interaction",
    "success user_prompt",
  ]);
});

/** By hand, from what the model asked for, and what the user and the guard said to it. */
const ANSWERED_CALLS = [
  ...["Agent ok", "AskUserQuestion ok", "Bash error", "Bash ok", "Bash ok", "Bash ok", "Bash ok", "Bash ok"],
  ...["Bash refused by hook", "Bash refused by human", "Bash refused by rule"],
  ...["Edit ok", "EnterPlanMode ok", "ExitPlanMode ok", "Read ok", "Skill ok", "Write ok"],
];
const ANSWERED_OTHERS = [
  ...["choice greet", "choice permission_mode", "elicitation user_question", "handoff general-purpose"],
  ...["plan plan_approval", "error 400", "success compaction", "success general-purpose"],
  ...["success interaction", "success interaction", "success interaction", "success interaction"],
  ...["success user_prompt", "success user_prompt", "success user_prompt", "success user_prompt"],
];

test.each([
  ["a", ["logs", "spans", "hooks", "transcript"]],
  ["b", ["transcript", "hooks", "spans", "logs"]],
  ["c", ["hooks", "transcript", "logs", "spans", "hooks", "logs"]],
] as const)("session %s whose user answers, by %j: one row each", async (digit, order) => {
  for (const way of order) await WAYS[way]?.(digit);
  const session = `${digit}${ANSWERED.slice(1)}`;
  const told = async () => {
    const rows = await harness.query<{ is_call: boolean; what: string }>(
      `select tool_call_id is not null and coalesce(action_details ->> 'decision_type', 'approval') = 'approval' as is_call,
         case when action_details ->> 'decision_type' = 'approval' then action_name || ' refused by ' || approval_method
           when tool_call_id is not null and action_type = 'tool_call' then action_name || ' ' || coalesce(status, state)
           else coalesce(action_details ->> 'decision_type', action_type) || ' ' || action_name end as what
       from agent_actions where session_id = $1 and correlation_id = $1::uuid order by 2`,
      [session],
    );
    const of = (isCall: boolean) => rows.flatMap((row) => (row.is_call === isCall ? row.what : [])).sort();
    return { calls: of(true), others: of(false) };
  };
  await expect
    .poll(told, { timeout: 60_000, interval: 250 })
    .toEqual({ calls: ANSWERED_CALLS.toSorted(), others: ANSWERED_OTHERS.toSorted() });
  const [row] = await harness.query(
    `select (select (action_details ->> 'permission_wait_ms')::int >= 1500 from agent_actions
         where session_id = $1 and approval_method = 'human' and action_name = 'Bash') as waited,
       (select action_details -> 'decision_result' ->> 'Which colour?' from agent_actions
         where session_id = $1 and action_name = 'user_question') as answered,
       (select around.action_name from agent_actions inside join agent_actions around on around.id = inside.parent_action_id
         where inside.session_id = $1 and inside.action_details::text like '%wc -l%' and inside.action_type = 'tool_call') as below`,
    [session],
  );
  expect(row).toEqual({ waited: true, answered: "Blue", below: "Agent" });
});

test("a call has what each way told of it", async () => {
  const [edit] = await harness.query(
    `select action_details ->> 'success' as success, action_details -> 'tool_parameters' ->> 'new_string' as new_string,
       action_details -> 'tool_result' is not null as has_result, action_details ? 'content_hash_after' as hashed,
       approval_method, span_id is not null as has_span, file.file_path, file.content_hash_before is not null as file_hashed
     from agent_actions action join agent_file_operations file on file.action_id = action.id
     where tool_call_id = 'toolu_01fTRXNZXKVFUbeE6a0bCJDD' and session_id = $1`,
    [`1${SESSION.slice(1)}`],
  );
  expect(edit).toEqual({
    success: "true",
    new_string: "three",
    has_result: true,
    hashed: true,
    approval_method: "rule",
    has_span: true,
    file_path: "/home/u/shop/hello.txt",
    file_hashed: true,
  });
});

/** The span `claude_code.tool.execution` of a command, which Claude Code hands to the command as `TRACEPARENT`. */
const COMMAND = { key: "toolu_01bf1cUk79Xzh1iAwEbgfAyC", spanId: "2a012d1cbe894d23" };

test.each([
  ["5", ["child", "spans"]],
  ["6", ["spans", "child"]],
])(
  "session %s: what an agent does that a command started is below the command (%j)",
  async (digit, order) => {
    const traceId = `${digit}982f3947b8b9199cb2b7c5813421189`;
    const span = {
      traceId,
      spanId: `${digit}a1b2c3d4e5f6071`,
      parentSpanId: COMMAND.spanId,
      flags: 0x301,
      name: "execute_tool deploy",
      kind: 1,
      startTimeUnixNano: "1795951605000000000",
      endTimeUnixNano: "1795951605001000000",
      attributes: [
        { key: "gen_ai.operation.name", value: { stringValue: "execute_tool" } },
        { key: "gen_ai.tool.name", value: { stringValue: "deploy" } },
      ],
    };
    const scopeSpans = [{ scope: { name: "otel-agent-actions" }, spans: [span] }];
    const resource = { attributes: [{ key: "service.name", value: { stringValue: "deployer" } }] };
    for (const what of order)
      if (what === "child")
        await post("/v1/traces", JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] }));
      else await WAYS.spans?.(digit);
    const session = `${digit}${SESSION.slice(1)}`;
    const below = () =>
      harness.query<Record<string, unknown>>(
        `select key.call_id as below, action.session_id, action.correlation_id::text as run
       from agent_actions action left join agent_action_keys key on key.id = action.parent_action_id
       where action.trace_id = $1 and action.action_name = 'deploy'`,
        [traceId],
      );
    await expect
      .poll(below, { timeout: 60_000, interval: 250 })
      .toEqual([{ below: COMMAND.key, session_id: session, run: session }]);
  },
);
