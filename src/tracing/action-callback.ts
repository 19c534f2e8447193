import { types } from "node:util";
import type { Action } from "./action.js";
import { callable } from "./callable.js";

export type ActionCallback<T> = (action: Action) => T;

/**
 * The callback among the arguments of a scoped call; `undefined` where there is none, because the caller wants the action
 * itself. A promise in its place is what somebody writes who forgets the arrow: it counts as what the callback answers.
 */
export function callbackOf<T>(given: unknown): ActionCallback<T> | undefined {
  if (given === undefined || given === null || (typeof given === "object" && !types.isPromise(given)))
    return undefined;
  return callable(given as ActionCallback<T>);
}
