import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, booleanAt, firstText, textAt } from "../common/attributes.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import { readFailure } from "../common/failure.js";
import { readMessages } from "../common/gen-ai-messages.js";
import { GUARDRAIL_TRIGGERED, HAND_OFF_SOURCE } from "../common/gen-ai-values.js";
import type { Reading } from "../dialect.js";

/** The decision phase of an agent. */
export function readPlan(span: ReadableSpan): Reading {
  const { context, result } = readMessages(span);
  return { is: "decision", type: "plan", name: "plan", context, result, failure: readFailure(span) };
}

const SECURITY = "gen_ai.security.";
const TARGET = "gen_ai.security.target.";

/**
 * What a guardrail found: `run_guardrail` with `gen_ai.security.*` (proposed in semantic-conventions-genai 262 and 427),
 * `apply_guardrail` with `gen_ai.guardian.*` (semantic-conventions 3233), `guardrail_check` with `gen_ai.guardrail.*` (the
 * instrumentation of the OpenAI Agents SDK for Python).
 */
export function readGuardrail(operation: string, span: ReadableSpan): Reading {
  const { attributes } = span;
  const triggered = booleanAt(attributes, GUARDRAIL_TRIGGERED);
  const target = membersUnder(TARGET, attributes);
  const verdict = membersUnder(SECURITY, attributes, [TARGET, "gen_ai.security.guardrail."]);
  const { context } = readMessages(span);
  return {
    is: "decision",
    type: "guardrail",
    name: firstText(attributes, GUARDRAIL_NAMES) ?? span.name.replace(`${operation} `, ""),
    context: target ?? context,
    result: verdict ?? (triggered === undefined ? HIDDEN : { triggered }),
    failure: readFailure(span, verdict !== undefined || triggered !== undefined),
    extras: {
      reason: firstText(attributes, ["gen_ai.security.verdict.reason", "gen_ai.security.decision.reason"]),
    },
  };
}

const GUARDRAIL_NAMES = [
  "gen_ai.security.guardrail.name",
  "gen_ai.guardian.name",
  "gen_ai.guardrail.name",
  "gen_ai.security.guardrail.id",
  "gen_ai.guardian.id",
  // Only where the span is written as that of an agent.
  "gen_ai.agent.name",
];

function membersUnder(prefix: string, attributes: Attributes, without: readonly string[] = []): Captured {
  const members = Object.entries(attributes)
    .filter(([key]) => key.startsWith(prefix) && !without.some((other) => key.startsWith(other)))
    .map(([key, value]) => [key.slice(prefix.length), captured(value)] as const);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** One agent gives the work to another (the instrumentation of the OpenAI Agents SDK for Python). */
export function readHandOff(span: ReadableSpan): Reading {
  const { attributes } = span;
  const from_agent = firstText(attributes, ["gen_ai.handoff.from_agent", HAND_OFF_SOURCE]);
  const written = textAt(attributes, "gen_ai.handoff.to_agent");
  const to_agent =
    HAND_OFF_SOURCE in attributes ? (written ?? textAt(attributes, "gen_ai.agent.name")) : written;
  return {
    is: "decision",
    type: "handoff",
    name: to_agent === undefined ? span.name : `handoff to ${to_agent}`,
    context: from_agent === undefined ? HIDDEN : { from_agent },
    result: to_agent === undefined ? HIDDEN : { to_agent },
    failure: readFailure(span),
  };
}

/** A person was asked (AG2). */
export function readHumanInput(span: ReadableSpan): Reading {
  const { attributes } = span;
  return {
    is: "decision",
    type: "elicitation",
    name: "await_human_input",
    context: captured(attributes["ag2.human_input.prompt"]) ?? HIDDEN,
    result: captured(attributes["ag2.human_input.response"]) ?? HIDDEN,
    failure: readFailure(span),
  };
}
