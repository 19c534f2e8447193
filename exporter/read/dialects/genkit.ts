/**
 * Genkit's own spans (`@genkit-ai/core`, `@genkit-ai/ai`; Go writes the same names). `genkit:type` says what a span is: an `action`, of
 * which `genkit:metadata:subtype` says the kind, or something around actions. Input and output are JSON texts. The key, the type and the
 * subtype are there from the start, everything else when the span ends.
 */

import { isPlainObject } from "../../../src/event/json.js";
import type { ReadableSpan } from "../sdk-types.js";
import { numberAt, textAt } from "./common/attributes.js";
import { type Captured, capturedOnce, HIDDEN } from "./common/captured.js";
import { readFailure } from "./common/failure.js";
import { missingAnswer } from "./common/gen-ai-values.js";
import { answersIn, callsIn } from "./common/model-messages.js";
import type { Dialect, Extras, Reading } from "./dialect.js";

const TYPE = "genkit:type";
const SUBTYPE = "genkit:metadata:subtype";

export const genkitDialect: Dialect = {
  name: "genkit",
  evidence: { keys: [TYPE] },

  read(span, ancestors) {
    const kind = kindOf(span);
    if (kind === undefined) return undefined;
    const reason = `Genkit's ${kind} is a step inside, and no action`;
    const read = KINDS[kind]?.(span, ancestors) ?? (isRoot(span) ? readRun(span) : undefined);
    return read ?? { is: "ignored", reason };
  },

  agentName: (span) => (RUNS.has(kindOf(span) ?? "") ? nameOf(span) : undefined),

  sessionId: ({ attributes }) =>
    TYPE in attributes
      ? (textAt(attributes, "genkit:metadata:agent:sessionId") ?? textAt(attributes, "genkit:sessionId"))
      : undefined,
};

/** `flow`, `tool`, `model`...; of what is no action, its type: `util`, `flowStep`, `promptTemplate`, `dotprompt`. */
function kindOf({ attributes }: ReadableSpan): string | undefined {
  const type = textAt(attributes, TYPE);
  return type === "action" ? (textAt(attributes, SUBTYPE) ?? type) : type;
}

const RUNS = new Set(["flow", "agent"]);

type Read = (span: ReadableSpan, ancestors: readonly ReadableSpan[]) => Reading | undefined;

const KINDS: Readonly<Record<string, Read>> = {
  tool: readTool,
  "tool.v2": readTool,
  prompt: readPrompt,
  retriever: readTool,
  flow: readRun,
  agent: readRun,
  model: readModelCall,
  "background-model": readModelCall,
  embedder: readModelCall,
  reranker: readModelCall,
};

/** Whatever a program began with: what it did is inside. */
const isRoot = ({ attributes }: ReadableSpan): boolean => String(attributes["genkit:isRoot"]) === "true";

const nameOf = ({ attributes, name }: ReadableSpan): string => textAt(attributes, "genkit:name") ?? name;
const inputOf = ({ attributes }: ReadableSpan): Captured => capturedOnce(attributes["genkit:input"]);
const outputOf = ({ attributes }: ReadableSpan): Captured => capturedOnce(attributes["genkit:output"]);

function readTool(span: ReadableSpan): Reading {
  const failure = readFailure(span);
  const output = outputOf(span);
  return {
    is: "tool_call",
    name: nameOf(span),
    parameters: inputOf(span) ?? HIDDEN,
    // A tool that may give several parts has its value in one member.
    result: kindOf(span) === "tool.v2" && isPlainObject(output) ? (output.output ?? output) : output,
    callId: undefined,
    failure,
  };
}

/** A prompt that the model called as a tool: the talk goes on with its text and its tools. Any other is a template that was filled in. */
function readPrompt(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading | undefined {
  const [parent] = ancestors;
  const isCalled = parent !== undefined && kindOf(parent) === "util" && nameOf(parent) === "generate";
  if (!isCalled) return undefined;
  const name = nameOf(span);
  return {
    is: "decision",
    type: "handoff",
    name,
    context: inputOf(span) ?? HIDDEN,
    result: { to_agent: name },
    failure: readFailure(span),
  };
}

function readRun(span: ReadableSpan): Reading {
  return { is: "run", name: nameOf(span), failure: readFailure(span, "genkit:output" in span.attributes) };
}

function readModelCall(span: ReadableSpan): Reading {
  const failure = readFailure(span);
  const name = nameOf(span);
  return {
    is: "model_call",
    name,
    messages: () => {
      const input = inputOf(span);
      const output = outputOf(span);
      return {
        requested: callsIn(output),
        answered: answersIn(input),
        context: (isPlainObject(input) ? input.messages : input) ?? HIDDEN,
        result: (isPlainObject(output) ? output.message : output) ?? missingAnswer(failure),
      };
    },
    failure,
    extras: modelExtras(span, name),
  };
}

// The output is parsed only where the call becomes an action.
function modelExtras(span: ReadableSpan, model: string): Extras {
  const usage = (name: string): number | undefined => {
    const output = outputOf(span);
    return isPlainObject(output) && isPlainObject(output.usage) ? numberAt(output.usage, name) : undefined;
  };
  return {
    model,
    get input_tokens() {
      return usage("inputTokens");
    },
    get output_tokens() {
      return usage("outputTokens");
    },
  };
}
