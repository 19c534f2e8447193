import { type Span, type SpanContext, trace } from "@opentelemetry/api";
import {
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
} from "../../event/semconv.js";
import { describeError } from "../../internal/describe-error.js";
import { activeContext, guarded } from "../../tracing/guard.js";
import { observeOutcome } from "../../tracing/observe-outcome.js";
import { overlay } from "../../tracing/overlay.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import { jsonAttribute } from "../../tracing/text.js";
import { toolCallSpanTemplate } from "../../tracing/tool-call.js";
import { type Members, membersOf } from "../../tracing/tool-shapes/members.js";
import { blocksOf, refusedCalls } from "./conversation.js";
import type { RunnerLoop, RunnerWatcher } from "./watch-runner.js";

type Method = (...args: unknown[]) => unknown;

/**
 * A tool runner that writes spans itself. They have neither arguments nor results, unless the client's `contentMode` is `content`, nor
 * what a tool has thrown: that is written on them while they are active.
 */
export class DescribedTools implements RunnerWatcher {
  readonly #recorder: SpanRecorder;
  readonly #described = new WeakSet<object>();
  /** The SDK's span of the loop. */
  #loopSpan: SpanContext | undefined;

  constructor(recorder: SpanRecorder) {
    this.#recorder = recorder;
  }

  withTools(params: Members): Members {
    const { tools } = params;
    return Array.isArray(tools) ? { ...params, tools: tools.map((tool) => this.tool(tool)) } : params;
  }

  tool(tool: unknown): unknown {
    const { run, parse } = membersOf(tool);
    if (typeof run !== "function" || this.#described.has(tool as object)) return tool;
    const described: Members =
      typeof parse === "function"
        ? { parse: this.#describe(parse as Method, GIVEN), run: this.#describe(run as Method, GIVES) }
        : { run: this.#describe(run as Method, { ...GIVEN, ...GIVES }) };
    const standIn = overlay(tool as object, () => (key, value) => described[String(key)] ?? value);
    this.#described.add(standIn);
    return standIn;
  }

  // The SDK writes no span for a tool that the runner does not have.
  start(runner: Members): RunnerLoop {
    const around = activeContext();
    const known = new Set<unknown>(blocksOf(runner, "tool_use").map(({ id }) => id));
    const end = () =>
      guarded("the conversation of a tool runner could not be read", () => {
        const names = toolNames(runner);
        for (const { id, name, input, message } of refusedCalls(runner, known)) {
          if (names.has(name)) continue;
          known.add(id);
          const parent = this.#loopSpan ? trace.setSpanContext(around, this.#loopSpan) : around;
          const template = () => toolCallSpanTemplate({ name, arguments: input, callId: id }, { parent });
          this.#recorder.open(template)?.end({ failure: { type: "tool_error", message } });
        }
      });
    return { context: around, answered: () => undefined, succeed: end, fail: end };
  }

  /** Around `parse` and `run`, which the SDK calls with its span active. */
  #describe(method: Method, writes: Writes): Method {
    return new Proxy(method, {
      apply: (target, receiver: unknown, args: unknown[]) => {
        const call = () => Reflect.apply(target, receiver, args);
        const span = this.#recorder.enabled ? guarded(UNREADABLE, activeToolSpan) : undefined;
        if (span === undefined) return call();
        this.#loopSpan ??= (span as ParentedSpan).parentSpanContext;
        this.#write(span, writes.given, args[0]);
        const ends = {
          succeed: (value: unknown) => this.#write(span, writes.result, value),
          fail: (error: unknown) => guarded(UNREADABLE, () => recordThrown(span, error)),
        };
        return observeOutcome(call, ends, activeContext());
      },
    });
  }

  #write(span: Span, key: string | undefined, value: unknown): void {
    if (key === undefined || !this.#recorder.capturesContent) return;
    guarded(UNREADABLE, () => span.setAttributes(jsonAttribute(key, value)));
  }
}

/** As the SDK's spans are, which the API does not say. */
interface ParentedSpan {
  readonly parentSpanContext?: SpanContext;
}

interface Writes {
  readonly given?: string;
  readonly result?: string;
}

// What `parse` is given is what the model wrote; what it makes of it is what `run` is given.
const GIVEN: Writes = { given: ATTR_GEN_AI_TOOL_CALL_ARGUMENTS };
const GIVES: Writes = { result: ATTR_GEN_AI_TOOL_CALL_RESULT };

const UNREADABLE = "the span of a tool call could not be written";

const toolNames = (runner: Members): ReadonlySet<unknown> =>
  new Set([membersOf(runner.params).tools ?? []].flat().map((tool) => membersOf(tool).name));

function activeToolSpan(): Span | undefined {
  const span = trace.getActiveSpan();
  const { attributes } = (span ?? {}) as { readonly attributes?: Members };
  return span?.isRecording() && attributes?.[ATTR_GEN_AI_TOOL_CALL_ID] !== undefined ? span : undefined;
}

// The status is the SDK's, and has no message.
function recordThrown(span: Span, error: unknown): void {
  const { type, message } = describeError(error);
  const { stack } = membersOf(error);
  span.recordException({ name: type, message, ...(typeof stack === "string" && { stack }) });
}
