import { afterAll, expect, test } from "vitest";
import { startService } from "../../src/service.js";
import { type RecordedRequest, recording } from "../helpers/coding-agents.js";
import { until } from "../helpers/until.js";
import { createHarness } from "./consumer-harness.js";
import { getJson } from "./service-process.js";

const harness = await createHarness();
const service = await startService({ ...harness.options(), http: { port: 0 }, otlp: { enabled: true } });
afterAll(() => service.stop());

async function send(requests: readonly RecordedRequest[]): Promise<void> {
  for (const { path, body } of requests) {
    const response = await fetch(`${service.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect([response.status, await response.json()]).toEqual([200, {}]);
  }
}

/** The same as another session, call and trace. */
const another = (requests: readonly RecordedRequest[], letter: string): readonly RecordedRequest[] =>
  JSON.parse(
    JSON.stringify(requests)
      .replace(/f8a06136/g, `f8a0613${letter}`)
      .replace(/"traceId":"./g, `"traceId":"${letter}`),
  ) as readonly RecordedRequest[];

const rowsOf = (session: string) =>
  harness.query<Record<string, unknown>>(
    `select action.action_type, action.action_name, action.state, action.status, action.approval_method, around.action_name as below,
       action.action_details -> 'tool_parameters' as parameters, action.action_details -> 'tool_result' as result, action.span_id is not null as has_span
     from agent_actions action left join agent_actions around on around.id = action.parent_action_id
     where action.session_id = $1 and action.correlation_id = $1::uuid order by lower(action.action_name), action.created_at`,
    [session],
  );

const all = recording("claude-code-details");
const logs = all.filter(({ path }) => path === "/v1/logs");
const spans = all.filter(({ path }) => path === "/v1/traces");

test.each([
  ["as it came", "a", all],
  ["logs first", "b", [...logs, ...spans]],
  ["spans first", "c", [...spans, ...logs]],
  ["backwards, and everything twice", "d", [...all.toReversed(), ...all]],
] as const)("a session of Claude Code by logs and spans, %s: one row a call", async (_, letter, requests) => {
  const session = `f8a0613${letter}-f781-493e-b343-ecc23f8f2703`;
  await send(another(requests, letter));
  // What comes last differs: every call has its place, what logs say of it and its end.
  const isWhole = (rows: readonly Record<string, unknown>[]) =>
    rows.length >= 11 &&
    rows.filter(({ below }) => below !== null).length === 8 &&
    rows.filter(({ approval_method: method }) => method !== null).length === 7 &&
    rows.every(({ state }) => state === "ended");
  await until(async () => isWhole(await rowsOf(session)));
  const rows = await rowsOf(session);
  const called = { status: "ok", state: "ended", has_span: true, below: "interaction" };
  const tool = { ...called, action_type: "tool_call", approval_method: "rule" };
  expect(rows).toMatchObject([
    { ...tool, action_name: "Agent", parameters: { subagent_type: "general-purpose" } },
    { ...tool, action_name: "Bash", parameters: { command: "echo hello" }, result: "hello" },
    { ...called, action_type: "decision", action_name: "Bash", approval_method: null },
    { ...tool, action_name: "Bash", status: "error", parameters: { command: "cat missing.txt" } },
    { ...tool, action_name: "Bash", below: "Agent", result: "from the sub-agent" },
    { ...tool, action_name: "Edit", parameters: { old_string: "one", new_string: "two" } },
    { action_type: "success", action_name: "general-purpose" },
    { action_type: "success", action_name: "interaction" },
    { ...tool, action_name: "Read", result: { content: "one\n" } },
    { action_type: "success", action_name: "user_prompt" },
    { ...tool, action_name: "Write", parameters: { content: "one\n" } },
  ]);
  expect(rows).toHaveLength(11);
});

test("file operations of a session are one each, with their paths", async () => {
  const files = await harness.query(
    `select file.operation_type, file.file_path from agent_file_operations file join agent_actions action on action.id = file.action_id
     where action.session_id = 'f8a0613b-f781-493e-b343-ecc23f8f2703' order by file.created_at`,
  );
  expect(files).toEqual(
    ["write", "read", "edit"].map((type) => ({
      operation_type: type,
      file_path: "/home/ada/project/note.txt",
    })),
  );
});

test("an event that no dialect knows is counted by its name and the version of its program", async () => {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const resource = { attributes: [attribute("service.name", "acme"), attribute("service.version", "2.1.0")] };
  const scopeLogs = [{ logRecords: [{ timeUnixNano: "1", eventName: "acme.thought" }] }];
  const body = { resourceLogs: [{ resource, scopeLogs }] };
  await send([{ path: "/v1/logs", body }]);
  expect((await getJson(`${service.url}/metrics`)).body).toMatchObject({
    otlp: {
      http: { unknown_events: [{ event: "acme.thought", program: "acme", version: "2.1.0", count: 1 }] },
    },
  });
  const text = await (await fetch(`${service.url}/metrics`, { headers: { accept: "text/plain" } })).text();
  expect(text).toContain(
    'agent_actions_otlp_unknown_events_total{source="http",event="acme.thought",program="acme",version="2.1.0"} 1\n',
  );
});
