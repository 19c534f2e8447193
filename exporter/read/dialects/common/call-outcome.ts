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
  // Of MCP, of Anthropic, of Agno.
  const flag = answer.isError ?? answer.is_error ?? answer.tool_call_error;
  if (flag === true || answer.status === "error") return "error";
  if (flag === false || answer.status === "success") return "ok";
  return otherwise;
}

/** How a call ended, where the model was told in words that frameworks write. */
export function outcomeOfWords(text: string): "denied" | "error" | undefined {
  const told = withoutMiddle(text);
  const words = withoutTag(told).replace(/^Error: (?=\S)/, "");
  if (REFUSALS.some((refusal) => refusal.test(words))) return "denied";
  return words.length < told.length || ERRORS.some((error) => error.test(words)) ? "error" : undefined;
}

const TAG = /^<([a-z][a-z_-]{0,40})>/;

/** The words in a tag that frameworks put around what they tell a model themselves: `<tool_use_error>`, `<system-reminder>`. */
export function withoutTag(words: string): string {
  const tagged = words.trim();
  const [opening, name] = TAG.exec(tagged) ?? [];
  if (opening === undefined) return words;
  const closing = `</${name}>`;
  return tagged.endsWith(closing) ? tagged.slice(opening.length, -closing.length).trim() : words;
}

const BEGINNING = 32_768;
const END = 4_096;

/**
 * What is looked at of a text to tell what kind it is: frameworks say that at its beginning or its end, and the agent waits while a text of
 * megabytes is searched.
 */
export const withoutMiddle = (text: string): string =>
  text.length <= BEGINNING + END ? text : `${text.slice(0, BEGINNING)}\n${text.slice(-END)}`;

// What frameworks tell a model of a call that a person or a rule refused.
const REFUSALS = [
  // OpenAI Agents, Pydantic AI, AI SDK, AG2, Haystack, the Agent Framework, AgentScope: `Tool execution was not approved`, `The tool call was denied`.
  /^(?:The )?(?:tool|function)(?: \S{1,200})? (?:call|execution|invocation|use)(?: invocation)?(?: for \S{1,200})? (?:was |is )?(?:manually )?(?:not approved|denied|rejected|refused|declined|blocked)\b/i,
  /\b(?:denied|rejected|refused|declined) by (?:the |a )?(?:user|human|person|operator|reviewer)\b/i,
  /^(?:The )?user (?:has )?(?:denied|rejected|refused|declined|(?:doesn't|does not|did not) (?:want|approve|allow))\b.{0,40}\b(?:tool|call|request|permission|execution|action)\b/i, // LangChain, Claude Code, AG2
  /^This tool is not allowed to be used\.$/, // BeeAI
];

// What they tell of one that they could not make, or that failed. A tool that gives such a text went wrong, too.
const ERRORS = [
  // An error's own text: `Error: no`, `ValueError: no`, `ValueError('no')`, `Error executing tool: no`.
  /^(?:[A-Za-z_$][\w$.]{0,80})?(?:Error|Exception)(?:: |:\n|\()/,
  /^(?:Error: )?Error (?:invoking|executing|calling|running) (?:the )?(?:tool|function)\b/i,
  /^Traceback \(most recent call last\):/, // AG2
  /\n Please fix your mistakes\.$/, // LangGraph
  /^An error occurred while (?:running the tool|parsing tool arguments)\b/, // OpenAI Agents
  /^Unknown (?:tool|function)\b/i, // Pydantic AI, smolagents
  /^(?:The |Requested )*(?:tool|function)(?: named)?(?: \S{1,200})? (?:was )?(?:not found|does(?: not|n't) exist|is not available)\b/i,
  /^Model tried to call unavailable tool /, // AI SDK
  /^Invalid (?:input|arguments?) for (?:tool|function)\b/i, // AI SDK
  /^(?:Error: )?Received tool input did not match expected schema\b/, // LangChain
  /^(?:Input|Argument) (?:validation|parsing) (?:failed|error)\b/i, // AgentScope, MCP
];
