import type { ActionEvent, JsonValue } from "../../src/event/index.js";
import type { EventOutcome } from "./mapped-span.js";

/**
 * The event of a span that is open, as it is published: without what only an end can say. Neither does it say that something is hidden or
 * absent, which the end might not take back: what only one of two events says stays in the row.
 */
export function runningEvent(outcome: EventOutcome): EventOutcome {
  const { ended_at, duration_ms, error_type, error_message, action_details, ...known } =
    outcome.event as ActionEvent;
  const { success, error_message: _, ...details } = action_details ?? {};
  const said = Object.entries(details).filter(([name, value]) => isSaid(name, value));
  const event: ActionEvent = { ...known, status: "running", action_details: Object.fromEntries(said) };
  return { ...outcome, kind: "action", event } as EventOutcome;
}

const isSaid = (name: string, value: JsonValue | undefined): boolean =>
  value !== null && !name.endsWith("_hidden") && name !== "tool_result" && name !== "decision_result";
