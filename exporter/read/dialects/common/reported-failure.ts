import { isPlainObject } from "../../../../src/event/json.js";
import { type Attributes, firstText } from "./attributes.js";
import type { Captured } from "./captured.js";
import { type Failure, failureSaying } from "./failure.js";

/**
 * The failure that a tool reports in what it gave, while the call itself went well: `{success: false, error: "no such order"}`,
 * `{status: "error", error: ...}`. A status alone is none: it may be that of a build or an order.
 */
export function reportedFailure(result: Captured): Failure | undefined {
  if (!isPlainObject(result)) return undefined;
  const isDenied = result.success === false || result.ok === false;
  const hasFailed = typeof result.status === "string" && FAILED.test(result.status) && isTold(result.error);
  if (!isDenied && !hasFailed) return undefined;
  const failure = failureSaying(wordsOf(result));
  return failure.type === "Error" ? { ...failure, type: "tool_error" } : failure;
}

const FAILED = /^(?:error|fail(?:ed|ure)?)$/i;

const isTold = (error: unknown): boolean =>
  isPlainObject(error) || (typeof error === "string" && error.trim() !== "");

function wordsOf(result: Attributes): string | undefined {
  const inner = isPlainObject(result.error) ? firstText(result.error, WORDS) : undefined;
  return inner ?? firstText(result, WORDS);
}

const WORDS = ["error", "error_message", "errorMessage", "message", "reason", "detail"];
