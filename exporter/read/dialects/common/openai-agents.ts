import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, scopeName, textAt } from "./attributes.js";
import type { Captured } from "./captured.js";
import { decodePython } from "./decode-python.js";
import { type Failure, failureSaying } from "./failure.js";
import { noteFailure } from "./run-notes.js";

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

/**
 * The same where an instrumentation wrote all of it into the status, as Python prints a dictionary: `{'message': ..., 'data': {...}}`
 * (OpenLLMetry), or the message and the data behind it (OpenTelemetry's own).
 */
export function withoutAgentsSdkError(failure: Failure | undefined): Failure | undefined {
  const [, before, data] = MESSAGE_AND_DATA.exec(failure?.message ?? "") ?? [];
  if (failure?.type === "Error" && data !== undefined) return failureOfAgentsSdk(before, decodePython(data));
  if (!failure?.message?.startsWith("{'message': ")) return failure;
  const noted = decodePython(failure.message);
  if (!isPlainObject(noted)) return failure;
  const said = failureOfAgentsSdk(textAt(noted, "message"), noted.data);
  return failure.type === "Error" ? said : { ...failure, message: said.message };
}

const MESSAGE_AND_DATA = /^([^{]{1,200}): (\{'[\s\S]*\})$/;

/** OpenTelemetry's own instrumentation of the SDK, in Python. That of OpenLLMetry has a scope of the same name, and keys of its own. */
export const isAgentsSdk = (span: ReadableSpan): boolean =>
  scopeName(span) === "opentelemetry.instrumentation.openai_agents" &&
  !("traceloop.span.kind" in span.attributes);

// As the other instrumentations write it, so that one error is one text whoever recorded it.
const inPython = (data: Attributes): string =>
  `{${Object.entries(data)
    .map(([key, value]) => `'${key}': ${typeof value === "string" ? `'${value}'` : JSON.stringify(value)}`)
    .join(", ")}}`;

/** A run that fails by an unknown tool or a guardrail is marked OK, and the turn in which it did is not. */
export function noteFailedTurn(run: ReadableSpan | undefined, failure: Failure | undefined): void {
  if (failure !== undefined) noteFailure(run, failure);
}

/** The SDK ends the span of a call that a person refused with this message. */
export const REFUSED = "Tool execution was not approved.";

/** What became of a call that a person refused. */
export const refusal = (reason: string | undefined): Captured => ({
  approved: false,
  reason: reason ?? REFUSED,
});
