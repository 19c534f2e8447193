import { types } from "node:util";
import { type Context, createContextKey } from "@opentelemetry/api";
import { activeContext } from "../../tracing/active-context.js";
import { callInContext } from "../../tracing/call-in-context.js";
import { endWhenCollected } from "../../tracing/end-when-collected.js";
import { type Outcome, observeOutcome } from "../../tracing/observe-outcome.js";
import { type Members, membersOf } from "../../tracing/tool-shapes/members-of.js";
import { agentRunForm, modelUseAttributes } from "../base/agent-run-form.js";
import type { Outcome as Said } from "../base/call-form.js";
import type { OpenCall, SpanRecorder } from "../base/span-recorder.js";
import { telemetryOf } from "./own-telemetry.js";
import { recordRefusedCalls } from "./refused-calls.js";

const CALL_KEY = createContextKey("otel-agent-actions.ai-sdk.call");

/** One call of the AI SDK that has tools, and its span. */
export class AgentCall implements Outcome {
  readonly recorder: SpanRecorder;
  readonly agentName: string | undefined;
  /** What the host's code runs in. */
  readonly context: Context;
  readonly #span: OpenCall;

  /** `undefined` where nothing is recorded. */
  static open(recorder: SpanRecorder, options: Members, agent: Members = {}): AgentCall | undefined {
    const agentName = [agent.id, telemetryOf(options).functionId].find((name) => typeof name === "string");
    const span = recorder.open(() =>
      agentRunForm({ agentName, ...modelOf(options.model) }, { returned: resultOutcome }),
    );
    return span && new AgentCall(recorder, span, agentName as string | undefined);
  }

  constructor(recorder: SpanRecorder, span: OpenCall, agentName: string | undefined) {
    this.recorder = recorder;
    this.agentName = agentName;
    this.#span = span;
    this.context = span.context.setValue(CALL_KEY, this);
  }

  /** Around a tool's span: what is active there, or where the context was lost on the way, the span of this call. */
  get around(): Context {
    const active = activeContext();
    return active.getValue(CALL_KEY) === this ? active : this.context;
  }

  /** Makes a call of the host's that ends with what it answers. */
  run<T>(fn: () => T): T {
    return observeOutcome(() => callInContext(this.context, fn), this, this.context);
  }

  /** Makes a call of the host's that goes on after it has answered. */
  start(fn: () => unknown): unknown {
    try {
      const started = callInContext(this.context, fn);
      return types.isPromise(started) ? this.#started(started) : this.#awaited(started);
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  async #started(promise: Promise<unknown>): Promise<unknown> {
    try {
      return this.#awaited(await promise);
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  // A stream that nobody reads never tells of its end.
  #awaited(result: unknown): unknown {
    if (typeof result === "object" && result !== null) endWhenCollected(result, this);
    return result;
  }

  /** @param result of `generateText`, or what a stream's end is told with */
  succeed(result: unknown): void {
    recordRefusedCalls(this, membersOf(result).steps);
    this.#span.succeed(result);
  }

  fail(error: unknown): void {
    this.#span.fail(error);
  }
}

// A model is an object, or a text like `anthropic/claude` that a gateway resolves.
function modelOf(model: unknown): { model: unknown; provider: unknown } {
  if (typeof model === "string") return { model, provider: undefined };
  const { modelId, provider } = membersOf(model);
  return { model: modelId, provider };
}

function resultOutcome(result: unknown): Said {
  const { totalUsage, usage, finishReason } = membersOf(result);
  const { inputTokens, outputTokens } = membersOf(totalUsage ?? usage);
  return { attributes: modelUseAttributes({ inputTokens, outputTokens, finishReason }) };
}
