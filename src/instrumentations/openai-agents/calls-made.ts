import { type Context, createContextKey } from "@opentelemetry/api";
import { activeContext } from "../../tracing/guard.js";

const CALLS_MADE = createContextKey("otel-agent-actions.openai-agents.calls-made");

/** Which of the calls that a model asked for in one turn reached their tool; the others were answered without it. */
export class CallsMade {
  readonly #ids = new Set<unknown>();

  static note(callId: unknown): void {
    const calls = activeContext().getValue(CALLS_MADE) as CallsMade | undefined;
    if (calls !== undefined) calls.#ids.add(callId);
  }

  in(context: Context): Context {
    return context.setValue(CALLS_MADE, this);
  }

  has(callId: unknown): boolean {
    return this.#ids.has(callId);
  }
}
