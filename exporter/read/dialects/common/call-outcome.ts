import { isPlainObject } from "../../../../src/event/json.js";
import type { AnsweredCall } from "../dialect.js";
import type { Attributes } from "./attributes.js";
import type { Captured } from "./captured.js";

type Outcome = AnsweredCall["outcome"];

/**
 * How a call ended, by what the model was told of it: the answer says so itself, or its text is one that frameworks write.
 *
 * @param answer the part or message around the result
 * @param otherwise where neither says anything
 */
export function outcomeOf(
  result: Captured,
  answer: Attributes = {},
  otherwise: Outcome = "unknown",
): Outcome {
  if (isPlainObject(result)) {
    if (result.denied === true) return "denied";
    if (result.isError === true || result.is_error === true) return "error";
  }
  const said = typeof result === "string" ? outcomeOfWords(result) : undefined;
  if (said !== undefined) return said;
  const flag = answer.isError ?? answer.is_error;
  if (flag === true || answer.status === "error") return "error";
  if (flag === false || answer.status === "success") return "ok";
  return otherwise;
}

/** How a call ended, where the model was told in words that frameworks write. */
export function outcomeOfWords(words: string): "denied" | "error" | undefined {
  if (REFUSALS.some((refusal) => refusal.test(words))) return "denied";
  return ERRORS.some((error) => error.test(words)) ? "error" : undefined;
}

// What frameworks tell a model of a call that a person refused, and of one that they could not make.
const REFUSALS = [
  /^Tool execution (?:was not approved|denied|was manually rejected)/i, // OpenAI Agents, AI SDK
  /^The tool call was denied\b/, // Pydantic AI
  /^User rejected the tool call\b/, // LangChain
  /^The user doesn't want to proceed with this tool use\b/, // Claude Code
  /^User denied the tool call request\b/, // AG2
  /^Tool execution blocked by hook\b/, // CrewAI
  /^This tool is not allowed to be used\.$/, // BeeAI
  /^Tool execution for '[^']{1,200}' was rejected by the user\b/, // Haystack
];
const ERRORS = [
  /^[A-Za-z_$][\w$.]{0,80}Error: /, // an error's own text: AI SDK 7, AG2
  /^Traceback \(most recent call last\):/, // AG2
  /^Model tried to call unavailable tool /, // AI SDK
  /^Invalid input for tool /, // AI SDK
  /^Error: \S+ is not a valid tool, try one of \[/, // LangGraph
  /^(?:Error: )?Error invoking tool /, // LangGraph
  /^(?:Error: )?Received tool input did not match expected schema\b/, // LangChain
  /^Tool ["'`]?[^"'`]{1,200}["'`]? not found\.?(?:$|\s)/, // LangGraph, AG2, Haystack
  /^An error occurred while (?:running the tool|parsing tool arguments)\b/, // OpenAI Agents
  /^Unknown tool name: /, // Pydantic AI
  /^Tool not found$/, // CrewAI
  /^Error executing tool: /, // CrewAI
  /^Tool \S{1,200} not found\. Please select a tool that is available\.$/, // LlamaIndex
  /^Error: tool '[^']{1,200}' not found in any workbench$/, // AutoGen
  /^Error: The requested tool does not exist or is not available\.$/, // Agno
  /^Error: Function \S{1,200} not found\.$/, // AG2
];
