import { TransportError } from "../errors.js";
import { describeError } from "../internal/describe-error.js";

/** An error for a Kafka that does not respond: what, why, and where to look. */
export function unavailable(what: string, cause: unknown): TransportError {
  const { message } = describeError(cause);
  return new TransportError(
    `${what}: ${message.trim().replace(/\.$/, "")}. To find out more: agent-actions doctor`,
    { retriable: true },
  );
}
