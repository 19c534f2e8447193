import { deedInWords } from "./compare-deeds.js";
import type { DemoResult } from "./demo-result.js";

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
