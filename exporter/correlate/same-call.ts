/**
 * Whether two spans are one call, seen by two layers: the agent's framework, the protocol, a wrapper of the user's own.
 *
 * Two rows for one call are a nuisance; one row for two calls is a loss. So `same` needs evidence, what speaks against it goes
 * before what speaks for it, and what is not clear is `doubt`: both stay, linked.
 */
import type { HrTime } from "@opentelemetry/api";
import { HIDDEN } from "../read/dialects/common/captured.js";
import { areSameArguments, relateArguments } from "./call-arguments.js";
import { isGloballyUnique } from "./call-id.js";
import type { CallObservation } from "./observation.js";
import { isToolName, relateNames } from "./tool-names.js";

export type Verdict = "same" | "different" | "doubt";

/**
 * @param place `nested`: the inner span is inside the outer one; `apart`: it has another parent or another trace, and only
 *   began and ended while the other was open
 */
export function sameCall(inner: CallObservation, outer: CallObservation, place: "nested" | "apart"): Verdict {
  if (inner.is !== outer.is || areKnownAndDiffer(inner.callId, outer.callId)) return "different";
  if (isSameLayer(inner, outer)) return "different";
  if (inner.is === "run") return place === "nested" ? sameRun(inner, outer) : "different";
  if (isOtherTool(inner, outer)) return "different";
  if (haveSameId(inner, outer)) return callOfOneId(inner, outer, place);
  const verdict = place === "nested" ? sameNestedCall(inner, outer) : sameCallApart(inner, outer);
  // A layer that is open for longer than the one around it may be at work on something else.
  return verdict === "same" && !isWithin(inner, outer) ? "doubt" : verdict;
}

/**
 * Whether the inner call has its id from the one around it: a tool that calls another one often hands on what it was called with, and
 * the id there is its own.
 */
export const hasIdOf = (inner: CallObservation, outer: CallObservation): boolean =>
  inner.is === "tool_call" &&
  isSameKnown(inner.callId, outer.callId) &&
  (isSameLayer(inner, outer) || isOtherTool(inner, outer));

/**
 * Whether two calls have one id. Ids that a framework counts up are the same in every run: they identify a call inside their trace and
 * resource only.
 */
export const haveSameId = (one: CallObservation, other: CallObservation): boolean =>
  isSameKnown(one.callId, other.callId) &&
  ((one.traceId === other.traceId && one.resource === other.resource) || isGloballyUnique(one.callId));

/** Two layers are two instrumentations, or the two ends of a protocol. A layer inside itself is another call. */
export const isSameLayer = (one: CallObservation, other: CallObservation): boolean =>
  one.scope === other.scope && one.dialect === other.dialect && one.kind === other.kind;

/** A layer records a call once, and a call has one id: what would be one call against that is two. */
export const clash = (inner: readonly CallObservation[], outer: readonly CallObservation[]): boolean =>
  inner.some((one) =>
    outer.some((other) => isSameLayer(one, other) || areKnownAndDiffer(one.callId, other.callId)),
  );

/**
 * The SDK for JavaScript cuts the start of a span to milliseconds and counts its end from there: a span may seem to begin before, or
 * to end after, one that is around it, by less than this.
 */
export const CLOCK_MILLIS = 1;

/** Whether one began and ended while the other was open, give or take some milliseconds. An open one has not ended before anything. */
export function isWithin(inner: CallObservation, outer: CallObservation, tolerance = CLOCK_MILLIS): boolean {
  if (millisBetween(outer.start, inner.start) < -tolerance) return false;
  return isOpen(outer) || (!isOpen(inner) && millisBetween(inner.end, outer.end) >= -tolerance);
}

/** Whether there was a time at which both were open, give or take some milliseconds. */
export const areOpenAtOnce = (one: CallObservation, other: CallObservation): boolean =>
  (isOpen(other) || millisBetween(one.start, other.end) >= -CLOCK_MILLIS) &&
  (isOpen(one) || millisBetween(other.start, one.end) >= -CLOCK_MILLIS);

export const millisBetween = (from: HrTime, until: HrTime): number =>
  (until[0] - from[0]) * 1_000 + (until[1] - from[1]) / 1e6;

const isOtherTool = (one: CallObservation, other: CallObservation): boolean =>
  isToolName(one.name) && isToolName(other.name) && relateNames(one.name, other.name) === "other";

// The id decides, whatever clocks say of which was around which: instrumentations begin and end a span at different points of one call.
function callOfOneId(inner: CallObservation, outer: CallObservation, place: "nested" | "apart"): Verdict {
  const isSameTool = relateNames(inner.name, outer.name) === "same";
  const parameters = relateArguments(inner.parameters, outer.parameters);
  if (!areOpenAtOnce(inner, outer)) return place === "nested" ? "doubt" : "different";
  if (place === "apart") return parameters === "other" || !isSameTool ? "doubt" : "same";
  // Some layers do not know the tool's name.
  return isSameTool || parameters === "equal" ? "same" : "doubt";
}

function sameNestedCall(inner: CallObservation, outer: CallObservation): Verdict {
  const names = relateNames(inner.name, outer.name);
  const parameters = relateArguments(inner.parameters, outer.parameters);
  if (names === "other") return "different";
  const isServer = isServerOf(inner, outer);
  if (isServer && areKnownAndDiffer(inner.requestId, outer.requestId)) return "different";
  if (isServer && isSameKnown(inner.requestId, outer.requestId)) return "same";
  // A server that calls the same tool of another server passes the call on: the same, or another one after it.
  if (isServerOf(outer, inner)) return parameters === "other" ? "different" : "doubt";
  if (names === "alike") return sameAlike(inner, outer, parameters === "equal");
  if (parameters === "contained") return "doubt";
  return parameters === "other" ? "different" : "same";
}

// `weather_get` around `get`: a server's name before the tool's, where one of them is known to speak the protocol.
function sameAlike(inner: CallObservation, outer: CallObservation, isEqual: boolean): Verdict {
  if (!isEqual) return "different";
  return isOfProtocol(inner) || isOfProtocol(outer) ? "same" : "doubt";
}

const isOfProtocol = ({ dialect, scope }: CallObservation): boolean =>
  dialect === "mcp" || /\bmcp\b/i.test(scope);

function sameCallApart(inner: CallObservation, outer: CallObservation): Verdict {
  if (!isWithin(inner, outer)) return "different";
  if (relateNames(inner.name, outer.name) !== "same") return "different";
  if (isServerOf(inner, outer) && areKnownAndDiffer(inner.requestId, outer.requestId)) return "different";
  if (isServerOf(outer, inner)) return "different";
  // The server of a protocol in the same process, whose spans are in traces of their own and say nothing of arguments.
  if (inner.kind === SERVER && inner.parameters === HIDDEN && inner.resource === outer.resource)
    return "same";
  return areSameArguments(inner.parameters, outer.parameters) ? "same" : "different";
}

// A run inside a run is a sub-agent, unless two instrumentations give it one name. The inner one may end last: a stream that is read on.
function sameRun(inner: CallObservation, outer: CallObservation): Verdict {
  return inner.name === outer.name && areOpenAtOnce(inner, outer) ? "same" : "different";
}

/** `SpanKind.SERVER`, `SpanKind.CLIENT`. */
const SERVER = 1;
const CLIENT = 2;

const isServerOf = (inner: CallObservation, outer: CallObservation): boolean =>
  inner.kind === SERVER && outer.kind === CLIENT;

const isOpen = ({ end }: CallObservation): boolean => end[0] === 0 && end[1] === 0;

const isSameKnown = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && one === other;

const areKnownAndDiffer = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;
