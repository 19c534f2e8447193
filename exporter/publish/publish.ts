/** Publishing by one publisher for the whole process, made from the environment when it is first used. */
import { type ActionPublisher, createActionPublisher } from "./publisher.js";

/** Resolves to `true` on Kafka's acknowledgement, to `false` otherwise; never rejects. See {@link ActionPublisher}. */
export const publishActionEvent: ActionPublisher["publishActionEvent"] = (event, options) =>
  publisher().publishActionEvent(event, options);

export const publishToolCall: ActionPublisher["publishToolCall"] = (call, options) =>
  publisher().publishToolCall(call, options);

export const publishDecision: ActionPublisher["publishDecision"] = (decision, options) =>
  publisher().publishDecision(decision, options);

export const publishError: ActionPublisher["publishError"] = (error, options) =>
  publisher().publishError(error, options);

export const publishSuccess: ActionPublisher["publishSuccess"] = (success, options) =>
  publisher().publishSuccess(success, options);

export const publishRoutingDecision: ActionPublisher["publishRoutingDecision"] = (event, options) =>
  publisher().publishRoutingDecision(event, options);

export const publishTransformation: ActionPublisher["publishTransformation"] = (event, options) =>
  publisher().publishTransformation(event, options);

export const publishRouterPerformance: ActionPublisher["publishRouterPerformance"] = (event, options) =>
  publisher().publishRouterPerformance(event, options);

export const publishDetectionFailure: ActionPublisher["publishDetectionFailure"] = (event, options) =>
  publisher().publishDetectionFailure(event, options);

export const publishLabel: ActionPublisher["publishLabel"] = (event, options) =>
  publisher().publishLabel(event, options);

export const publishExecution: ActionPublisher["publishExecution"] = (event, options) =>
  publisher().publishExecution(event, options);

/** Delivers what is left and disconnects. The next publish begins anew. Never rejects. */
export async function closeDefaultPublisher(): Promise<void> {
  const closing = shared;
  shared = undefined;
  await closing?.close();
}

let shared: ActionPublisher | undefined;

// Without options nothing can throw: mistakes in the environment are reported through `diag`.
function publisher(): ActionPublisher {
  shared ??= createActionPublisher();
  return shared;
}
