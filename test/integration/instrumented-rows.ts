import { expect } from "vitest";
import { installTree } from "../helpers/install-tree.js";
import { runNode } from "../helpers/run-node.js";
import { kafkaBootstrap, type TestLifetime } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { createHarness } from "./consumer-harness.js";

/** A row of `agent_actions`, as far as it says what an agent did. */
export interface Deed {
  readonly type: string;
  readonly name: string;
  readonly agent: string;
  readonly session: string | null;
  readonly call: string | null;
  readonly status: string;
  readonly error: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly source: string;
  readonly trace: string;
  readonly span: string;
  readonly parent: string | null;
  readonly merged_spans: readonly { readonly source: string }[] | null;
}

export interface InstrumentedRun {
  readonly stdout: string;
  readonly stderr: string;
  /** In the order in which the agent acted. */
  readonly deeds: readonly Deed[];
}

/**
 * Runs a program that knows nothing of this package under `--import otel-agent-actions/register`, with real Kafka, consumer and
 * Postgres behind it, and answers the rows that came of it.
 *
 * @param expected how many rows there will be; a test that expects too few sees the others too, once these are there
 * @param setUp what is loaded before the program
 */
export async function runInstrumented(
  tree: string,
  program: string,
  expected: number,
  t: TestLifetime,
  env: Readonly<Record<string, string>> = {},
  setUp = "otel-agent-actions/register",
): Promise<InstrumentedRun> {
  const folder = await installTree(tree);
  const harness = await createHarness({}, t);
  const end = await runNode(
    ["--import", setUp, program],
    {
      KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap(),
      ...topicVariables(harness.topics),
      OTEL_SERVICE_NAME: "the-service",
      ...env,
    },
    { cwd: folder },
  );
  expect(end.code, end.stderr).toBe(0);
  const consumer = await harness.start();
  await until(async () => (await harness.count("agent_actions")) >= expected);
  await until(() => consumer.metrics().lag === 0);
  const deeds = await harness.query<Deed & Record<string, unknown>>(DEEDS);
  return { stdout: end.stdout.trim(), stderr: end.stderr, deeds };
}

const topicVariables = (topics: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(topics).map(([role, topic]) => [
      `AGENT_ACTIONS_TOPIC_${role.toUpperCase()}`,
      String(topic),
    ]),
  );

const DEEDS = `
  select action_type as type, action_name as name, agent_name as agent, session_id as session, tool_call_id as call,
         status, error_type as error, action_details as details, source, trace_id as trace, span_id as span,
         parent_span_id as parent, merged_spans
  from agent_actions order by created_at, id`;
