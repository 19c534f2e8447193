import type { SpanRecorder } from "../../tracing/span-recorder.js";
import type { SpanTemplate } from "../../tracing/span-template.js";
import { toolCallSpanTemplate, toolResult } from "../../tracing/tool-call.js";
import type { HostCall, Patches } from "../base/patches.js";
import { asOneCall, isAgentsCall } from "../builtins/agents-call.js";
import { FILE_OPERATIONS, type FileOperation, STREAM_OPERATIONS } from "./file-operation.js";
import { isModuleLoading } from "./module-loading.js";

type Exports = Readonly<Record<string, unknown>>;
type Callback = (...args: unknown[]) => unknown;

/** Each operation in its three forms: promise, callback, sync. */
export function patchFs(fs: Exports, patches: Patches, recorder: SpanRecorder): void {
  const promises = fs.promises as Exports;
  for (const [name, operation] of Object.entries(FILE_OPERATIONS)) {
    patches.method(promises, name, (call) =>
      ifAgents(call, recorder, () => returning(call, operation, recorder)),
    );
    patches.method(fs, name, (call) =>
      ifAgents(call, recorder, () => callingBack(call, operation, recorder)),
    );
    patches.method(fs, `${name}Sync`, (call) =>
      ifAgents(call, recorder, () =>
        isModuleLoading() ? call.proceed() : returning(call, operation, recorder),
      ),
    );
  }
  for (const [name, operation] of Object.entries(STREAM_OPERATIONS))
    patches.method(fs, name, (call) => ifAgents(call, recorder, () => streaming(call, operation, recorder)));
}

const ifAgents = (call: HostCall, recorder: SpanRecorder, record: () => unknown): unknown =>
  isAgentsCall(recorder) ? record() : call.proceed();

// What is called has no spans of its own, so it needs none around it: it goes on in the host's context.
function returning({ args, proceed }: HostCall, operation: FileOperation, recorder: SpanRecorder): unknown {
  return recorder.run(
    () => templateOf(operation, args),
    () => asOneCall(proceed),
  );
}

function callingBack({ args, proceed }: HostCall, operation: FileOperation, recorder: SpanRecorder): unknown {
  const callback = args.at(-1);
  const open = typeof callback === "function" ? recorder.open(() => templateOf(operation, args)) : undefined;
  if (open === undefined) return asOneCall(proceed);
  const reporting = function (this: unknown, ...results: unknown[]) {
    const [error, value] = results;
    if (error === null || error === undefined) open.succeed(value);
    else open.fail(error);
    return Reflect.apply(callback as Callback, this, results);
  };
  return started(open, () => proceed([...args.slice(0, -1), reporting]));
}

interface FileStream {
  readonly errored: unknown;
  once(event: "close", listener: () => void): unknown;
}

// Not by `error`: one that nobody else listens to would vanish.
function streaming({ args, proceed }: HostCall, operation: FileOperation, recorder: SpanRecorder): unknown {
  const open = recorder.open(() => templateOf(operation, args));
  if (open === undefined) return asOneCall(proceed);
  const stream = started(open, proceed) as FileStream;
  stream.once("close", () => {
    if (stream.errored) open.fail(stream.errored);
    else open.succeed(stream);
  });
  return stream;
}

// Arguments that are no arguments are thrown out at once.
function started(open: { fail(error: unknown): void }, call: () => unknown): unknown {
  try {
    return asOneCall(call);
  } catch (error) {
    open.fail(error);
    throw error;
  }
}

function templateOf(operation: FileOperation, args: readonly unknown[]): SpanTemplate | undefined {
  const parameters = operation.parameters(args);
  if (parameters === undefined) return undefined;
  return toolCallSpanTemplate(
    { name: operation.tool, arguments: parameters },
    { returned: (value) => toolResult(operation.result(value, args)) },
  );
}
