import type { ActionForm } from "./action-form.js";
import { ambientActor } from "./actor.js";
import { quietly } from "./quietly.js";
import { runAction } from "./run-action.js";
import { toolCallForm } from "./tool-call-form.js";
import type { ToolCallReading } from "./tool-call-reading.js";
import type { TraceToolOptions } from "./trace-tool-options.js";

export type ToolFunction = (...args: never[]) => unknown;

type Call = (...args: unknown[]) => unknown;

/** What a traced function was made from: tracing it once more must not record each of its calls twice. */
const originals = new WeakMap<object, ToolFunction>();

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
  const actor = ambientActor(options.agentName, options.tracerProvider);
  const traced = new Proxy(original, {
    apply(target, receiver: unknown, args: unknown[]) {
      const form = () => callForm(name, args, options, reading);
      return runAction(actor, form, () => Reflect.apply(target as Call, receiverOf(receiver), args));
    },
  });
  originals.set(traced, original);
  return traced;
}

/** Whether each call of it is recorded already. */
export const isTraced = (tool: object): boolean => originals.has(tool);

const UNREADABLE = "a call of a traced tool could not be read";

function callForm(
  name: string,
  args: unknown[],
  options: TraceToolOptions,
  reading: ToolCallReading,
): ActionForm {
  const form = toolCallForm(read(reading.name, args) ?? name, parametersOf(args, options, reading), {
    toolCallId: textOf(toolCallIdOf(args, options, reading)),
    sessionId: textOf(read(reading.sessionId, args)),
  });
  const { result: select } = options;
  const { result: readResult, failure } = reading;
  if (select === undefined && readResult === undefined && failure === undefined) return form;
  return {
    ...form,
    // Where the selection throws nothing is recorded: it may be there to hide something.
    result: (value) =>
      form.result(
        select === undefined
          ? quietly(UNREADABLE, () => (readResult === undefined ? value : readResult(value)))
          : quietly("result of a traced tool threw", () => select(value)),
      ),
    ...(failure && { failureIn: (value) => quietly(UNREADABLE, () => failure(value)) }),
  };
}

const read = <T>(from: ((args: readonly unknown[]) => T) | undefined, args: unknown[]): T | undefined =>
  from === undefined ? undefined : quietly(UNREADABLE, () => from(args));

function parametersOf(args: unknown[], { parameters }: TraceToolOptions, reading: ToolCallReading): unknown {
  if (parameters !== undefined)
    return quietly("parameters of a traced tool threw", () => parameters(...args));
  if (reading.parameters !== undefined) return read(reading.parameters, args);
  return args.length <= 1 ? args[0] : args;
}

function toolCallIdOf(args: unknown[], { toolCallId }: TraceToolOptions, reading: ToolCallReading): unknown {
  return toolCallId === undefined
    ? read(reading.toolCallId, args)
    : quietly("toolCallId of a traced tool threw", () => toolCallId(...args));
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
