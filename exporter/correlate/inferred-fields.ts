import type { ActionEvent } from "../../src/event/index.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { SpanNames, SpanReader } from "../read/span-reader.js";
import { putFields } from "./observation.js";

/** Each value from the span itself, or from what is around it. A correlation id and its text belong together. */
export function nearestNames(own: SpanNames, around: SpanNames | undefined): SpanNames {
  const correlation = own.correlation_id === undefined ? around : own;
  return {
    agent_name: own.agent_name ?? around?.agent_name,
    session_id: own.session_id ?? around?.session_id,
    correlation_id: correlation?.correlation_id,
    correlation_text: correlation?.correlation_text,
  };
}

/**
 * Puts into an action what is known of the spans around it, and returns the fields that nobody has said.
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
    const { correlation_id, correlation_text } = names;
    putFields(event, { correlation_id, correlation_text });
  }
  return open;
}

/**
 * An action that no agent of this process is around, in a trace that came from another process, waits for the span that it was called
 * from: whoever exports that one may know the agent. Should no attribution come, the action stays as it is.
 *
 * @param ancestors nearest first, all that this process has
 */
export function awaitRemote(
  event: ActionEvent | undefined,
  span: ReadableSpan,
  ancestors: readonly ReadableSpan[],
  reader: SpanReader,
): void {
  const caller = (ancestors.at(-1) ?? span).parentSpanContext;
  if (event === undefined || caller?.isRemote !== true || reader.knowsAgent(span, ancestors)) return;
  const names = [span, ...ancestors].reduce<SpanNames>(
    (nearer, around) => nearestNames(nearer, reader.namesOf(around)),
    {},
  );
  event.inferred_fields = inferredFields(event, names, () => reader.isNamelessRun(span));
  event.unresolved_parent_span_id = caller.spanId;
}
