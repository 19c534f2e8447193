/**
 * Whether two spans are one call, seen by two layers: the agent's framework, the protocol, a wrapper of the user's own.
 *
 * Two rows for one call are a nuisance; one row for two calls is a loss. So `same` needs evidence, what speaks against it goes
 * before what speaks for it, and what is not clear is `doubt`: both stay, linked.
 */
import type { HrTime } from "@opentelemetry/api";
import { areSameArguments, relateArguments } from "./call-arguments.js";
import type { CallSight } from "./call-sight.js";
import { relateNames } from "./tool-names.js";

export type Verdict = "same" | "different" | "doubt";

/**
 * @param place `nested`: the inner span is inside the outer one; `apart`: it has another parent or another trace, and only
 *   began and ended while the other was open
 */
export function sameCall(inner: CallSight, outer: CallSight, place: "nested" | "apart"): Verdict {
  if (inner.is !== outer.is || areKnownAndDiffer(inner.callId, outer.callId)) return "different";
  if (inner.is === "run") return place === "nested" ? sameRun(inner, outer) : "different";
  const verdict = place === "nested" ? sameNestedCall(inner, outer) : sameCallApart(inner, outer);
  // A layer that is open for longer than the one around it may be at work on something else.
  return verdict === "same" && !isWithin(inner, outer) ? "doubt" : verdict;
}

/** Two layers are two instrumentations, or the two ends of a protocol. A layer inside itself is another call. */
export const isSameLayer = (one: CallSight, other: CallSight): boolean =>
  one.scope === other.scope && one.dialect === other.dialect && one.kind === other.kind;

/** A layer records a call once, and a call has one id: what would be one call against that is two. */
export const clash = (inner: readonly CallSight[], outer: readonly CallSight[]): boolean =>
  inner.some((one) =>
    outer.some((other) =>
      one.callId !== undefined && other.callId !== undefined
        ? one.callId !== other.callId
        : isSameLayer(one, other),
    ),
  );

/**
 * The SDK for JavaScript cuts the start of a span to milliseconds and counts its end from there: a span may seem to begin before, or
 * to end after, one that is around it, by less than this.
 */
export const CLOCK_MILLIS = 1;

/** Whether one began and ended while the other was open, give or take some milliseconds. An open one has not ended before anything. */
export function isWithin(inner: CallSight, outer: CallSight, tolerance = CLOCK_MILLIS): boolean {
  if (millisBetween(outer.start, inner.start) < -tolerance) return false;
  return isOpen(outer) || (!isOpen(inner) && millisBetween(inner.end, outer.end) >= -tolerance);
}

export const millisBetween = (from: HrTime, until: HrTime): number =>
  (until[0] - from[0]) * 1_000 + (until[1] - from[1]) / 1e6;

function sameNestedCall(inner: CallSight, outer: CallSight): Verdict {
  const names = relateNames(inner.name, outer.name);
  const parameters = relateArguments(inner.parameters, outer.parameters);
  if (isSameKnown(inner.callId, outer.callId))
    // Some layers do not know the tool's name, and some hand the id on to what the tool calls.
    return names === "same" || parameters === "equal" ? "same" : "doubt";
  if (names === "other" || isSameLayer(inner, outer)) return "different";
  const isAnswered = isAnswer(inner, outer);
  if (isAnswered && areKnownAndDiffer(inner.requestId, outer.requestId)) return "different";
  if (isAnswered && isSameKnown(inner.requestId, outer.requestId)) return "same";
  // A server that calls the same tool of another server passes the call on: the same, or another one after it.
  if (isAnswer(outer, inner)) return parameters === "other" ? "different" : "doubt";
  if (names === "alike") return sameAlike(inner, outer, parameters === "equal");
  if (parameters === "contained") return "doubt";
  return parameters === "other" ? "different" : "same";
}

// `weather_get` around `get`: a server's name before the tool's, where one of them is known to speak the protocol.
function sameAlike(inner: CallSight, outer: CallSight, isEqual: boolean): Verdict {
  if (!isEqual) return "different";
  return isOfProtocol(inner) || isOfProtocol(outer) ? "same" : "doubt";
}

const isOfProtocol = ({ dialect, scope }: CallSight): boolean => dialect === "mcp" || /\bmcp\b/i.test(scope);

function sameCallApart(inner: CallSight, outer: CallSight): Verdict {
  if (isSameLayer(inner, outer) || !isWithin(inner, outer)) return "different";
  if (relateNames(inner.name, outer.name) !== "same") return "different";
  if (isAnswer(inner, outer) && areKnownAndDiffer(inner.requestId, outer.requestId)) return "different";
  if (isAnswer(outer, inner)) return "different";
  if (areSameArguments(inner.parameters, outer.parameters)) return "same";
  if (!isSameKnown(inner.callId, outer.callId)) return "different";
  return relateArguments(inner.parameters, outer.parameters) === "other" ? "doubt" : "same";
}

// A run inside a run is a sub-agent, unless two instrumentations give it one name.
function sameRun(inner: CallSight, outer: CallSight): Verdict {
  return inner.name === outer.name && !isSameLayer(inner, outer) && isWithin(inner, outer)
    ? "same"
    : "different";
}

/** `SpanKind.SERVER`, `SpanKind.CLIENT`. */
const SERVER = 1;
const CLIENT = 2;

const isAnswer = (inner: CallSight, outer: CallSight): boolean =>
  inner.kind === SERVER && outer.kind === CLIENT;

const isOpen = ({ end }: CallSight): boolean => end[0] === 0 && end[1] === 0;

const isSameKnown = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && one === other;

const areKnownAndDiffer = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;
