import { types } from "node:util";
import { type RecordedOutcome, type ReplacedCall, untraced } from "../trace-function.js";

/**
 * Gives a recorded outcome back as a function of the kind of the tool's would: an async one by a promise, a generator by yielding what
 * was recorded, which is its last value. A function of which neither can be seen returns or throws at once.
 */
export function replayAsFunction(outcome: RecordedOutcome, { method }: ReplacedCall): unknown {
  const original = untraced(method);
  if (types.isGeneratorFunction(original))
    return types.isAsyncFunction(original) ? asyncSteps(outcome) : steps(outcome);
  return types.isAsyncFunction(original) ? replayAsPromise(outcome) : settle(outcome);
}

/**
 * Tools of frameworks are awaited. An async generator is one here too: the AI SDK reads preliminary results from it. A failure that was recorded with a
 * result was given to the framework as that result.
 */
export function replayAsMethod({ result, error }: RecordedOutcome, call: ReplacedCall): unknown {
  const outcome = { result, error: result === null ? error : undefined };
  return types.isGeneratorFunction(untraced(call.method))
    ? replayAsFunction(outcome, call)
    : replayAsPromise(outcome);
}

async function replayAsPromise(outcome: RecordedOutcome): Promise<unknown> {
  return settle(outcome);
}

function settle({ result, error }: RecordedOutcome): unknown {
  if (error !== undefined) throw error;
  return result;
}

function* steps(outcome: RecordedOutcome): Generator {
  const result = settle(outcome);
  if (result !== null) yield result;
  return result;
}

async function* asyncSteps(outcome: RecordedOutcome): AsyncGenerator {
  yield* steps(outcome);
}
