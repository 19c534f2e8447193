import { type Context, createContextKey } from "@opentelemetry/api";
import { activeContext } from "../../tracing/guard.js";
import type { RecordedSpan } from "../../tracing/recorded-span.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import { agentRunSpanTemplate } from "../base/agent-run.js";

const RUN_SCOPE = createContextKey("otel-agent-actions.openai-agents.run");

/**
 * One run of the SDK: which agent is active in it. One is at a time, until its last answer is there, until it hands over, or until the run ends.
 */
export class RunScope {
  readonly groupId: unknown;
  #agent: { readonly name: string; readonly call: RecordedSpan } | undefined;

  constructor(groupId: unknown) {
    this.groupId = groupId;
  }

  /** The run that the code which asks belongs to. */
  static active(): RunScope | undefined {
    return activeContext().getValue(RUN_SCOPE) as RunScope | undefined;
  }

  /** The context in which the run's own code is called. */
  in(context: Context): Context {
    return context.setValue(RUN_SCOPE, this);
  }

  /** Makes this agent the active one, if it is not, and returns the context for what it does. */
  enter(name: unknown, recorder: SpanRecorder): Context {
    if (typeof name !== "string" || name === "") return this.#context();
    if (this.#agent?.name === name) return this.#context();
    this.leave();
    const call = recorder.open(() => agentRunSpanTemplate({ agentName: name, conversationId: this.groupId }));
    if (call !== undefined) this.#agent = { name, call };
    return this.#context();
  }

  /** The agent is done, well or with what was thrown. */
  leave(outcome?: { readonly thrown: unknown }): void {
    if (outcome === undefined) this.#agent?.call.succeed(undefined);
    else this.#agent?.call.fail(outcome.thrown);
    this.#agent = undefined;
  }

  #context(): Context {
    return this.#agent === undefined ? activeContext() : this.in(this.#agent.call.context);
  }
}

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
