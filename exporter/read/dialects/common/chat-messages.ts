/**
 * Calls of tools in messages of models, in the forms in which providers and libraries write them: `tool_calls` (OpenAI, LangChain, also
 * serialised), blocks of content (`tool_use`, `tool_result` of Anthropic), items (`function_call`, `function_call_output` of OpenAI's
 * Responses), parts (`tool_call`, `tool_call_response` of the GenAI conventions; `tool-call`, `tool-result` of the AI SDK; `functionCall`,
 * `functionResponse` of Gemini).
 */
import { isPlainObject } from "../../../../src/event/json.js";
import type { AnsweredCall, RequestedCall } from "../dialect.js";
import { withAsked } from "./asked-before.js";
import { type Attributes, firstPresent, firstText } from "./attributes.js";
import { outcomeOfWords } from "./call-outcome.js";
import { type Captured, captured, capturedText, HIDDEN } from "./captured.js";

/** The calls that a model asks for in what it said: a message, several, or a provider's whole response. */
export function callsIn(said: Captured): readonly RequestedCall[] {
  return messagesIn(said).flatMap((message) => {
    const listed = firstPresent(message, ["tool_calls", "toolCalls"]) ?? listIn(message.additional_kwargs);
    const calls = [listed ?? [], message.function_call ?? []].flat();
    const items = [message, ...partsOf(message)].filter(saysCall);
    return [...calls, ...items].flatMap(requestedCall);
  });
}

/** What a model was told of its calls in the last turn of what it was given: after the last thing that it said itself. */
export function answersIn(given: Captured): readonly AnsweredCall[] {
  const messages = messagesIn(given);
  const said = messages.findLastIndex(isOfModel);
  const answers = messages
    .slice(said + 1)
    .flatMap((message) => [message, ...partsOf(message)].flatMap(answeredCall));
  return withAsked(answers, () => callsIn(messages.slice(0, said + 1)));
}

/** The last thing that a model said itself, of which nothing but answers to its calls may follow. */
export function lastTurnOf(given: Captured): Captured {
  const messages = messagesIn(given);
  const said = messages.findLastIndex(isOfModel);
  return messages.slice(said + 1).every((message) => answeredCall(message).length > 0)
    ? messages[said]
    : undefined;
}

const MAX_DEPTH = 6;
const LISTS = ["messages", "choices", "generations", "output", "input", "contents", "candidates"];

// A message, a list of them (LangChain: a list of lists), or what has them in a member.
function messagesIn(value: unknown, depth = 0): readonly Attributes[] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((item) => messagesIn(item, depth + 1));
  if (!isPlainObject(value)) return [];
  const message = withoutConstructor(value);
  if (isPlainObject(message.message)) return messagesIn(message.message, depth + 1);
  if (isMessage(message)) return [message];
  const inner = LISTS.flatMap((name) => messagesIn(message[name], depth + 1));
  return inner.length > 0 ? inner : [message];
}

const isMessage = (value: Attributes): boolean =>
  "role" in value || "tool_calls" in value || "tool_call_id" in value || typeof value.type === "string";

// LangChain serialises a message as what constructs it.
function withoutConstructor(value: Attributes): Attributes {
  // Python dumps the members beside the type, in older versions without them inside.
  if (typeof value.type === "string" && isPlainObject(value.data)) return { ...value.data, type: value.type };
  if (value.lc !== 1 || !isPlainObject(value.kwargs)) return value;
  const role = ROLE_OF_CLASS[String([value.id].flat().at(-1)).replace(/Chunk$/, "")];
  return { ...(role !== undefined && { role }), ...value.kwargs };
}

const ROLE_OF_CLASS: Readonly<Record<string, string>> = {
  AIMessage: "assistant",
  HumanMessage: "user",
  SystemMessage: "system",
  ToolMessage: "tool",
  FunctionMessage: "tool",
};

const listIn = (value: unknown): unknown => (isPlainObject(value) ? value.tool_calls : undefined);

// `parts` of the conventions and of Gemini; blocks of content, also where they were encoded once more.
function partsOf(message: Attributes): readonly Attributes[] {
  const content = message.parts ?? message.content;
  const inner = isPlainObject(content) ? content.parts : content;
  const decoded = typeof inner === "string" ? capturedText(inner) : inner;
  return Array.isArray(decoded) ? decoded.filter(isPlainObject) : [];
}

const CALL_TYPES = new Set([
  "tool_use",
  "server_tool_use",
  "tool_call",
  "tool-call",
  "function_call",
  "custom_tool_call",
]);
const ANSWER_TYPES = new Set(["tool_result", "tool_call_response", "tool-result", "function_call_output"]);

const saysCall = (item: Attributes): boolean =>
  CALL_TYPES.has(String(item.type)) || isPlainObject(item.functionCall);

function requestedCall(item: unknown): readonly RequestedCall[] {
  if (!isPlainObject(item)) return [];
  const called = firstPresent(item, ["function", "functionCall", "function_call"]);
  const call = isPlainObject(called) ? { ...item, ...called } : item;
  const name = firstText(call, ["name", "toolName"]);
  if (name === undefined) return [];
  const parameters = captured(firstPresent(call, ["arguments", "args", "input"])) ?? HIDDEN;
  return [{ name, callId: firstText(call, ["call_id", "toolCallId", "id"]), parameters }];
}

function answeredCall(item: Attributes): readonly AnsweredCall[] {
  const answer = isPlainObject(item.functionResponse) ? item.functionResponse : item;
  const isAnswer =
    answer !== item ||
    item.role === "tool" ||
    item.role === "function" ||
    ANSWER_TYPES.has(String(item.type));
  // A message of a tool whose parts are its answers says nothing beside them.
  if (!isAnswer || partsOf(item).some(({ type }) => ANSWER_TYPES.has(String(type)))) return [];
  const content = firstPresent(answer, ["content", "response", "result", "output"]) ?? onlyText(answer.parts);
  const result = capturedText(content);
  return [
    {
      callId: firstText(answer, ["tool_call_id", "tool_use_id", "call_id", "toolCallId", "id"]),
      name: firstText(answer, ["name", "toolName"]),
      outcome: outcomeOf(answer, result),
      result: result ?? HIDDEN,
    },
  ];
}

// By the conventions a message of a tool has parts too, and some write its text as one.
function onlyText(parts: unknown): unknown {
  const [part, ...others] = Array.isArray(parts) ? parts : [];
  return isPlainObject(part) && others.length === 0 ? (part.content ?? part.text) : undefined;
}

function outcomeOf(answer: Attributes, result: Captured): AnsweredCall["outcome"] {
  const type = isPlainObject(result) ? String(result.type ?? "") : "";
  const text = typeof result === "string" ? result : "";
  const words = outcomeOfWords(text);
  if (type === "execution-denied" || words === "denied") return "denied";
  const said = firstPresent(answer, ["status", "is_error", "isError"]);
  if (
    said === "error" ||
    said === true ||
    type.startsWith("error-") ||
    words === "error" ||
    FAILED.test(text)
  )
    return "error";
  return said === "success" || said === false ? "ok" : "unknown";
}

/** What agents are told where a tool failed, as programs put it. */
const FAILED =
  /^(?:Error: |Error invoking tool '|An error occurred while running the tool\b)|\n Please fix your mistakes\.$/;

const isOfModel = ({ role, type }: Attributes): boolean =>
  role === "assistant" || role === "ai" || role === "model" || type === "ai" || type === "function_call";
