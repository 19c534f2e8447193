import type { ActionForm } from "./action-form.js";
import { ambientActor } from "./actor.js";
import { quietly } from "./quietly.js";
import { runAction } from "./run-action.js";
import { toolCallForm } from "./tool-call-form.js";
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
): ToolFunction {
  const original = originals.get(tool) ?? tool;
  const actor = ambientActor(options.agentName, options.tracerProvider);
  const traced = new Proxy(original, {
    apply(target, receiver: unknown, args: unknown[]) {
      const form = () => callForm(name, args, options);
      return runAction(actor, form, () => Reflect.apply(target as Call, receiverOf(receiver), args));
    },
  });
  originals.set(traced, original);
  return traced;
}

function callForm(name: string, args: unknown[], options: TraceToolOptions): ActionForm {
  const toolCallId = quietly("toolCallId of a traced tool threw", () => options.toolCallId?.(...args));
  const form = toolCallForm(name, parametersOf(args, options), { toolCallId });
  const { result: select } = options;
  if (select === undefined) return form;
  // Where the selection throws nothing is recorded: it may be there to hide something.
  const selected = (value: unknown) => quietly("result of a traced tool threw", () => select(value));
  return { ...form, result: (value) => form.result(selected(value)) };
}

function parametersOf(args: unknown[], { parameters }: TraceToolOptions): unknown {
  if (parameters !== undefined)
    return quietly("parameters of a traced tool threw", () => parameters(...args));
  return args.length <= 1 ? args[0] : args;
}
