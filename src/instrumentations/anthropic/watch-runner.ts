import type { Context } from "@opentelemetry/api";
import { guarded } from "../../tracing/guard.js";
import { ITERATOR_STEPS, watchSteps } from "../../tracing/observe-iteration.js";
import { endWhenCollected } from "../../tracing/outcome.js";
import { type Members, membersOf } from "../../tracing/tool-shapes/members.js";

/** What a tool runner is recorded by. Nothing of it throws. */
export interface RunnerWatcher {
  /** The same parameters, with tools whose calls are recorded. */
  withTools(params: Members): Members;
  /** The same tool, the calls of which are recorded. */
  tool(tool: unknown): unknown;
  /** The loop starts. @returns the context that it runs in, and the outcome to which its end is reported */
  start(runner: Members): RunnerLoop | undefined;
}

export interface RunnerLoop {
  readonly context: Context;
  /** The model has answered: a message, or the stream of one. */
  answered(message: unknown): void;
  succeed(): void;
  fail(error: unknown): void;
}

type Method = (...args: unknown[]) => unknown;

/**
 * Sees the loop of a tool runner, however the host has it run: `for await`, `await runner`, `done()` all come down to its async
 * iterator. Tools that join later are recorded as well.
 */
export function watchRunner(runner: Members, watcher: RunnerWatcher): void {
  replace(runner, Symbol.asyncIterator, (iterate) => {
    const iterator = iterate() as object;
    guarded("the loop of a tool runner could not be observed", () => watchLoop(runner, iterator, watcher));
    return iterator;
  });
  replace(runner, "addTools", (add, tools) => add(...tools.map((tool) => watcher.tool(tool))));
  replace(runner, "setMessagesParams", (set, [given]) =>
    set(
      typeof given === "function"
        ? (params: unknown) => watcher.withTools(membersOf((given as Method)(params)))
        : watcher.withTools(membersOf(given)),
    ),
  );
}

function watchLoop(runner: Members, iterator: object, watcher: RunnerWatcher): void {
  const loop = watcher.start(runner);
  if (loop === undefined) return;
  watchSteps(iterator, ITERATOR_STEPS, loop, loop.context, (message) => loop.answered(message));
  endWhenCollected(iterator, loop);
}

// On the one runner: its class is shared by runners that nobody records.
function replace(
  runner: Members,
  name: PropertyKey,
  around: (original: Method, args: unknown[]) => unknown,
): void {
  const original: unknown = Reflect.get(runner, name);
  if (typeof original !== "function") return;
  Object.defineProperty(runner, name, {
    value: function (this: unknown, ...args: unknown[]) {
      return around((...given) => Reflect.apply(original, this, given), args);
    },
    configurable: true,
    writable: true,
  });
}
