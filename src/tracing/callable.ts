import { reportProblem } from "./problems.js";

/** What was given as a function, as one: anything else is what the function would have answered, and is reported. */
export function callable<Call extends (...args: never[]) => unknown>(given: Call): Call {
  if (typeof given === "function") return given;
  reportProblem("a value was given where a function is wanted: it is taken for what that answers");
  return (() => given) as unknown as Call;
}
