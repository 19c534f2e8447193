import { type Members, membersOf } from "../../tracing/tool-shapes/members.js";
import type { AgentCall } from "./agent-call.js";

type Callback = (...args: unknown[]) => unknown;

/**
 * The same options, with callbacks by which the end of a stream is seen. The host's own are called as before. The end is reported by
 * `onFinish`, which is called `onEnd` since version 7, where `onEnd` stands before `onFinish`.
 */
export function watchStream<Options extends Members>(options: Options, call: AgentCall): Options {
  const finish = "onEnd" in options ? "onEnd" : "onFinish";
  return {
    ...options,
    [finish]: before(options.onEnd ?? options.onFinish, (event) => call.succeed(event)),
    onAbort: before(options.onAbort, () => call.fail(aborted())),
    onError: before(options.onError ?? logError, (event) => call.fail(membersOf(event).error)),
  };
}

function before(callback: unknown, note: (event: unknown) => void): Callback {
  return function (this: unknown, ...args: unknown[]) {
    note(args[0]);
    return typeof callback === "function" ? Reflect.apply(callback, this, args) : undefined;
  };
}

const aborted = (): Error => Object.assign(new Error("the stream was aborted"), { name: "AbortError" });

// What streamText does where nobody gives an onError: giving it one must not silence it.
const host: { readonly console: Console } = globalThis;
const logError: Callback = (event) => host.console.error(membersOf(event).error);
