import { types } from "node:util";
import type { Action } from "./action.js";
import { reportProblem } from "./problems.js";

export type ActionCallback<T> = (action: Action) => T;

/**
 * The callback among the arguments of a scoped call; `undefined` where there is none, because the caller wants the action
 * itself. A promise in its place, which a caller writes who forgets the arrow, is taken for what the callback answers.
 */
export function callbackOf<T>(given: unknown): ActionCallback<T> | undefined {
  if (typeof given === "function") return given as ActionCallback<T>;
  if (!types.isPromise(given)) return undefined;
  reportProblem(
    "a scoped call was given a promise where it wants a function: what happens inside has another parent",
  );
  return () => given as T;
}
