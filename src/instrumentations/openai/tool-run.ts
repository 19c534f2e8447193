import { callInContext, guarded } from "../../tracing/guard.js";
import { endWhenCollected } from "../../tracing/outcome.js";
import type { RecordedSpan } from "../../tracing/recorded-span.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import { toolCallSpanTemplate } from "../../tracing/tool-call.js";
import { jsonArguments, type Members, membersOf } from "../../tracing/tool-shapes/members.js";
import { openaiRunnableTool, replaceRunnable } from "../../tracing/tool-shapes/openai.js";
import { isTraced, type ToolFunction } from "../../tracing/trace-function.js";
import { agentRunSpanTemplate } from "../base/agent-run.js";
import { RunPlace } from "../base/run-place.js";
import { callsIn, modelUseOf, refusedCalls } from "./conversation.js";

type Method = (...args: unknown[]) => unknown;

/** One run of `runTools`, and its span. */
export class ToolRun {
  readonly #recorder: SpanRecorder;
  readonly #span: RecordedSpan;
  readonly #place: RunPlace;
  /** Calls that are recorded, and those of before. */
  readonly #known: Set<unknown>;
  #runner: Members = {};

  /** `undefined` where nothing is recorded. */
  static open(recorder: SpanRecorder, body: Members): ToolRun | undefined {
    const span = recorder.open(() => agentRunSpanTemplate({ model: body.model, provider: "openai" }));
    return span && new ToolRun(recorder, span, body);
  }

  constructor(recorder: SpanRecorder, span: RecordedSpan, body: Members) {
    this.#recorder = recorder;
    this.#span = span;
    this.#place = new RunPlace(span.context);
    this.#known = new Set(callsIn(body.messages).map(({ id }) => id));
  }

  /** The same parameters, with tools whose calls are recorded. Tools that the host has traced by itself stay. */
  withTools(body: Members): Members {
    const { tools } = body;
    return Array.isArray(tools) ? { ...body, tools: tools.map((tool) => this.#tool(tool)) } : body;
  }

  /** Starts the host's runner, and ends when that does. */
  watch(start: () => unknown): unknown {
    try {
      const runner = callInContext(this.#place.context, start);
      guarded("a runner of OpenAI could not be observed", () => this.#observe(runner));
      return runner;
    } catch (error) {
      this.#span.fail(error);
      throw error;
    }
  }

  succeed(): void {
    this.#end(() => this.#span.end({ attributes: modelUseOf(this.#runner) }));
  }

  fail(error: unknown): void {
    this.#end(() => this.#span.fail(error));
  }

  // A listener for `error`, or `done()`, would make an error that the host handles nowhere count as handled.
  #observe(runner: unknown): void {
    this.#runner = membersOf(runner);
    const emit = this.#runner._emit as Method;
    const note = (event: unknown, error: unknown) => {
      if (event === "error" || event === "abort") this.fail(error);
      if (event === "end") this.succeed();
    };
    Object.defineProperty(runner, "_emit", {
      value: function (this: unknown, ...args: unknown[]) {
        note(args[0], args[1]);
        return Reflect.apply(emit, this, args);
      },
      configurable: true,
      writable: true,
    });
    endWhenCollected(this.#runner, this);
  }

  #tool(tool: unknown): unknown {
    if (typeof tool !== "object" || tool === null || !openaiRunnableTool.matches(tool)) return tool;
    return replaceRunnable(tool, (name, called) => this.#called(name ?? "", called as Method));
  }

  #called(name: string, called: Method): ToolFunction {
    return new Proxy(called, {
      apply: (target, receiver: unknown, args: unknown[]) => {
        const callId = guarded("a tool call could not be read", () => this.#callId(name));
        const call = () => Reflect.apply(target, receiver, args);
        if (isTraced(called)) return call();
        const template = () =>
          toolCallSpanTemplate(
            { name, arguments: jsonArguments(args[0]), callId },
            { parent: this.#place.around() },
          );
        return this.#recorder.run(template, call);
      },
    });
  }

  // A tool does not learn which call it is run for: they are run in the order of the model's message.
  #callId(name: string): string | undefined {
    const call = callsIn(this.#runner.messages).find(
      (call) => call.name === name && !this.#known.has(call.id),
    );
    if (call !== undefined) this.#known.add(call.id);
    return call?.id;
  }

  #end(endSpan: () => void): void {
    guarded("the conversation of a runner could not be read", () => {
      for (const { id, name, input, message } of refusedCalls(this.#runner.messages, this.#known)) {
        this.#known.add(id);
        const template = () =>
          toolCallSpanTemplate({ name, arguments: input, callId: id }, { parent: this.#place.context });
        this.#recorder.open(template)?.end({ failure: { type: "tool_error", message } });
      }
    });
    endSpan();
  }
}
