import { formatDuration } from "../format/duration.js";
import type { ShownAction } from "./shown-action.js";

/** How long an action took; nothing for what was only noted, which takes no time. */
export function shownDuration({ duration_ms, action_type }: ShownAction): string {
  return duration_ms === 0 && action_type !== "tool_call" ? "" : shownMillis(duration_ms);
}

/** Whole milliseconds as rows have them. */
export function shownMillis(millis: number | null): string {
  if (millis === null) return "";
  return millis === 0 ? "<1 ms" : formatDuration(millis);
}
