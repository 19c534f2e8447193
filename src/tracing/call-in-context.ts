import { type Context, context } from "@opentelemetry/api";
import { reportProblem } from "./problems.js";

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
