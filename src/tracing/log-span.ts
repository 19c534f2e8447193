import type { Attributes, Context } from "@opentelemetry/api";
import type { ErrorDescription } from "../internal/describe-error.js";
import { activeContext } from "./active-context.js";
import { type Actor, addActorAttributes } from "./actor.js";
import { Custody } from "./custody.js";
import { type LogTimes, spanTimes } from "./log-times.js";
import type { SpanSpec } from "./open-span.js";
import { quietly } from "./quietly.js";
import { recordFailure } from "./record-failure.js";
import { currentTracer } from "./tracer.js";

/** A span about something that is over. */
export interface LoggedSpan extends SpanSpec {
  /** Made only when the span records. */
  readonly content: () => Attributes;
  readonly times: LogTimes;
  /** What went wrong, if something did. */
  readonly failure?: LoggedFailure | undefined;
}

export interface LoggedFailure extends ErrorDescription {
  /** What was thrown, for its stack. */
  readonly thrown?: unknown;
}

/**
 * Writes one span, with the one of the context (default: the active one) as its parent, and answers whether a pipeline has custody of its event: `false` too
 * when no provider is registered, when it was not sampled, and when telemetry itself failed. Never throws.
 */
export function logSpan(actor: Actor, describe: () => LoggedSpan, around?: Context): boolean {
  return quietly("an action could not be logged", () => writeSpan(actor, describe, around)) ?? false;
}

function writeSpan(actor: Actor, describe: () => LoggedSpan, around = activeContext()): boolean {
  const tracer = currentTracer(actor.provider);
  if (tracer === undefined) return false;
  const logged = describe();
  const { startTime, endTime } = spanTimes(logged.times);
  const custody = new Custody();
  const attributes = addActorAttributes(logged.attributes, actor, around);
  const span = tracer.startSpan(logged.spanName, { attributes, startTime }, custody.startingIn(around));
  if (!span.isRecording()) return false;
  quietly("a span could not be written", () => span.setAttributes(logged.content()));
  if (logged.failure !== undefined) recordFailure(span, logged.failure.thrown, logged.failure);
  return custody.end(span, endTime);
}
