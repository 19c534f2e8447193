import type { Pool } from "pg";
import type { ConsumerMetrics } from "../../consumer/consumer-metrics.js";
import { EVENT_KINDS, type EventKind } from "../../event/kinds.js";
import type { ActionRow } from "../../store/queries/action-row.js";
import { type FileOperationRow, fileOperationsOf } from "../../store/queries/file-operations-of.js";
import { type DebugTraceRow, recentDebugTraces } from "../../store/queries/recent-debug-traces.js";
import { traceOf } from "../../store/queries/trace-of.js";
import { failed } from "../actions/shown-action.js";
import type { Deed } from "./agent/deed-list.js";
import type { AgentOutcome } from "./run-agent.js";

/** Tools whose calls also give a row of `agent_file_operations`, among those that the demo's agent uses. */
const FILE_TOOLS = new Set(["Read", "Write", "Edit", "Glob", "Grep"]);

export interface Tally {
  /** By the agent's own count. */
  readonly done: number;
  readonly stored: number;
}

/** Everything that the demo shows and judges by. */
export interface DemoResult {
  readonly agent: AgentOutcome;
  readonly actions: readonly ActionRow[];
  readonly fileOperations: readonly FileOperationRow[];
  readonly traces: readonly DebugTraceRow[];
  readonly tallies: Readonly<Record<EventKind | "file_operation", Tally>>;
  readonly comparison: DeedComparison;
  readonly metrics: ConsumerMetrics;
  /** Every deed is a row, every row a deed, and nothing was dead-lettered. */
  readonly complete: boolean;
}

/** Asks the tables what became of the agent's run. */
export async function readResult(
  pool: Pool,
  agent: AgentOutcome,
  metrics: ConsumerMetrics,
): Promise<DemoResult> {
  const { correlationId, deeds } = agent;
  const actions = await traceOf(pool, correlationId);
  const fileOperations = await fileOperationsOf(pool, { correlationId });
  const traces = (await recentDebugTraces(pool, 100)).filter(
    (trace) => trace.correlation_id === correlationId,
  );
  const stored = await storedDeeds(pool, correlationId, actions);
  const comparison = compareDeeds(deeds, stored);
  const tallies = tally(deeds, stored, fileOperations);
  return {
    agent,
    actions,
    fileOperations,
    traces,
    tallies,
    comparison,
    metrics,
    complete:
      comparison.missing.length === 0 &&
      comparison.surplus.length === 0 &&
      tallies.file_operation.done === tallies.file_operation.stored &&
      metrics.messages_dead_lettered === 0,
  };
}

function tally(
  done: readonly Deed[],
  stored: readonly Deed[],
  fileOperations: readonly FileOperationRow[],
): DemoResult["tallies"] {
  const count = (deeds: readonly Deed[], kind: EventKind): number =>
    deeds.filter((deed) => deed.kind === kind).length;
  const kinds = EVENT_KINDS.map((kind) => [kind, { done: count(done, kind), stored: count(stored, kind) }]);
  const calls = done.filter(({ type, name }) => type === "tool_call" && FILE_TOOLS.has(name));
  return {
    ...(Object.fromEntries(kinds) as Record<EventKind, Tally>),
    file_operation: { done: calls.length, stored: fileOperations.length },
  };
}

/** The rows of one run as deeds, to be compared with those that the agent counted. */
export async function storedDeeds(
  pool: Pool,
  correlationId: string,
  actions: readonly ActionRow[],
): Promise<Deed[]> {
  const { rows } = await pool.query<{ kind: EventKind; name: string }>(OTHER_KINDS, [correlationId]);
  return [
    ...actions.map(
      (action): Deed => ({
        kind: "action",
        agent: action.agent_name,
        type: action.action_type,
        name: action.action_name,
        failed: failed(action),
      }),
    ),
    ...rows.map(({ kind, name }): Deed => ({ kind, agent: null, type: null, name, failed: false })),
  ];
}

/** Every row of the other five tables, named by what the agent notes in its deeds. */
const OTHER_KINDS = `
  select 'routing_decision' as kind, selected_agent as name from agent_routing_decisions where correlation_id = $1
  union all
  select 'transformation', target_agent from agent_transformation_events where correlation_id = $1
  union all
  select 'router_performance', query_text from router_performance_metrics where correlation_id = $1
  union all
  select 'detection_failure', user_prompt from agent_detection_failures where correlation_id = $1
  union all
  select 'execution', status from agent_execution_logs where correlation_id = $1`;

export interface DeedComparison {
  /** Done by the agent, and not among the rows. */
  readonly missing: readonly Deed[];
  /** Among the rows, and not done by the agent, or more often than it was done. */
  readonly surplus: readonly Deed[];
}

/** Holds what the agent counted against what was stored, each deed as often as it happened. */
export function compareDeeds(done: readonly Deed[], stored: readonly Deed[]): DeedComparison {
  return { missing: without(done, stored), surplus: without(stored, done) };
}

function without(deeds: readonly Deed[], others: readonly Deed[]): Deed[] {
  const left = new Map<string, number>();
  for (const deed of others) left.set(keyOf(deed), (left.get(keyOf(deed)) ?? 0) + 1);
  return deeds.filter((deed) => {
    const count = left.get(keyOf(deed)) ?? 0;
    left.set(keyOf(deed), count - 1);
    return count <= 0;
  });
}

const keyOf = ({ kind, agent, type, name, failed }: Deed): string =>
  JSON.stringify([kind, agent, type, name, failed]);

/** A deed in words: `tool_call Read of folder-scout (failed)`. */
export function deedInWords({ kind, agent, type, name, failed }: Deed): string {
  return `${type ?? kind} ${name}${agent === null ? "" : ` of ${agent}`}${failed ? " (failed)" : ""}`;
}

/** The demo's result for programs. */
export function resultRecord(result: DemoResult, millis: number): Record<string, unknown> {
  const { complete, agent, tallies, comparison, metrics } = result;
  return {
    complete,
    correlation_id: agent.correlationId,
    counts: tallies,
    missing: comparison.missing.map(deedInWords),
    surplus: comparison.surplus.map(deedInWords),
    delivered: agent.delivered,
    dead_letters: metrics.messages_dead_lettered,
    agent_ms: Math.round(agent.durationMillis),
    total_ms: Math.round(millis),
  };
}

/** How this program was called, so that a command that is suggested works as it stands. */
export function programName(env: NodeJS.ProcessEnv): string {
  // npm sets it for whatever it runs: `npm run demo`, `npx agent-actions demo`.
  return env.npm_lifecycle_event === undefined && env.npm_command === undefined
    ? "agent-actions"
    : "npx agent-actions";
}
