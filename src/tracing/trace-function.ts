import type { TracerProvider } from "@opentelemetry/api";
import { sharedByCopies } from "../internal/shared-by-copies.js";
import { runAction } from "./action.js";
import { AmbientActor } from "./actor.js";
import { guarded, reportProblem } from "./guard.js";
import { failureOf } from "./recorded-span.js";
import { SpanRecorder } from "./span-recorder.js";
import type { ActionSpanTemplate } from "./span-template.js";
import { toolCallSpanTemplate, toolResult } from "./tool-call.js";

export type ToolFunction = (...args: never[]) => unknown;

export interface TraceToolOptions<Arguments extends readonly unknown[] = readonly unknown[]> {
  /** Who calls the tool. @default the agent of the action around the call, else the exporter finds one */
  readonly agentName?: string | undefined;
  /** What of the arguments is recorded as parameters. @default the only argument, or all of them as a list */
  readonly parameters?: ((...args: Arguments) => unknown) | undefined;
  /** What is recorded of what came out. @default all of it */
  readonly result?: ((result: unknown) => unknown) | undefined;
  /** The model's id of the call, where an argument has it. */
  readonly toolCallId?: ((...args: Arguments) => string | undefined) | undefined;
  /** @default the one that is registered globally at the time of each call */
  readonly tracerProvider?: TracerProvider | undefined;
}

/**
 * The same function, each call of which is recorded as a call of this tool: with its arguments, what it returns or throws,
 * and everything recorded inside as its children. `this`, arguments, result, errors, own properties, `name`, `length`,
 * `prototype` and `new` stay what they are, and so does the type with its generics and overloads.
 */
export function traceTool<Tool extends ToolFunction>(
  name: string,
  tool: Tool,
  options?: TraceToolOptions<Parameters<Tool>>,
): Tool {
  if (typeof tool !== "function") {
    reportProblem("traceTool was not given a function; it gives back what it was given");
    return tool;
  }
  const traced = guarded("a tool could not be traced", () =>
    traceFunction(name, tool, options as TraceToolOptions | undefined),
  );
  return (traced ?? tool) as Tool;
}

type Args = readonly unknown[];

/**
 * Where one shape of tool has what is recorded of a call. What a user's own options say comes before it. A reading may
 * throw: then that one value is not recorded.
 */
export interface ToolCallReading {
  /** Where one function serves several tools. @default the name that the tool was traced by */
  readonly name?: (args: Args) => string | undefined;
  readonly parameters?: (args: Args) => unknown;
  /** The model's id of the call. */
  readonly toolCallId?: (args: Args) => unknown;
  /** Conversation or thread. */
  readonly sessionId?: (args: Args) => unknown;
  /** What the tool gave, out of the form in which its framework wants it. */
  readonly result?: (value: unknown) => unknown;
  /** Why the tool failed, where its framework wants that as a result; `undefined` when it did not. */
  readonly failure?: (value: unknown) => unknown;
  /** Gives a recorded outcome back as the tool would have. @default a promise of the result, or of the error */
  readonly replay?: (outcome: RecordedOutcome, call: ReplacedCall) => unknown;
}

/** Makes the function that stands in the place of a tool's own. */
export type WrapFunction = (
  name: string,
  tool: ToolFunction,
  receiverOf: (receiver: unknown) => unknown,
  reading: ToolCallReading,
) => ToolFunction;

/** What was recorded of a call, to be given back in its place. */
export interface RecordedOutcome {
  readonly result: unknown;
  /** What it failed with; where the framework was given a failure as a result, that is the result. */
  readonly error: Error | undefined;
}

/** A call in whose place a recorded outcome is given back. */
export interface ReplacedCall {
  /** The tool's own function. */
  readonly method: ToolFunction;
  readonly receiver: unknown;
  readonly args: Args;
}

/** What a traced function was made from: tracing it once more must not record each of its calls twice. */
const originals = sharedByCopies("traced-functions", () => new WeakMap<object, ToolFunction>());

/** The function that a traced one was made from; any other is its own. */
export const untraced = (tool: ToolFunction): ToolFunction => originals.get(tool) ?? tool;

/** Whether each call of it is recorded already. */
export const isTraced = (tool: object): boolean => originals.has(tool);

/**
 * A Proxy, because nothing else is the same function in everything but being called.
 *
 * @param receiverOf the `this` for the original, where the caller's `this` is a stand-in
 */
export function traceFunction(
  name: string,
  tool: ToolFunction,
  options: TraceToolOptions = {},
  receiverOf: (receiver: unknown) => unknown = (receiver) => receiver,
  reading: ToolCallReading = {},
): ToolFunction {
  const original = originals.get(tool) ?? tool;
  const recorder = new SpanRecorder(new AmbientActor(options.agentName, options.tracerProvider));
  const traced = new Proxy(original, {
    apply(target, receiver: unknown, args: unknown[]) {
      const call = () => Reflect.apply(target, receiverOf(receiver), args as never[]);
      return runAction(recorder, () => templateOf(name, args, options, reading), call);
    },
  });
  originals.set(traced, original);
  return traced;
}

const UNREADABLE = "a call of a traced tool could not be read";

function templateOf(
  name: string,
  args: unknown[],
  options: TraceToolOptions,
  reading: ToolCallReading,
): ActionSpanTemplate {
  const template = toolCallSpanTemplate({
    name: read(reading.name, args) ?? name,
    arguments: parametersOf(args, options, reading),
    callId: toolCallIdOf(args, options, reading),
    conversationId: read(reading.sessionId, args),
  });
  const { result: select } = options;
  const { result: readResult, failure } = reading;
  if (select === undefined && readResult === undefined && failure === undefined) return template;
  return {
    ...template,
    returned(value) {
      const failed = failure && guarded(UNREADABLE, () => failure(value));
      // Where the selection throws nothing is recorded: it may be there to hide something.
      const result =
        select === undefined
          ? guarded(UNREADABLE, () => (readResult === undefined ? value : readResult(value)))
          : guarded("result of a traced tool threw", () => select(value));
      return { ...toolResult(result), ...(failed !== undefined && failureOf(failed)) };
    },
  };
}

const read = <T>(from: ((args: Args) => T) | undefined, args: unknown[]): T | undefined =>
  from === undefined ? undefined : guarded(UNREADABLE, () => from(args));

function parametersOf(args: unknown[], { parameters }: TraceToolOptions, reading: ToolCallReading): unknown {
  if (parameters !== undefined)
    return guarded("parameters of a traced tool threw", () => parameters(...args));
  if (reading.parameters !== undefined) return read(reading.parameters, args);
  return args.length <= 1 ? args[0] : args;
}

function toolCallIdOf(args: unknown[], { toolCallId }: TraceToolOptions, reading: ToolCallReading): unknown {
  return toolCallId === undefined
    ? read(reading.toolCallId, args)
    : guarded("toolCallId of a traced tool threw", () => toolCallId(...args));
}
