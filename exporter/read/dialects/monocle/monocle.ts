/**
 * Monocle (monocle_apptrace, and its JavaScript sister; source: its `metamodel`). `span.type` says what a span is, `entity.N.*` who takes
 * part in it, and what was said is in events: `data.input` and `data.output`.
 */
import type { ReadableSpan } from "../../sdk-types.js";
import { firstText, textAt } from "../common/attributes.js";
import { HIDDEN } from "../common/captured.js";
import { type Failure, readFailure } from "../common/failure.js";
import { missingResult } from "../common/gen-ai-values.js";
import type { Dialect, Reading } from "../dialect.js";
import { inferenceExtras, inputOf, outputOf, readInference } from "./monocle-values.js";

const TYPE = "span.type";

export const monocleDialect: Dialect = {
  name: "monocle",
  evidence: { keys: ["span.type", "entity."] },

  read(span, ancestors) {
    const type = typeOf(span);
    if (type === undefined) return undefined;
    if (isSameCall(span, ancestors[0])) return TWIN;
    return (
      TYPES[type]?.(span) ?? {
        is: "ignored",
        reason: `a span of the type ${type} is a step around, and no action`,
      }
    );
  },

  agentName({ attributes }) {
    const type = textAt(attributes, TYPE);
    if (type === "agentic.invocation") return textAt(attributes, "entity.1.name");
    if (type === "agentic.delegation") return textAt(attributes, "entity.1.from_agent");
    return textAt(attributes, "entity.2.type")?.startsWith("agent.")
      ? textAt(attributes, "entity.2.name")
      : undefined;
  },

  sessionId: (span) => (typeOf(span) === undefined ? undefined : firstText(span.attributes, SESSION_KEYS)),
};

const SESSION_KEYS = ["scope.agentic.session", "scope.session_id", "scope.session", "session.id"];

// Others may have an attribute of that name; Monocle's spans have a version or entities beside it.
const typeOf = ({ attributes }: ReadableSpan): string | undefined =>
  OWN_KEYS.some((key) => key in attributes) ? textAt(attributes, TYPE) : undefined;
const OWN_KEYS = ["entity.1.type", "entity.1.name", "entity.count", "monocle_apptrace.version"];

const TWIN: Reading = { is: "ignored", reason: "the span around it records the same call" };

/** A framework's call of a model has the provider's inside, and a tool's call the one of the protocol that carries it. */
function isSameCall(span: ReadableSpan, parent: ReadableSpan | undefined): boolean {
  if (parent === undefined) return false;
  const [type, outer] = [typeOf(span), typeOf(parent)];
  if (type === "agentic.mcp.invocation")
    return outer === "agentic.tool.invocation" && nameOf(span) === nameOf(parent);
  return (
    type !== undefined &&
    type !== "inference.framework" &&
    isInference(type) &&
    outer === "inference.framework"
  );
}

const isInference = (type: string): boolean => type === "inference" || type.startsWith("inference.");
const nameOf = ({ attributes }: ReadableSpan): string | undefined => textAt(attributes, "entity.1.name");

const TYPES: Readonly<Record<string, (span: ReadableSpan) => Reading>> = {
  "agentic.tool.invocation": readToolCall,
  "agentic.mcp.invocation": readToolCall,
  retrieval: readToolCall,
  "agentic.delegation": readDelegation,
  "agentic.invocation": (span) => ({ is: "run", name: nameOf(span), failure: failureOf(span) }),
  inference: readModelCall,
  "inference.framework": readModelCall,
  "inference.modelapi": readModelCall,
};

const failureOf = (span: ReadableSpan, hasResult = false): Failure | undefined =>
  readFailure(span, hasResult);

function readToolCall(span: ReadableSpan): Reading {
  const parameters = inputOf(span);
  const result = outputOf(span);
  const failure = failureOf(span, result !== undefined);
  return {
    is: "tool_call",
    name: nameOf(span) ?? span.name,
    parameters: parameters ?? HIDDEN,
    result: result ?? missingResult(parameters, failure),
    callId: undefined,
    failure,
  };
}

function readDelegation(span: ReadableSpan): Reading {
  const { "entity.1.from_agent": from_agent, "entity.1.to_agent": to_agent } = span.attributes;
  return {
    is: "decision",
    type: "handoff",
    name: typeof to_agent === "string" ? to_agent : span.name,
    context: from_agent === undefined ? undefined : { from_agent },
    result: { to_agent },
    failure: failureOf(span),
  };
}

function readModelCall(span: ReadableSpan): Reading {
  const model = textAt(span.attributes, "entity.2.name");
  return {
    is: "model_call",
    name: model === undefined ? span.name : `chat ${model}`,
    messages: () => readInference(span),
    failure: failureOf(span, outputOf(span) !== undefined),
    extras: inferenceExtras(span),
  };
}
