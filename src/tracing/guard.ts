/**
 * The border between telemetry and the agent. What telemetry does itself never throws into the host: it runs {@link guarded}. What
 * the host does runs exactly once and keeps its own result or error: it is called by {@link callInContext}.
 */
import { type Context, context, diag, ROOT_CONTEXT } from "@opentelemetry/api";
import { SCOPE_NAME } from "../event/semconv.js";
import { describeError } from "../internal/describe-error.js";

/** Runs telemetry's own work. What it throws is reported as the given problem, and `undefined` is returned. */
export function guarded<T>(problem: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    reportProblem(problem, error);
    return undefined;
  }
}

const logger = diag.createComponentLogger({ namespace: SCOPE_NAME });
const seen = new Map<string, number>();

/**
 * Reports to the operator, through OpenTelemetry's `diag`, what went wrong inside telemetry or how it was called wrongly. The
 * first time it warns; after that it counts, and says so at 10, 100, 1,000 times. Never throws.
 *
 * @param problem one of a fixed set of sentences, without values: it is also what repeats are counted by
 */
export function reportProblem(problem: string, cause?: unknown): void {
  const times = (seen.get(problem) ?? 0) + 1;
  seen.set(problem, times);
  if (!Number.isInteger(Math.log10(times))) return;
  try {
    logger.warn(`${problem}${times === 1 ? "" : ` (${times} times)`}${because(cause)}`);
  } catch {
    // The host's own diag logger threw: nobody is left to report to.
  }
}

function because(cause: unknown): string {
  if (cause === undefined) return "";
  const { type, message } = describeError(cause);
  return `: ${type}: ${message.slice(0, 500)}`;
}

/** What was given as a function, as one. Any other value is taken for what the function would have returned, and is reported. */
export function asFunction<Call extends (...args: never[]) => unknown>(given: Call): Call {
  if (typeof given === "function") return given;
  reportProblem("a value was given where a function is wanted: it is taken for what that returns");
  return (() => given) as unknown as Call;
}

/** The active context; the root where the context manager cannot say. */
export function activeContext(): Context {
  try {
    return context.active();
  } catch (error) {
    reportProblem("the context manager threw", error);
    return ROOT_CONTEXT;
  }
}

type Call<T> = { readonly returned: T } | { readonly threw: unknown };

/**
 * Calls the host's function exactly once with this context active, and gives back exactly what it returned or threw,
 * also when the context manager itself throws before or after it.
 */
export function callInContext<T>(target: Context, fn: () => T): T {
  let call: Call<T> | undefined;
  try {
    context.with(target, () => {
      call ??= attempt(fn);
    });
  } catch (error) {
    reportProblem("the context manager threw", error);
  }
  if (call === undefined) return fn();
  if ("threw" in call) throw call.threw;
  return call.returned;
}

function attempt<T>(fn: () => T): Call<T> {
  try {
    return { returned: fn() };
  } catch (error) {
    return { threw: error };
  }
}
