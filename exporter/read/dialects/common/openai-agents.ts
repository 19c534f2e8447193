import { isPlainObject } from "../../../../src/event/json.js";
import { type Attributes, textAt } from "./attributes.js";
import type { Captured } from "./captured.js";
import { type Failure, failureSaying } from "./failure.js";

/**
 * The failure that the OpenAI Agents SDK notes on a span: `{message, data}`. What the tool or the model said itself stands in the data;
 * without it, the message counts, with the data behind it.
 */
export function failureOfAgentsSdk(message: string | undefined, data: Captured): Failure {
  const said = isPlainObject(data) ? textAt(data, "error") : undefined;
  if (said !== undefined) return failureSaying(said);
  if (!isPlainObject(data) || Object.keys(data).length === 0) return failureSaying(message);
  return failureSaying(`${message ?? "Error"}: ${inPython(data)}`);
}

// As the other instrumentations write it, so that one error is one text whoever recorded it.
const inPython = (data: Attributes): string =>
  `{${Object.entries(data)
    .map(([key, value]) => `'${key}': ${typeof value === "string" ? `'${value}'` : JSON.stringify(value)}`)
    .join(", ")}}`;

/** The SDK ends the span of a call that a person refused with this message. */
export const REFUSED = "Tool execution was not approved.";

/** What became of a call that a person refused. */
export const refusal = (reason: string | undefined): Captured => ({
  approved: false,
  reason: reason ?? REFUSED,
});
