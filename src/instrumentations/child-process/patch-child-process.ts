import { EventEmitter } from "node:events";
import { promisify } from "node:util";
import { failureOf, type RecordedSpan } from "../../tracing/recorded-span.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import type { SpanOutcome, SpanTemplate } from "../../tracing/span-template.js";
import { toolCallSpanTemplate } from "../../tracing/tool-call.js";
import type { HostCall, Patches } from "../base/patches.js";
import { asOneCall, isAgentsCall } from "../builtins/agents-call.js";
import { commandOf, endedWith, spawnedSync, threwSync } from "./command.js";
import { patchPromisified } from "./patch-promisified.js";

type Exports = Readonly<Record<string, unknown>>;

const ASYNC = ["exec", "execFile", "spawn", "fork"];

const SYNC: Readonly<Record<string, (value: unknown) => SpanOutcome>> = {
  execSync: () => endedWith(0, null),
  execFileSync: () => endedWith(0, null),
  spawnSync: spawnedSync,
};

export function patchChildProcess(exports: Exports, patches: Patches, recorder: SpanRecorder): void {
  for (const name of ASYNC) {
    const around = (call: HostCall) =>
      isAgentsCall(recorder) ? start(name, call, recorder) : call.proceed();
    if (typeof Reflect.get(exports[name] as object, promisify.custom) === "function")
      patchPromisified(exports, name, patches, around);
    else patches.method(exports, name, around);
  }
  for (const [name, returned] of Object.entries(SYNC))
    patches.method(exports, name, (call) =>
      isAgentsCall(recorder)
        ? runSync(templateOf(name, call.args, { returned, threw: threwSync }), call, recorder)
        : call.proceed(),
    );
}

const templateOf = (name: string, args: readonly unknown[], own: Partial<SpanTemplate> = {}): SpanTemplate =>
  toolCallSpanTemplate({ name, arguments: commandOf(args) }, own);

const runSync = (template: SpanTemplate, { proceed }: HostCall, recorder: SpanRecorder): unknown =>
  recorder.run(
    () => template,
    () => asOneCall(proceed),
  );

function start(name: string, { args, proceed }: HostCall, recorder: SpanRecorder): unknown {
  const open = recorder.open(() => templateOf(name, args));
  if (open === undefined) return asOneCall(proceed);
  try {
    const started = asOneCall(proceed);
    untilExit(childOf(started), open);
    return started;
  } catch (error) {
    open.fail(error);
    throw error;
  }
}

// What `promisify(exec)` returns is a promise with its process on it.
const childOf = (started: unknown): unknown =>
  started instanceof Promise ? (started as Promise<unknown> & { readonly child?: unknown }).child : started;

// `errorMonitor` sees an error that is still one nobody listens to.
function untilExit(child: unknown, open: RecordedSpan): void {
  if (!(child instanceof EventEmitter)) {
    open.end();
    return;
  }
  child.once("exit", (code: unknown, signal: unknown) => open.end(endedWith(code, signal)));
  child.once(EventEmitter.errorMonitor, (error: unknown) => open.end(failureOf(error)));
}
