import { keyedActionId } from "../../src/event/index.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { ReadSpan } from "../read/span-reader.js";
import { actionOf } from "./observation.js";

/**
 * Puts the call key of a span, where its dialect has any, into its event: other signals report the same call. Then the id is made of the key,
 * and what the span does not know is left out instead of being `null`, which would stand in the way of those that do.
 */
export function putCallKey({ transformed, read }: ReadSpan, span: ReadableSpan, sender: string): void {
  const key = read?.dialect.callKey?.(span);
  const event = key === undefined ? undefined : actionOf(transformed);
  if (key === undefined || event === undefined) return;
  event.call_key = key;
  event.id = keyedActionId(sender, event.session_id ?? event.correlation_id ?? "", key);
  const details = Object.entries(event.action_details ?? {});
  event.action_details = Object.fromEntries(
    details.filter(([name, value]) => value !== null || !UNTOLD.has(name)),
  );
}

const UNTOLD = new Set(["tool_parameters", "tool_result", "decision_context", "decision_result"]);
