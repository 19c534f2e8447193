import { type Context, context, ROOT_CONTEXT } from "@opentelemetry/api";
import { quietly } from "./quietly.js";

/** The active context; the root where the context manager cannot say. */
export function activeContext(): Context {
  return quietly("the context manager threw", () => context.active()) ?? ROOT_CONTEXT;
}
