import {
  type ActionEvent,
  CONTRACT,
  correlationId,
  type JsonObject,
  type JsonValue,
  type MergedSpan,
} from "../../src/event/index.js";
import { HIDDEN } from "../read/dialects/common/captured.js";
import { putFields, type RecordedCall } from "./observation.js";

/** The layers of one call, from the outermost to the innermost. */
export type Layers = readonly [RecordedCall, ...RecordedCall[]];

/**
 * The layer whose identity and times the action has: one whose row is there already, because it was published as running; else the
 * {@link bestOf} them.
 */
export function primaryOf(layers: Layers): RecordedCall {
  const [first, ...others] = layers.filter(({ isRow }) => isRow);
  return bestOf(first === undefined ? layers : [first, ...others]);
}

/** The layer that knows most: the model's id of the call, then the agent, then arguments and result. Of those that know the same the outermost. */
const bestOf = ([outermost, ...others]: Layers): RecordedCall =>
  others.reduce((best, layer) => (knowledge(layer) > knowledge(best) ? layer : best), outermost);

const knowledge = ({ callId, knowsAgent, parameters, event }: RecordedCall): number =>
  (callId === undefined ? 0 : 8) +
  (knowsAgent ? 4 : 0) +
  (parameters === HIDDEN ? 0 : 1) +
  (event.action_details?.tool_result_hidden === true ? 0 : 1);

/** One event of all layers: what the best one says, with what only others know, the identity of the primary, and the others in `merged_spans`. */
export function mergeLayers(layers: Layers): ActionEvent {
  const primary = primaryOf(layers);
  if (layers.length === 1) return primary.event;
  const best = bestOf(layers);
  const others = layers.filter((layer) => layer !== best);
  const events = others.map(({ event }) => event);
  const merged: ActionEvent = { ...missing(best.event, events), ...best.event };
  Object.assign(merged, correlationAmong(best.event, events));
  const agent = others.find(({ knowsAgent }) => knowsAgent);
  if (!best.knowsAgent && agent) merged.agent_name = agent.event.agent_name;
  if (events.some(({ debug_mode }) => debug_mode === false)) merged.debug_mode = false;
  merged.action_details = detailsOf(best.event, events);
  if (merged.action_type === "tool_call") putFailure(merged, failureOf([best.event, ...events]));
  else takeRunFailure(merged, events);
  if (primary !== best) takeIdentity(merged, primary.event);
  takeSurroundings(merged, layers[0].event);
  merged.merged_spans = layers.filter((layer) => layer !== primary).map(layerOf);
  return merged;
}

/** What names the action and its times belong together. */
const takeIdentity = (merged: ActionEvent, event: ActionEvent): void =>
  putFields(merged, Object.fromEntries(IDENTITY.map((name) => [name, event[name]])));

const IDENTITY = [
  "id",
  "trace_id",
  "span_id",
  "parent_span_id",
  "source",
  "timestamp",
  "started_at",
  "ended_at",
  "duration_ms",
] as const;

const layerOf = ({ dialect, traceId, spanId }: RecordedCall): MergedSpan => ({
  source: dialect,
  trace_id: traceId,
  span_id: spanId,
});

/** By their marks in the contract. */
const OF_ANY_SPAN = Object.entries(CONTRACT.action)
  .filter(([, spec]) => spec.ofAnySpan)
  .map(([name]) => name as keyof ActionEvent);

const missing = (event: ActionEvent, others: readonly ActionEvent[]): Partial<ActionEvent> =>
  Object.fromEntries(
    OF_ANY_SPAN.filter((name) => event[name] === undefined).flatMap((name) => {
      const value = others.find((one) => one[name] !== undefined)?.[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

// Where nobody gave one it is the trace's own id, and a layer that was given one knows better.
function correlationAmong(event: ActionEvent, others: readonly ActionEvent[]): Partial<ActionEvent> {
  if (!hasTraceAsCorrelation(event)) return {};
  const given = others.find((other) => !hasTraceAsCorrelation(other));
  if (given?.correlation_id === undefined) return {};
  const { correlation_id, correlation_text } = given;
  return { correlation_id, ...(correlation_text !== undefined && { correlation_text }) };
}

const hasTraceAsCorrelation = ({ correlation_id, trace_id }: ActionEvent): boolean =>
  correlation_id === correlationId(trace_id ?? "").uuid;

function detailsOf(event: ActionEvent, others: readonly ActionEvent[]): JsonObject {
  const details: Record<string, JsonValue> = { ...event.action_details };
  for (const { action_details: more = {} } of others)
    for (const [name, value] of Object.entries(more)) {
      if (name.endsWith("_hidden") || value === null) continue;
      const isHidden = details[`${name}_hidden`] === true;
      if (details[name] !== undefined && details[name] !== null && !isHidden) continue;
      delete details[`${name}_hidden`];
      details[name] = value;
    }
  return details;
}

/**
 * One layer says that the call failed and another that it did not. A layer that says what went wrong has seen it: a wrapper gives
 * the protocol's `isError` on as an ordinary text, and a framework turns an exception into an answer for the model, but none
 * makes up a failure with a message. A failure without any word is a status, which some instrumentations set on spans that went
 * well; there a layer with a result knows better.
 */
function failureOf(events: readonly ActionEvent[]): Failure | undefined {
  const failed = events.filter(({ status }) => status === "error");
  const said = failed.find(({ error_message }) => error_message !== undefined);
  const hasResult = events.some(
    ({ status, action_details: details }) => status === "ok" && (details?.tool_result ?? null) !== null,
  );
  if (said === undefined && hasResult) return undefined;
  const failure = said ?? failed[0];
  if (failure === undefined) return undefined;
  // Some layers know only that it failed, and call that an Error.
  const named = failed.find(({ error_type }) => error_type !== undefined && error_type !== "Error");
  return { type: named?.error_type ?? failure.error_type ?? "Error", message: said?.error_message };
}

/** A run that failed in one layer failed: a layer inside may have ended before, and one outside may have caught the error. */
function takeRunFailure(merged: ActionEvent, others: readonly ActionEvent[]): void {
  const failed = others.find(({ action_type: type }) => type === "error");
  if (merged.action_type === "error" || failed === undefined) return;
  const { action_type, action_name, error_type, error_message } = failed;
  const action_details = detailsOf(failed, [merged]);
  putFields(merged, { action_type, action_name, action_details, status: "error", error_type, error_message });
}

interface Failure {
  readonly type: string;
  readonly message: string | undefined;
}

function putFailure(merged: ActionEvent, failure: Failure | undefined): void {
  const { error_message: _, ...details } = merged.action_details ?? {};
  const error_message = failure?.message;
  const success = failure === undefined;
  putFields(merged, {
    status: success ? "ok" : "error",
    error_type: failure?.type,
    error_message,
    action_details: { ...details, success, ...(error_message !== undefined && { error_message }) },
  });
}

// What is around the call is around its outermost layer: the primary's own parent may be a layer that went into it.
function takeSurroundings(
  merged: ActionEvent,
  { parent_action_id, parent_span_id, trace_id }: ActionEvent,
): void {
  const spanId = merged.trace_id === trace_id ? parent_span_id : merged.parent_span_id;
  putFields(merged, { parent_action_id, parent_span_id: spanId });
}
