import { isPlainObject } from "../../../../src/event/json.js";
import {
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
} from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { isAg2, printedResult } from "../common/ag2.js";
import { type Attributes, firstPresent, firstText, textAt } from "../common/attributes.js";
import { type Captured, captured, capturedContent, HIDDEN } from "../common/captured.js";
import { describeFailure, type Failure, readFailure } from "../common/failure.js";
import { missingAnswer, missingResult, nameWithout, toolType } from "../common/gen-ai-values.js";
import { handOffTool } from "../common/hand-off.js";
import { namedNeverRan } from "../common/never-ran.js";
import { isAgentsSdk, withoutAgentsSdkError } from "../common/openai-agents.js";
import { unfinished } from "../common/openlit.js";
import type { Reading } from "../dialect.js";

/** A tool's call by the GenAI conventions, in the names of today and those that libraries had before or beside them. */
export function readToolCall(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading {
  const { attributes } = span;
  const parameters =
    capturedContent(firstPresent(attributes, ARGUMENT_KEYS)) ?? eventInput(span) ?? codeInput(attributes);
  const written = firstPresent(attributes, RESULT_KEYS);
  // AG2 writes results as Python prints them.
  const isPrinted = typeof written === "string" && isAg2(span);
  const result = isPrinted
    ? printedResult(written)
    : withoutBlock(span, capturedContent(written) ?? eventOutput(span));
  const failure = failureOf(span, result !== undefined);
  const name =
    firstText(attributes, [ATTR_GEN_AI_TOOL_NAME, "spring.ai.tool.definition.name"]) ??
    nameWithout("execute_tool", span);
  const callId =
    firstText(attributes, [ATTR_GEN_AI_TOOL_CALL_ID, "spring.ai.tool.call.id"]) ?? eventCallId(span);
  const disposition = textAt(attributes, "gen_ai.agent.tool.disposition");
  if (disposition === "deny")
    return {
      is: "decision",
      type: "approval",
      name,
      context: parameters ?? HIDDEN,
      result: { approved: false },
      callId,
      failure: undefined,
    };
  const target = handOffTool(name, parameters, result ?? missingResult(parameters, failure));
  if (target !== undefined) {
    if (textAt(ancestors[0]?.attributes ?? {}, "tool.name") === name)
      return { is: "ignored", reason: "the hand-off that the span around it records" };
    return {
      is: "decision",
      type: "handoff",
      name,
      context: parameters ?? HIDDEN,
      result: { to_agent: target },
      callId,
      failure,
    };
  }
  return {
    is: "tool_call",
    name,
    parameters: parameters ?? HIDDEN,
    result: result ?? missingResult(parameters, failure),
    callId,
    failure,
    extras: {
      tool_type: toolType(attributes),
      // Only pretended, by a policy.
      disposition: disposition === "allow" ? undefined : disposition,
    },
  };
}

/**
 * In the order of trust: the conventions; Pydantic AI up to version 2 of its format; any-agent, OpenLIT and others beside the
 * conventions; Spring AI; then keys of other libraries, on spans that somebody renamed or that two libraries write.
 */
const ARGUMENT_KEYS = [
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  "tool_arguments",
  "gen_ai.tool.args",
  "gen_ai.tool.arguments",
  "gen_ai.tool.input",
  "spring.ai.tool.call.arguments",
  "ai.toolCall.args",
  "input.value",
];
const RESULT_KEYS = [
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  "tool_response",
  "gen_ai.tool.result",
  "gen_ai.tool.output",
  "spring.ai.tool.call.result",
  "ai.toolCall.result",
  "code.function.return.value",
  "output.value",
];

/** What says that a span without an operation is a call of a tool: its name alone may stand on any span. */
export function isToolCall({ attributes }: ReadableSpan): boolean {
  if (!(ATTR_GEN_AI_TOOL_NAME in attributes)) return textAt(attributes, "spring.ai.kind") === "tool_call";
  return CALL_KEYS.some((key) => key in attributes);
}

const CALL_KEYS = [
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  "tool_arguments",
  "tool_response",
];

// Strands keeps both sides in events, in its older format.
const eventInput = (span: ReadableSpan): Captured => captured(eventOf(span, "gen_ai.tool.message").content);
const eventOutput = (span: ReadableSpan): Captured => captured(eventOf(span, "gen_ai.choice").message);
const eventCallId = (span: ReadableSpan): string | undefined => textAt(eventOf(span, "gen_ai.choice"), "id");

const eventOf = ({ events }: ReadableSpan, name: string): Attributes =>
  events?.find((event) => event.name === name)?.attributes ?? {};

const CODE_ARGUMENT = /^code\.function\.parameters\.([^.]+)\.value$/;

// The instrumentation of Gemini's SDK wrote a function's parameters one by one.
function codeInput(attributes: Attributes): Captured {
  const members = Object.keys(attributes).flatMap((key) => {
    const name = CODE_ARGUMENT.exec(key)?.[1];
    return name === undefined ? [] : [[name, captured(attributes[key])] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

// A tool of Strands answers with blocks; one that gave a value has one block around it.
function withoutBlock({ attributes }: ReadableSpan, result: Captured): Captured {
  if (!isStrands(attributes) || !Array.isArray(result) || result.length !== 1) return result;
  const [block]: unknown[] = result;
  if (!isPlainObject(block) || Object.keys(block).length !== 1) return result;
  return captured(block.text ?? block.json) ?? result;
}

const isStrands = (attributes: Attributes): boolean =>
  firstText(attributes, ["gen_ai.provider.name", "gen_ai.system"]) === "strands-agents";

/** Strands and Pydantic AI say more than a status does. */
function failureOf(span: ReadableSpan, hasResult: boolean): Failure | undefined {
  const { attributes } = span;
  const deferred = textAt(attributes, "pydantic_ai.tool.deferral.name");
  if (deferred !== undefined) return { type: deferred, message: undefined };
  const status = firstText(attributes, ["gen_ai.tool.status", "tool.status"]);
  // Every tool of Strands that came to an end has a status.
  if (status === undefined && !hasResult && isStrands(attributes)) return describeFailure(span);
  const failure = status === "error" ? describeFailure(span) : readFailure(span, hasResult);
  return namedNeverRan(isAgentsSdk(span) ? withoutAgentsSdkError(failure) : (failure ?? unfinished(span)));
}

/** Documents were looked up: `retrieval` of the conventions, or a vector store of Spring AI. */
export function readRetrieval(span: ReadableSpan): Reading {
  const { attributes } = span;
  const query = captured(
    firstPresent(attributes, ["gen_ai.retrieval.query.text", "db.vector.query.content"]),
  );
  const documents = captured(
    firstPresent(attributes, ["gen_ai.retrieval.documents", "db.vector.query.response.documents"]),
  );
  const failure = readFailure(span, documents !== undefined);
  return {
    is: "tool_call",
    name:
      firstText(attributes, ["gen_ai.data_source.id", "db.collection.name"]) ??
      nameWithout("retrieval", span),
    parameters: query === undefined || query === HIDDEN ? HIDDEN : { query },
    result: documents ?? missingAnswer(failure),
    callId: undefined,
    failure,
  };
}

const PREFIX = "gen_ai.memory.";
const RECORDS = "gen_ai.memory.records";

/** Something was written to memory or searched for: `search_memory`, `create_memory`... and `memory.search` of Strands. */
export function readMemoryOperation(operation: string, span: ReadableSpan): Reading {
  const { attributes } = span;
  const members = Object.entries(attributes)
    .filter(([key]) => key.startsWith(PREFIX) && key !== RECORDS)
    .map(([key, value]) => [key.slice(PREFIX.length), captured(value)] as const);
  return {
    is: "tool_call",
    name: operation,
    parameters: members.length === 0 ? (memoryInput(span) ?? HIDDEN) : Object.fromEntries(members),
    result: captured(attributes[RECORDS]) ?? captured(eventOf(span, "memory.results").content),
    callId: undefined,
    failure: readFailure(span),
  };
}

function memoryInput(span: ReadableSpan): Captured {
  const query = captured(eventOf(span, "memory.query").content);
  const content = captured(eventOf(span, "memory.content").content);
  if (query === undefined && content === undefined) return undefined;
  return { ...(query !== undefined && { query }), ...(content !== undefined && { content }) };
}
