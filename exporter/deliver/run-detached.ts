import { AsyncResource } from "node:async_hooks";
import { context, ROOT_CONTEXT } from "@opentelemetry/api";
import { suppressTracing } from "./suppress-tracing.js";

/**
 * What is started in here holds nothing of the agent: sockets and timers of the Kafka client live for hours, and would
 * otherwise keep alive (and show to every callback) the `AsyncLocalStorage` values of whichever action came first.
 * It also makes no spans, whatever instrumentations are in place.
 */
export function runDetached<Result>(work: () => Result): Result {
  return SCOPE.runInAsyncScope(() => context.with(suppressTracing(ROOT_CONTEXT), work));
}

// Made when this module is loaded, which is before any action.
const SCOPE = new AsyncResource("otel-agent-actions.exporter", { requireManualDestroy: true });
