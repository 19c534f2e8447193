/** Calls of tools as OpenInference's instrumentations write them, each with its own form of what the tool was given and gave. */

import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { isAg2, isAg2Transfer, unwrapAg2Reply } from "../common/ag2.js";
import { firstText, scopeName, textAt } from "../common/attributes.js";
import { type Captured, HIDDEN } from "../common/captured.js";
import { type Failure, failureIfSaid } from "../common/failure.js";
import { handOffTool, withoutObjects } from "../common/hand-off.js";
import { handOffTo, type LangChainOutput, unwrapLangChain } from "../common/langchain-output.js";
import { callIdOfEvent, unwrapToolOutput } from "../common/llama-index.js";
import { REFUSED, refusal } from "../common/openai-agents.js";
import type { Reading } from "../dialect.js";
import { beeAiArguments, beeAiFailure } from "./beeai.js";
import { beeAiTool } from "./beeai-events.js";
import { claudeFailure, isClaudeAgent } from "./claude-agent.js";
import { argumentsOf } from "./openinference-calls.js";
import { isOfLangChain, requestAround } from "./openinference-langchain.js";
import { isLlamaIndex, isOfFramework, kindOf, wasCutOff, withoutMethod } from "./openinference-runs.js";
import { failureOf, inputOf, outputOf } from "./openinference-values.js";

export function readTool(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading {
  const { attributes } = span;
  const [parent] = ancestors;
  if (parent !== undefined && repeats(span, parent))
    return { is: "ignored", reason: "the call that the span around it records" };
  const output = outputOf(attributes);
  const reply = isAg2(span) ? unwrapAg2Reply(output) : undefined;
  const unwrapped: LangChainOutput = reply ??
    unwrapLangChain(output) ??
    unwrapToolOutput(output) ??
    unwrapFunctionResponse(span, output) ?? { result: withoutOutputMember(span, output) };
  const name =
    unwrapped.toolName ??
    textAt(attributes, "tool.name") ??
    beeAiTool(span, ancestors[0]) ??
    withoutMethod(span.name);
  const said = firstText(attributes, CALL_ID_KEYS) ?? unwrapped.callId ?? callIdOfStep(parent);
  const told = { name, callId: said !== undefined && NO_ID.test(said) ? undefined : said };
  const given = beeAiArguments(span, withoutObjects(argumentsOf(attributes)));
  const isTold = isPlainObject(given) && told.callId !== undefined;
  const request = isTold ? undefined : requestAround(ancestors[0], { ...told, parameters: given });
  const isWhole = given === HIDDEN || isPlainObject(given) || request === undefined;
  const parameters = isWhole ? given : request.parameters;
  const callId = told.callId ?? request?.callId;
  const found = reply?.failure ?? beeAiFailure(span, output) ?? toolFailure(span, unwrapped);
  const failure = isClaudeAgent(span) ? claudeFailure(found) : found;

  if (isRefusal(span))
    return {
      is: "decision",
      type: "approval",
      name,
      context: parameters,
      result: refusal(failure?.message),
      callId,
      failure: undefined,
    };
  if (reply !== undefined && isAg2Transfer(reply.result))
    return { is: "decision", type: "handoff", name, context: parameters, result: undefined, callId, failure };
  const target = handOffTarget(span, name, parameters, unwrapped);
  if (target !== undefined)
    return {
      is: "decision",
      type: "handoff",
      name,
      context: typeof parameters === "string" && goesByName(span) ? { from_agent: parameters } : parameters,
      result: target,
      callId,
      failure,
    };
  const isError =
    failure !== undefined && (beeAiFailure(span, output) !== undefined || repeatsError(span, output));
  const shown = isError ? undefined : unwrapped.result;
  const result = shown;
  return { is: "tool_call", name, parameters, result, callId, failure };
}

// Some write what the model is told of a failure in place of what the tool gave.
const repeatsError = (span: ReadableSpan, output: Captured): boolean =>
  typeof output === "string" &&
  span.status.message !== undefined &&
  (span.status.message.endsWith(output) || output === `Error: ${span.status.message}`) &&
  (isOfFramework(span) || scopeName(span) === "strands.telemetry.tracer");

// Two methods of one tool, of which one calls the other: `FunctionTool.__call__` and `FunctionTool.call`.
const repeats = (span: ReadableSpan, parent: ReadableSpan): boolean =>
  kindOf(parent) === "TOOL" &&
  scopeName(span) === scopeName(parent) &&
  span.name !== parent.name &&
  withoutMethod(span.name) === withoutMethod(parent.name) &&
  span.attributes["tool.name"] === parent.attributes["tool.name"] &&
  span.attributes["input.value"] === parent.attributes["input.value"];

// LlamaIndex: the step around a tool is given the model's call.
function callIdOfStep(step: ReadableSpan | undefined): string | undefined {
  if (step === undefined || !isLlamaIndex(step)) return undefined;
  const given = step.attributes["input.value"];
  const input =
    typeof given === "string" && given.includes("tool_id=") ? inputOf(step.attributes) : undefined;
  return isPlainObject(input) ? callIdOfEvent(input.ev) : undefined;
}

/** What Google's kit and the Agent Framework write of a call without an id. */
const NO_ID = /^(?:<not specified>|unknown)$/;
const CALL_ID_KEYS = ["tool_call.id", "tool.id", "tool.call_id", "gen_ai.tool.call.id"];

/** Google's form of an answer: `{id, name, response}`, in which a value that is no object has a member of its own. */
function unwrapFunctionResponse(span: ReadableSpan, output: Captured): LangChainOutput | undefined {
  if (!isPlainObject(output) || !isPlainObject(output.response)) return undefined;
  const { id, name, response, ...others } = output;
  const isOfTool = name === (textAt(span.attributes, "tool.name") ?? span.name);
  if (!isOfTool || Object.keys(others).length > 0) return undefined;
  const isWrapped = "result" in response && Object.keys(response).length === 1;
  const callId = typeof id === "string" ? id : undefined;
  return { result: isWrapped ? response.result : response, callId };
}

// The instrumentations for LangChain wrap what a tool gave, also when it is no message.
function withoutOutputMember(span: ReadableSpan, output: Captured): Captured {
  const isWrapped = isPlainObject(output) && "output" in output && Object.keys(output).length === 1;
  return isWrapped && isOfLangChain(span) ? output.output : output;
}

const toolFailure = (span: ReadableSpan, { result, error }: LangChainOutput): Failure | undefined =>
  failureOf(span, result !== undefined) ??
  failureIfSaid(error) ??
  (wasCutOff(span, result !== undefined) ? { type: "Error", message: undefined } : undefined);

const isRefusal = ({ status }: ReadableSpan): boolean => status.message?.startsWith(REFUSED) === true;

// The OpenAI Agents SDK names the span; a tool of LangGraph gives a command with somewhere to go.
function handOffTarget(
  span: ReadableSpan,
  name: string,
  parameters: Captured,
  { result, goto }: LangChainOutput,
): Captured {
  if (goto !== undefined) return handOffTo(goto);
  const target = handOffTool(name, parameters, result);
  if (target !== undefined) return { to_agent: target };
  if (!goesByName(span)) return undefined;
  // JavaScript gives objects, Python the agents' names.
  return isPlainObject(result)
    ? result
    : { to_agent: typeof result === "string" ? result : span.name.slice(HAND_OFF.length) };
}

const HAND_OFF = "handoff to ";

const goesByName = ({ name }: ReadableSpan): boolean => name.startsWith(HAND_OFF);
