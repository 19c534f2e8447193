import { type Context, createContextKey } from "@opentelemetry/api";
import { activeContext } from "../../tracing/guard.js";
import type { RecordedSpan } from "../../tracing/recorded-span.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import { agentRunSpanTemplate } from "../base/agent-run.js";

const RUN_SCOPE = createContextKey("otel-agent-actions.openai-agents.run");

/**
 * One run of the SDK: which agent has the word in it. One has it at a time; it ends when its last answer is there, when it hands
 * over, or with the run.
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

  /** Gives this agent the word, if it does not have it already, and answers the context for what it does. */
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
