import { EventEmitter } from "node:events";
import { promisify } from "node:util";
import type { CallForm, Outcome } from "../base/call-form.js";
import type { HostCall, Patches } from "../base/patches.js";
import { failureOf, type OpenCall, type SpanRecorder } from "../base/span-recorder.js";
import { toolCallForm } from "../base/tool-call.js";
import { asOneCall, isAgentsCall } from "../builtins/guarded-call.js";
import { commandOf } from "./command.js";
import { endedWith, spawnedSync, threwSync } from "./ending.js";
import { patchPromisified } from "./patch-promisified.js";

type Exports = Readonly<Record<string, unknown>>;

const ASYNC = ["exec", "execFile", "spawn", "fork"];

const SYNC: Readonly<Record<string, (value: unknown) => Outcome>> = {
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
        ? runSync(formOf(name, call.args, { returned, threw: threwSync }), call, recorder)
        : call.proceed(),
    );
}

const formOf = (name: string, args: readonly unknown[], own: Partial<CallForm> = {}): CallForm =>
  toolCallForm({ name, arguments: commandOf(args) }, own);

const runSync = (form: CallForm, { proceed }: HostCall, recorder: SpanRecorder): unknown =>
  recorder.run(
    () => form,
    () => asOneCall(proceed),
  );

function start(name: string, { args, proceed }: HostCall, recorder: SpanRecorder): unknown {
  const open = recorder.open(() => formOf(name, args));
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

// What `promisify(exec)` answers is a promise with its process on it.
const childOf = (started: unknown): unknown =>
  started instanceof Promise ? (started as Promise<unknown> & { readonly child?: unknown }).child : started;

// `errorMonitor` sees an error that is still one nobody listens to.
function untilExit(child: unknown, open: OpenCall): void {
  if (!(child instanceof EventEmitter)) {
    open.end();
    return;
  }
  child.once("exit", (code: unknown, signal: unknown) => open.end(endedWith(code, signal)));
  child.once(EventEmitter.errorMonitor, (error: unknown) => open.end(failureOf(error)));
}
