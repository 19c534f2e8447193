import { ATTR_ACTION_NAME, ATTR_ACTION_TYPE, ATTR_DETAILS } from "../event/semconv.js";
import { toJson } from "../internal/safe-json.js";
import type { ActionForm } from "./action-form.js";
import { jsonObjectText } from "./json-object-text.js";
import { nameText } from "./name-text.js";

/** A decision; its details are `{decision_context, decision_result}`, with `success: false` and the message if it failed. */
export function decisionForm(name: unknown, context: unknown): ActionForm {
  const decisionName = nameText(name, "unknown-decision");
  const members: Record<string, string | undefined> = {};
  const details = () => ({ [ATTR_DETAILS]: jsonObjectText(members) });
  return {
    spanName: `decision ${decisionName}`,
    attributes: { [ATTR_ACTION_TYPE]: "decision", [ATTR_ACTION_NAME]: decisionName },
    started() {
      members.decision_context = memberText(context);
      return details();
    },
    result(value) {
      members.decision_result = memberText(value);
      return details();
    },
    keepsReturnValue: true,
    failed({ message }) {
      members.success = "false";
      members.error_message = toJson(message);
      return details();
    },
  };
}

const memberText = (value: unknown): string | undefined => (value === undefined ? undefined : toJson(value));
