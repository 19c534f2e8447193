import { types } from "node:util";
import type { Context } from "@opentelemetry/api";
import { callInContext } from "../../tracing/guard.js";
import { observeOutcome } from "../../tracing/observe-outcome.js";
import { endWhenCollected, type Outcome } from "../../tracing/outcome.js";
import type { RecordedSpan } from "../../tracing/recorded-span.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import type { SpanOutcome } from "../../tracing/span-template.js";
import { type Members, membersOf } from "../../tracing/tool-shapes/members.js";
import { agentRunSpanTemplate, modelUseAttributes } from "../base/agent-run.js";
import { RunPlace } from "../base/run-place.js";
import { telemetryOf } from "./own-telemetry.js";
import { recordDeniedCalls, recordRefusedCalls } from "./unmade-calls.js";

/** One call of the AI SDK that has tools, and its span. */
export class AgentCall implements Outcome {
  readonly recorder: SpanRecorder;
  readonly agentName: string | undefined;
  readonly #place: RunPlace;
  readonly #span: RecordedSpan;
  #ended = false;

  /** `undefined` where nothing is recorded. */
  static open(recorder: SpanRecorder, options: Members, agent: Members = {}): AgentCall | undefined {
    const agentName = [agent.id, telemetryOf(options).functionId].find((name) => typeof name === "string");
    const span = recorder.open(() =>
      agentRunSpanTemplate({ agentName, ...modelOf(options.model) }, { returned: resultOutcome }),
    );
    if (span === undefined) return undefined;
    const call = new AgentCall(recorder, span, agentName as string | undefined);
    recordDeniedCalls(call, options);
    return call;
  }

  constructor(recorder: SpanRecorder, span: RecordedSpan, agentName: string | undefined) {
    this.recorder = recorder;
    this.agentName = agentName;
    this.#span = span;
    this.#place = new RunPlace(span.context);
  }

  /** Around the span of one of its tool calls. */
  get around(): Context {
    return this.#place.around();
  }

  /** Makes a call of the host's that ends with what it returns. */
  run<T>(fn: () => T): T {
    return observeOutcome(() => callInContext(this.#place.context, fn), this, this.#place.context);
  }

  /** Makes a call of the host's that goes on after it has returned. */
  start(fn: () => unknown): unknown {
    try {
      const started = callInContext(this.#place.context, fn);
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

  // A stream that nobody reads never reports its end.
  #awaited(result: unknown): unknown {
    if (typeof result === "object" && result !== null) endWhenCollected(result, this);
    return result;
  }

  /** @param result of `generateText`, or what a stream's end is reported with */
  succeed(result: unknown): void {
    // A stream's end may be reported by two callbacks.
    if (!this.#ended) recordRefusedCalls(this, membersOf(result).steps);
    this.#ended = true;
    this.#span.succeed(result);
  }

  fail(error: unknown): void {
    this.#ended = true;
    this.#span.fail(error);
  }
}

// A model is an object, or a text like `anthropic/claude` that a gateway resolves.
function modelOf(model: unknown): { model: unknown; provider: unknown } {
  if (typeof model === "string") return { model, provider: undefined };
  const { modelId, provider } = membersOf(model);
  return { model: modelId, provider };
}

function resultOutcome(result: unknown): SpanOutcome {
  const { totalUsage, usage, finishReason } = membersOf(result);
  const { inputTokens, outputTokens } = membersOf(totalUsage ?? usage);
  return { attributes: modelUseAttributes({ inputTokens, outputTokens, finishReason }) };
}
