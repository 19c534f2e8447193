import { guarded } from "../../tracing/guard.js";
import { overlay } from "../../tracing/overlay.js";
import type { RecordedSpan } from "../../tracing/recorded-span.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import { toolCallSpanTemplate } from "../../tracing/tool-call.js";
import { type Members, membersOf } from "../../tracing/tool-shapes/members.js";
import { isTraced } from "../../tracing/trace-function.js";
import { agentRunSpanTemplate } from "../base/agent-run.js";
import { RunPlace } from "../base/run-place.js";
import { blocksOf, ModelUseSum, refusedCalls } from "./conversation.js";
import type { RunnerLoop, RunnerWatcher } from "./watch-runner.js";

type Run = (...args: unknown[]) => unknown;

/** A tool runner that writes no spans itself: its loop and the calls of its tools are spans of ours. */
export class RunnerCall implements RunnerWatcher {
  readonly #recorder: SpanRecorder;
  readonly #model: unknown;
  /** Calls that are recorded, and those of before. */
  readonly #known: Set<unknown>;
  readonly #recorded = new WeakSet<object>();
  #runner: Members = {};
  #place: RunPlace | undefined;

  constructor(recorder: SpanRecorder, body: Members) {
    this.#recorder = recorder;
    this.#model = body.model;
    this.#known = new Set(blocksOf({ params: body }, "tool_use").map(({ id }) => id));
  }

  withTools(params: Members): Members {
    const { tools } = params;
    return Array.isArray(tools) ? { ...params, tools: tools.map((tool) => this.tool(tool)) } : params;
  }

  // Tools that the host has traced by itself stay.
  tool(tool: unknown): unknown {
    const { run } = membersOf(tool);
    if (typeof run !== "function" || this.#recorded.has(tool as object)) return tool;
    const called = isTraced(run)
      ? this.#noted(tool as Members, run as Run)
      : this.#run(tool as Members, run as Run);
    const recorded = overlay(tool as object, () => (key, value) => (key === "run" ? called : value));
    this.#recorded.add(recorded);
    return recorded;
  }

  start(runner: Members): RunnerLoop | undefined {
    const span = this.#recorder.open(() =>
      agentRunSpanTemplate({ model: this.#model, provider: "anthropic" }),
    );
    if (span === undefined) return undefined;
    this.#runner = runner;
    this.#place = new RunPlace(span.context);
    const used = new ModelUseSum();
    return {
      context: this.#place.context,
      answered: (message) => used.add(message),
      succeed: () => this.#end(() => span.end({ attributes: used.attributes() })),
      fail: (error) => this.#end(() => span.fail(error)),
    };
  }

  #run({ name }: Members, run: Run): Run {
    return new Proxy(run, {
      apply: (target, receiver: unknown, args: unknown[]) =>
        this.#recorder.run(
          () => {
            const callId = this.#callId(name, args[1]);
            return toolCallSpanTemplate({ name: String(name), arguments: args[0], callId }, this.#inside());
          },
          () => Reflect.apply(target, receiver, args),
        ),
    });
  }

  #noted({ name }: Members, run: Run): Run {
    return new Proxy(run, {
      apply: (target, receiver: unknown, args: unknown[]) => {
        guarded("a tool call could not be read", () => this.#callId(name, args[1]));
        return Reflect.apply(target, receiver, args);
      },
    });
  }

  // The SDK's first versions do not say which call a tool is run for: it runs them in the order of the model's message.
  #callId(name: unknown, context: unknown): string | undefined {
    const { toolUse, toolUseBlock } = membersOf(context);
    const given = membersOf(toolUse ?? toolUseBlock).id;
    const isNext = (block: Members) => block.name === name && !this.#known.has(block.id);
    const id = given ?? blocksOf(this.#runner, "tool_use").find(isNext)?.id;
    if (id !== undefined) this.#known.add(id);
    return typeof id === "string" ? id : undefined;
  }

  #end(endSpan: () => void): void {
    guarded("the conversation of a tool runner could not be read", () => {
      for (const refused of refusedCalls(this.#runner, this.#known)) this.#refuse(refused);
    });
    endSpan();
  }

  #refuse({ id, name, input, message }: ReturnType<typeof refusedCalls>[number]): void {
    this.#known.add(id);
    const template = () => toolCallSpanTemplate({ name, arguments: input, callId: id }, this.#inside());
    this.#recorder.open(template)?.end({ failure: { type: "tool_error", message } });
  }

  #inside(): { parent?: RecordedSpan["context"] } {
    return this.#place === undefined ? {} : { parent: this.#place.around() };
  }
}
