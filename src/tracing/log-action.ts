import type { ActionLoggerOptions } from "./action-logger-options.js";
import { loggedRawAction, type RawAction } from "./log-raw-action.js";
import { logSpan } from "./log-span.js";
import { LoggerActor } from "./logger-actor.js";
import { quietly } from "./quietly.js";
import { currentTracer } from "./tracer.js";

/** One action without a logger: who acted, and what it was. */
export type OneOffAction = RawAction & ActionLoggerOptions;

/**
 * Logs one action without making a logger. Resolves to `true` when a pipeline has custody of the event, to `false` when
 * not; never rejects.
 */
export function logAction(action: OneOffAction): Promise<boolean> {
  return Promise.resolve(quietly("an action could not be logged", () => logOneOff(action)) ?? false);
}

function logOneOff(action: OneOffAction): boolean {
  // Before anything is made of the options: where nobody listens, a call costs next to nothing.
  if (currentTracer(action.tracerProvider) === undefined) return false;
  return logSpan(new LoggerActor(action), () => loggedRawAction(action));
}
