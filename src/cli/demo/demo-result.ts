import type { Pool } from "pg";
import type { ConsumerMetrics } from "../../consumer/consumer-metrics.js";
import { EVENT_KINDS, type EventKind } from "../../event/kinds.js";
import type { ActionRow } from "../../store/queries/action-row.js";
import { type FileOperationRow, fileOperationsOf } from "../../store/queries/file-operations-of.js";
import { type DebugTraceRow, recentDebugTraces } from "../../store/queries/recent-debug-traces.js";
import { traceOf } from "../../store/queries/trace-of.js";
import type { Deed } from "./agent/ledger.js";
import { compareDeeds, type DeedComparison } from "./compare-deeds.js";
import type { AgentOutcome } from "./run-agent.js";
import { storedDeeds } from "./stored-deeds.js";

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
