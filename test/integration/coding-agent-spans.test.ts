/** Sessions of agents that tell a call by a span and keep it in a transcript, under one id: OpenCode and Copilot CLI, as they were recorded. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { topicVariable } from "../../src/config/topic-settings.js";
import { correlationId, type TopicNames } from "../../src/event/index.js";
import { startService } from "../../src/service.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { captureOutput, quietContext } from "../unit/cli/captured-output.js";
import { createHarness } from "./consumer-harness.js";

const harness = await createHarness();
const service = await startService({ ...harness.options(), http: { port: 0 }, otlp: { enabled: true } });
afterAll(() => service.stop());

interface Recorded {
  readonly session: string;
  readonly transcripts: readonly string[];
  /** Rows of calls that were made, failed, or refused; and those below the call of a sub-agent. */
  readonly calls: readonly string[];
  readonly task: string;
}

const AGENTS: Readonly<Record<string, Recorded>> = {
  opencode: {
    session: "ses_dd880a2baffeAidL2RZs2S97fe",
    transcripts: ["session.json", "subagent.json"],
    calls: [
      ...["bash ok", "bash ok", "bash ok", "bash ok", "bash error", "bash refused"],
      ...["edit ok", "read error", "read ok", "task ok", "write ok"],
    ],
    task: "task",
  },
  "copilot-cli": {
    session: "d94b9dcc-1ae8-4e6d-89ac-a145abcf7e2b",
    transcripts: ["session.jsonl"],
    calls: [
      ...["bash ok", "bash ok", "bash ok", "bash ok", "bash ok", "bash error", "bash refused"],
      ...["create ok", "edit ok", "task ok", "view error", "view ok"],
    ],
    task: "general-purpose",
  },
};

/** The recording as another session: ids of sessions, traces and calls have another letter. */
const another = (text: string, letter: string): string =>
  text
    .replace(/ses_d/g, `ses_${letter}`)
    .replace(/\bd94b9dcc/g, `${letter}94b9dcc`)
    .replace(/("traceId":")./g, `$1${letter}`);

const fixture = async (agent: string, name: string, letter: string): Promise<string> =>
  another(await readFile(`test/fixtures/coding-agents/${agent}/${name}`, "utf8"), letter);

async function sendSpans(agent: string, letter: string): Promise<void> {
  for (const line of (await fixture(agent, "traces.otlp.jsonl", letter)).trim().split("\n")) {
    const { path, body } = JSON.parse(line) as { path: string; body: unknown };
    const response = await fetch(`${service.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect([response.status, await response.json()]).toEqual([200, {}]);
  }
}

async function importTranscripts(agent: string, letter: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "spans-"));
  try {
    const files: string[] = [];
    for (const name of AGENTS[agent]?.transcripts ?? []) {
      files.push(join(folder, name));
      await writeFile(files.at(-1) ?? "", await fixture(agent, name, letter));
    }
    const variables = (Object.entries(harness.topics) as [keyof TopicNames, string][]).map(
      ([role, topic]) => [topicVariable(role), topic],
    );
    const env = { KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap(), ...Object.fromEntries(variables) };
    const out = captureOutput();
    expect(await runCli(["import", "--json", ...files], { ...quietContext(out), env })).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
}

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
  for (const way of ways) await (way === "spans" ? sendSpans : importTranscripts)(agent, letter);
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
