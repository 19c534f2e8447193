import { outcomeOfWords, withoutMiddle } from "../dialects/common/call-outcome.js";
import { type Captured, HIDDEN } from "../dialects/common/captured.js";
import { type Failure, failureSaying, isGenericMessage } from "../dialects/common/failure.js";
import { handOffTo, type LangChainOutput, unwrapLangChain } from "../dialects/common/langchain-output.js";
import { unwrapToolOutput } from "../dialects/common/llama-index.js";
import { unwrapMcpContent } from "../dialects/common/mcp-content.js";
import { decodedResult, unwrapPrintedResult } from "../dialects/common/printed-result.js";
import { reportedFailure } from "../dialects/common/reported-failure.js";
import type { DecisionReading, ToolCallReading } from "../dialects/dialect.js";

/**
 * A tool call with what the tool gave, whoever recorded it: out of the form in which a framework hands it on (LangChain's message or
 * command, LlamaIndex's output, an answer of the Model Context Protocol, each also as Python prints it), and with the failure, the refusal
 * or the hand-off that only the result tells of.
 */
export function withForeignResult(given: ToolCallReading): ToolCallReading | DecisionReading {
  const reading = withoutEnvelope(withoutErrorText(given));
  if (reading.is === "decision") return reading;
  const { name, failure, callId } = reading;
  if (failure === undefined && isRefusal(reading.result))
    return {
      is: "decision",
      type: "approval",
      name,
      context: reading.parameters,
      result: { approved: false, reason: reading.result },
      callId,
      failure,
    };
  const missing = failure === undefined ? unknownTool(name, reading.result) : undefined;
  if (missing !== undefined) return { ...reading, result: undefined, failure: missing };
  const content = unwrapMcpContent(reading.result);
  const result = content === undefined ? reading.result : content.result;
  const failed = content !== undefined && "error" in content;
  const reported = failed ? { type: "tool_error", message: content.error } : reportedFailure(result);
  if (content === undefined && reported === undefined) return reading;
  return { ...reading, result, failure: reading.failure ?? reported };
}

function withoutEnvelope(reading: ToolCallReading): ToolCallReading | DecisionReading {
  const { result: given } = reading;
  if (given === undefined || given === HIDDEN) return reading;
  if (given === "None" || given === "null") return { ...reading, result: undefined };
  const inner: LangChainOutput | undefined =
    typeof given === "string"
      ? unwrapPrintedResult(given)
      : (unwrapLangChain(given) ?? unwrapToolOutput(given));
  if (inner === undefined) return reading;
  const { result, callId, goto, error } = inner;
  const failure = reading.failure ?? (error === undefined ? undefined : failureSaying(error));
  if (goto !== undefined) return handOff(reading, { ...inner, goto });
  return {
    ...reading,
    result: error === undefined ? resultIn(result) : undefined,
    callId: reading.callId ?? callId,
    failure,
  };
}

// A message has its content as a text, also where a tool gave nothing.
function resultIn(content: Captured): Captured {
  const result = typeof content === "string" ? decodedResult(content) : content;
  return result === "None" || result === "null" ? undefined : result;
}

// The message that a command has for the model names the call, where the span may have the id of a run.
const handOff = (
  { name, parameters, callId, failure }: ToolCallReading,
  told: LangChainOutput & { readonly goto: readonly string[] },
): DecisionReading => ({
  is: "decision",
  type: "handoff",
  name,
  context: parameters,
  result: handOffTo(told.goto),
  callId: told.callId ?? callId,
  failure,
});

/** Where the span says no more than that the call failed, what the model was told is the error, and not what the tool gave. */
function withoutErrorText(reading: ToolCallReading): ToolCallReading {
  const { failure, result } = reading;
  if (failure === undefined || typeof result !== "string" || !isGenericMessage(failure.message))
    return reading;
  const told = TOLD.exec(result)?.[0].length;
  return told === undefined || told === result.length
    ? reading
    : { ...reading, result: undefined, failure: { ...failure, message: result.slice(told) } };
}

/** What frameworks put before the error, in what they tell the model: the OpenAI Agents SDK, LangChain, AutoGen, Agno. */
const TOLD =
  /^(?:An error occurred while running the tool\. Please try again\. Error: |Error (?:running|executing|invoking|calling) (?:the )?tool[^:\n]{0,200}: |Error: )/;

/** A person or a rule said no, and the framework records its answer to the model as what the tool gave. */
const isRefusal = (result: Captured): boolean =>
  typeof result === "string" && outcomeOfWords(result) === "denied";

/** A framework that has no tool of this name may record its answer to the model as what the tool gave. */
function unknownTool(name: string, result: Captured): Failure | undefined {
  if (typeof result !== "string") return undefined;
  const words = withoutMiddle(result);
  if (!/not found\b|does not exist/.test(words) || !words.includes(name)) return undefined;
  if (outcomeOfWords(words) !== "error") return undefined;
  return { type: "unknown_tool", message: result };
}
