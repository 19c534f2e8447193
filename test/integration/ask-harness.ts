import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll } from "vitest";
import { createApi } from "../../src/api/api.js";
import { createApiDatabase } from "../../src/api/database.js";
import { resolveApiSettings } from "../../src/config/api-settings.js";
import { EnvReader } from "../../src/config/env-reader.js";
import { actionId } from "../../src/event/index.js";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { accessBy } from "../helpers/access.js";
import type { TestLifetime } from "../helpers/stack.js";
import { createDatabase } from "../helpers/stack.js";
import { cli, type Ended } from "./cli-program.js";
import { poolOn, settingsOf, storable } from "./store-fixture.js";

const BEGIN = Date.parse("2026-01-05T09:00:00Z");
export const at = (seconds: number): string => new Date(BEGIN + seconds * 1_000).toISOString();
export const idAt = (seconds: number, name: string): string =>
  actionId(BEGIN + seconds * 1_000, name + seconds);

/** A database of its own, filled with two runs whose ids and times are always the same. */
export async function filledDatabase(): Promise<string> {
  const url = await createDatabase();
  await migrate(settingsOf(url));
  const pool = poolOn(url);
  const { inserted } = await createBatchWriter(pool).write([
    ...ACTIONS.map((event) => storable("action", event)),
    storable("routing_decision", {
      correlation_id: "build-7",
      selected_agent: "coder",
      confidence_score: 0.75,
      alternatives: [{ agent: "reviewer", confidence: 0.2 }],
      reasoning: "the request is about code",
      timestamp: at(0),
    }),
    storable("execution", {
      execution_id: "e7",
      correlation_id: "build-7",
      agent_name: "coder",
      user_prompt: "mend the parser and run its tests",
      started_at: at(0),
      status: "success",
    }),
  ]);
  if (inserted !== ACTIONS.length + 2) throw new Error(`${inserted} events were stored.`);
  await pool.query(NOTICED, [at(20)]);
  await pool.query(GAPS, [at(20)]);
  return url;
}

const NOTICED = `
  insert into agent_notices (notice_id, rule, kind, severity, subject_key, title, agent_name, action_ids, evidence, began_at, opened_at, last_seen_at, state, closed_at)
  select id::uuid, rule, kind, 'warning', id, title, 'tester', '{}', evidence::jsonb, $1, $1, $1, state, case state when 'closed' then $1::timestamptz end
  from (values
    ('8d3f01aa-0000-8000-8000-000000000001', 'novelty', 'new_error_group', 'tester has an error that it never had in shop: 2 tests failed', '{}', 'open'),
    ('5be20c71-0000-8000-8000-000000000002', 'loop', 'same_call', 'tester repeats Bash: the same call, 7 calls in 50 s',
      '{"calls": 7, "seconds": 50, "tokens": 12000}', 'closed')
  ) as noticed (id, rule, kind, title, evidence, state)`;

/** Of seven numbers, four have not arrived, and one of those was given up. */
const GAPS = `
  insert into agent_producers (producer_epoch, status, service_name, host_name, first_seen_at, last_seen_at, sequences, settled_sequence, given_up)
  values ('e1', 'gone', 'shop', 'web-1', $1, $1, '{[1,4)}', 7, 1)`;

const action = (seconds: number, name: string, fields: object) => ({
  id: idAt(seconds, name),
  correlation_id: "build-7",
  agent_name: "coder",
  action_type: "tool_call",
  action_name: name,
  session_id: "monday",
  project_name: "shop",
  started_at: at(seconds),
  status: "ok",
  ...fields,
});

const span = (number: number) => ({ span_id: number.toString(16).padStart(16, "0") });
const below = (number: number) => ({ parent_span_id: number.toString(16).padStart(16, "0") });
const ofFile = (file_path: string) => ({ action_details: { tool_parameters: { file_path } } });

const ACTIONS = [
  action(0, "mend_parser", { action_type: "success", duration_ms: 42_000, ...span(1) }),
  action(1, "Read", { duration_ms: 12, ...below(1), ...ofFile("src/parse.ts") }),
  action(2, "choose_fix", {
    action_type: "decision",
    duration_ms: 0,
    ...below(1),
    action_details: { decision_context: { open: 2 }, decision_result: { chosen: "rewrite the loop" } },
  }),
  action(3, "Edit", { duration_ms: 31, ...below(1), ...ofFile("src/parse.ts") }),
  action(5, "run_tests", {
    action_type: "success",
    agent_name: "tester",
    duration_ms: 30_000,
    ...span(2),
    ...below(1),
  }),
  action(6, "Bash", {
    agent_name: "tester",
    duration_ms: 9_500,
    status: "error",
    error_message: "2 tests failed",
    ...below(2),
    action_details: { tool_parameters: { command: "npm test" }, exact: 1 },
  }),
  action(20, "Bash", {
    agent_name: "tester",
    duration_ms: 8_200,
    ...below(2),
    action_details: { tool_parameters: { command: "npm test" } },
  }),
  action(3_600, "Read", {
    correlation_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    agent_name: "reviewer",
    session_id: "tuesday",
    project_name: "site",
    duration_ms: 7,
    ...ofFile("README.md"),
  }),
];

/** Runs `agent-actions` on that database, in UTC. */
export const asker =
  (url: string) =>
  (t: TestLifetime, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
    cli(t, args, { DATABASE_URL: url, TZ: "UTC", ...env });

/** The API over HTTP on that database, for who has the token `secret`. Resolves to its address; it lives as long as the file. */
export async function serveApi(url: string): Promise<string> {
  const api = createApi({
    settings: resolveApiSettings({}, new EnvReader({})),
    host: "127.0.0.1",
    database: createApiDatabase(poolOn(url)),
    access: accessBy(
      { secret: { name: "tester", scopes: ["read", "write"] }, reader: { scopes: ["read"] } },
      [],
    ),
    onDefect: (error) => {
      throw error;
    },
  });
  const server = createServer(async (request, response) => {
    const { method = "GET", headers } = request;
    const body = method === "GET" ? {} : { body: await text(request) };
    const answer = await api(
      new Request(`http://127.0.0.1${request.url}`, {
        method,
        headers: headers as Record<string, string>,
        ...body,
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
