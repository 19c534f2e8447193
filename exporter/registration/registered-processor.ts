import type { ActionSpanProcessor } from "../action-span-processor.js";
import type { AgentActionSpanProcessor } from "../agent-action-span-processor.js";

/** Set once a process, so that a second copy of this package does not send everything twice. */
const REGISTERED = Symbol.for("otel-agent-actions.registered");

/** Whether `otel-agent-actions/register` was loaded in this thread, of whichever copy of the package. */
export const isRegistered = (): boolean => REGISTERED in globalThis;

/** Reserves the place before there is a processor, or says which one it is. */
export function setRegistered(processor?: ActionSpanProcessor): void {
  Reflect.set(globalThis, REGISTERED, processor);
}

/**
 * The span processor that `otel-agent-actions/register` made in this thread, to ask for its `stats()`, or to `forceFlush()` it before a
 * serverless platform freezes the process. `undefined` where `register` was not loaded, or could not be set up.
 *
 * A host whose tracer provider has a processor of this package already keeps that one, and the registered one gets no spans.
 */
export function registeredProcessor(): AgentActionSpanProcessor | undefined {
  const processor: unknown = Reflect.get(globalThis, REGISTERED);
  return typeof processor === "object" && processor !== null
    ? (processor as AgentActionSpanProcessor)
    : undefined;
}
