import { diag } from "@opentelemetry/api";
import { SCOPE_NAME } from "../event/semconv.js";
import { describeError } from "../internal/describe-error.js";

const logger = diag.createComponentLogger({ namespace: SCOPE_NAME });
const seen = new Map<string, number>();

/**
 * Tells the operator, through OpenTelemetry's `diag`, what went wrong inside telemetry or how it was called wrongly. The
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
    // The host's own diag logger threw: nobody is left to tell.
  }
}

function because(cause: unknown): string {
  if (cause === undefined) return "";
  const { type, message } = describeError(cause);
  return `: ${type}: ${message.slice(0, 500)}`;
}
