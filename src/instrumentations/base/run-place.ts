import { type Context, createContextKey } from "@opentelemetry/api";
import { activeContext } from "../../tracing/guard.js";

const PLACE_KEY = createContextKey("otel-agent-actions.run-place");

/** Whether this is the context of anything that a recorded run does. */
export const isInsideRun = (context: Context): boolean => context.getValue(PLACE_KEY) !== undefined;

/** Where what an agent's run does belongs in the trace. */
export class RunPlace {
  /** What the run's own code runs in. */
  readonly context: Context;

  constructor(context: Context) {
    this.context = context.setValue(PLACE_KEY, this);
  }

  /** What is active, inside the run; where the context was lost on the way (streams, callbacks), the run itself. */
  around(): Context {
    const active = activeContext();
    return active.getValue(PLACE_KEY) === this ? active : this.context;
  }
}
