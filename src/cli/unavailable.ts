import { describeError } from "../internal/describe-error.js";
import { UnavailableError } from "./framework/unavailable-error.js";

/** An error for something that does not answer: what, why, and where to look. */
export function unavailable(what: string, cause: unknown): UnavailableError {
  const { message } = describeError(cause);
  return new UnavailableError(
    `${what}: ${message.trim().replace(/\.$/, "")}. To find out more: agent-actions doctor`,
  );
}
