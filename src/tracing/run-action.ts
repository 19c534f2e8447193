import { type Action, UNRECORDED } from "./action.js";
import type { ActionForm } from "./action-form.js";
import type { Actor } from "./actor.js";
import { callInContext } from "./call-in-context.js";
import { observeOutcome } from "./observe-outcome.js";
import { openSpan } from "./open-span.js";
import { RecordedAction } from "./recorded-action.js";

/**
 * Runs the host's function as an action. Whatever telemetry does, the function runs exactly once, and the caller gets what
 * it returned or threw. With no provider registered nothing else happens: the form is not even made.
 */
export function runAction<T>(actor: Actor, form: () => ActionForm, fn: (action: Action) => T): T {
  const opened = openSpan(actor, form);
  const { context } = opened;
  if (context === undefined) return fn(UNRECORDED);
  if (!opened.records) return callInContext(context, () => fn(UNRECORDED));
  const action = new RecordedAction(opened.span, opened.spec, context, opened.clock);
  return observeOutcome(() => callInContext(context, () => fn(action)), action, context);
}

/** Starts an action that its caller ends. */
export function startAction(actor: Actor, form: () => ActionForm): Action {
  const opened = openSpan(actor, form);
  return opened.records
    ? new RecordedAction(opened.span, opened.spec, opened.context, opened.clock)
    : UNRECORDED;
}
