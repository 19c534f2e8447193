import type { ActionEvent } from "../../../src/event/index.js";
import type { SpanNames } from "../../read/span-reader.js";

/**
 * Puts into an action what is known of the spans around it, and answers which fields nobody has said.
 *
 * @param isNameless whether the action is a run without a name, which is called as its agent
 */
export function inferredFields(
  event: ActionEvent,
  names: SpanNames,
  isNameless: () => boolean,
): readonly string[] {
  const open: string[] = [];
  const isCalledAsAgent =
    event.action_type === "success" && event.action_name === event.agent_name && isNameless();
  if (names.agent_name === undefined) open.push("agent_name", ...(isCalledAsAgent ? ["action_name"] : []));
  else {
    event.agent_name = names.agent_name;
    if (isCalledAsAgent) event.action_name = names.agent_name;
  }
  if (names.session_id === undefined) open.push("session_id");
  else event.session_id = names.session_id;
  if (names.correlation_id === undefined) open.push("correlation_id");
  else {
    event.correlation_id = names.correlation_id;
    if (names.correlation_text === undefined) delete event.correlation_text;
    else event.correlation_text = names.correlation_text;
  }
  return open;
}
