import {
  ATTR_ACTION_NAME,
  ATTR_ACTION_TYPE,
  ATTR_DETAILS,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_WORKFLOW_NAME,
  OPERATION_INVOKE_WORKFLOW,
} from "../event/semconv.js";
import { toJson } from "../internal/safe-json.js";
import type { ActionForm } from "./action-form.js";
import { detailsText } from "./details-text.js";
import { jsonObjectText } from "./json-object-text.js";
import { nameText } from "./name-text.js";

/**
 * A task. Ended well it becomes a `success` whose details are those given, with `result` if one was set; failed, an `error`
 * whose context they are.
 */
export function taskForm(name: unknown, given: unknown): ActionForm {
  const taskName = nameText(name, "unknown-task");
  let details = "{}";
  return {
    spanName: `task ${taskName}`,
    attributes: {
      [ATTR_ACTION_TYPE]: "task",
      [ATTR_ACTION_NAME]: taskName,
      [ATTR_GEN_AI_OPERATION_NAME]: OPERATION_INVOKE_WORKFLOW,
      [ATTR_GEN_AI_WORKFLOW_NAME]: taskName,
    },
    started() {
      details = detailsText(given);
      return { [ATTR_DETAILS]: details };
    },
    result: (value) => ({ [ATTR_DETAILS]: withResult(details, toJson(value)) }),
    // What a task returns is often the agent's whole answer, or an object of the host's; it is recorded when asked for.
    keepsReturnValue: false,
    failed: () => ({}),
  };
}

function withResult(details: string, result: string): string {
  return details === "{}" ? jsonObjectText({ result }) : `${details.slice(0, -1)},"result":${result}}`;
}
