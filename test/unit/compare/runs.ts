import { Canonicaliser } from "../../../src/compare/canonical.js";
import {
  type ComparableRun,
  ComparableRunBuilder,
  type ComparisonTable,
} from "../../../src/compare/comparable-run.js";
import { compareRuns } from "../../../src/compare/compare-runs.js";
import { DEFAULT_NORMALISATION, type Normalisation } from "../../../src/compare/normalisation.js";
import { TokenIds } from "../../../src/compare/token-ids.js";
import type { JsonValue } from "../../../src/event/json.js";
import { type RecordedAction, recordedAction } from "../../../src/recorded/recorded-action.js";

/** A call as a test writes it down. */
export interface Call {
  readonly name: string;
  readonly input?: JsonValue;
  readonly result?: JsonValue;
  readonly id?: string;
  readonly parent?: string;
  /** Milliseconds. @default its index, times ten */
  readonly start?: number;
  /** @default 1 */
  readonly duration?: number;
  readonly failed?: boolean;
  readonly row?: Record<string, unknown>;
}

export function actionsOf(calls: readonly (Call | string)[]): RecordedAction[] {
  return calls.map((given, index) => {
    const call: Call = typeof given === "string" ? { name: given } : given;
    const action = recordedAction({
      id: call.id ?? `${index}`,
      parent_action_id: call.parent,
      agent_name: "tester",
      action_type: "tool_call",
      action_name: call.name,
      started_at: 1_000_000 + (call.start ?? index * 10),
      duration_ms: call.duration ?? 1,
      status: call.failed ? "error" : "ok",
      action_details: { tool_parameters: call.input ?? null, tool_result: call.result ?? null },
      ...call.row,
    });
    if (action === undefined) throw new Error("is no action");
    return action;
  });
}

export function newTable(normalisation: Normalisation = DEFAULT_NORMALISATION): ComparisonTable {
  return { tokens: new TokenIds(), canonicaliser: new Canonicaliser(normalisation) };
}

export function runOf(
  label: string,
  calls: readonly (Call | string)[],
  table: ComparisonTable = newTable(),
): ComparableRun {
  const builder = new ComparableRunBuilder(label, table);
  for (const action of actionsOf(calls)) builder.add(action);
  return builder.finish();
}

export function compared(
  a: readonly (Call | string)[],
  b: readonly (Call | string)[],
  normalisation: Normalisation = DEFAULT_NORMALISATION,
) {
  const table = newTable(normalisation);
  return compareRuns(runOf("a", a, table), runOf("b", b, table));
}
