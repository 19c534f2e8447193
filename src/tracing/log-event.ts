import type { EventKind } from "../event/kinds.js";
import { ATTR_DETAILS, ATTR_KIND } from "../event/semconv.js";
import { toJson } from "../internal/safe-json.js";
import type { Actor } from "./actor.js";
import { logSpan } from "./log-span.js";
import { wireFields } from "./wire-fields.js";

/**
 * Logs an event of a kind that is no action: its fields stand as JSON text on a span of no length.
 *
 * @param defaults fields that the logger knows, for those that the event does not give
 */
export function logEvent(
  actor: Actor,
  kind: Exclude<EventKind, "action">,
  given: object | undefined,
  defaults: object = {},
): boolean {
  return logSpan(actor, () => {
    const fields = { ...wireFields(defaults), ...wireFields(given) };
    return {
      spanName: kind,
      attributes: { [ATTR_KIND]: kind },
      content: () => ({ [ATTR_DETAILS]: toJson(fields) }),
      times: {},
    };
  });
}
