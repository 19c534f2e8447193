/**
 * Calls of tools, and answers to them, in the messages of models. Providers and libraries write them in these forms, also one in the other,
 * and one reader knows them all, so that a dialect only has to find the messages:
 *
 * - `tool_calls` and messages of the role `tool` (OpenAI, LangChain, also as LangChain serialises its classes)
 * - blocks of content `tool_use`, `tool_result` (Anthropic); `toolUse`, `toolResult` (Bedrock)
 * - items `function_call`, `function_call_output` (OpenAI's Responses API)
 * - parts `tool_call`, `tool_call_response` (the GenAI conventions); `tool-call`, `tool-result` (AI SDK); `functionCall`, `functionResponse` (Gemini);
 *   `toolRequest`, `toolResponse` (Genkit)
 */
import { isPlainObject } from "../../../../src/event/json.js";
import type { AnsweredCall, RequestedCall } from "../dialect.js";
import { answerIn, deniedApproval } from "./answered-call.js";
import { withAsked } from "./asked-before.js";
import { type Attributes, firstPresent, firstText, textAt } from "./attributes.js";
import { type Captured, captured, HIDDEN } from "./captured.js";
import { decodePython } from "./decode-python.js";

/** The calls that a model asks for in what it said: a message, several, parts or calls alone, or a provider's whole response. */
export function callsIn(said: Captured): readonly RequestedCall[] {
  return entriesIn(said).flatMap(({ call }) => call ?? []);
}

/** What a model was told of its calls in the last turn of what it was given: after the last thing that it said itself. */
export function answersIn(given: Captured): readonly AnsweredCall[] {
  const entries = entriesIn(given);
  const last = entries.findLastIndex(({ isOfModel }) => isOfModel);
  const answers = entries.slice(last + 1).flatMap(({ answer }) => answer ?? []);
  return withAsked(answers, () => entries.slice(0, last + 1).flatMap(({ call }) => call ?? []));
}

/** The last message of the model, of which nothing but answers to its calls may follow. */
export function lastTurnOf(given: Captured): Captured {
  const messages = messagesIn(given);
  const last = messages.findLastIndex((message) => entriesOf(message, messages).some((one) => one.isOfModel));
  const isAnswered = messages
    .slice(last + 1)
    .every((message) => entriesOf(message, messages).some(({ answer }) => answer !== undefined));
  return isAnswered ? messages[last] : undefined;
}

/** A piece of a conversation, in its order: a call, an answer to one, or anything else that the model said itself. */
interface Entry {
  readonly isOfModel: boolean;
  readonly call?: RequestedCall;
  readonly answer?: AnsweredCall;
}

const OF_MODEL: Entry = { isOfModel: true };

function entriesIn(value: Captured): readonly Entry[] {
  const messages = messagesIn(value);
  return messages.flatMap((message) => entriesOf(message, messages));
}

function entriesOf(message: Attributes, messages: readonly Attributes[]): readonly Entry[] {
  const parts = partsOf(message);
  const isOfModel = MODEL_ROLES.has(roleOf(message));
  const inParts = parts.flatMap((part) => entryOf(part, isOfModel, messages));
  // A message of a tool whose parts are its answers says nothing beside them.
  const own = inParts.some(({ answer }) => answer !== undefined) ? [] : entryOf(message, false, messages);
  const entries = [...listedCalls(message), ...own, ...inParts];
  return entries.length === 0 && isOfModel ? [OF_MODEL] : entries;
}

function entryOf(part: Attributes, isOfModel: boolean, messages: readonly Attributes[]): readonly Entry[] {
  const call = requestedCall(part);
  if (call !== undefined) return [{ isOfModel: true, call }];
  const answer = answerIn(part) ?? deniedApproval(part, () => messages.flatMap(partsOf));
  if (answer !== undefined) return [{ isOfModel: false, answer }];
  return [...printedCalls(part), ...(isOfModel ? [OF_MODEL] : [])];
}

// Messages.

const MAX_DEPTH = 6;
const LISTS = ["messages", "choices", "generations", "output", "input", "contents", "candidates"];

// A message, a list of them (LangChain: a list of lists), or what has them in a member.
function messagesIn(value: unknown, depth = 0): readonly Attributes[] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((item) => messagesIn(item, depth + 1));
  if (!isPlainObject(value)) return [];
  const message = unwrapped(value);
  if (isPlainObject(message.message)) return messagesIn(message.message, depth + 1);
  if (isMessage(message)) return [message];
  const inner = LISTS.flatMap((name) => messagesIn(message[name], depth + 1));
  return inner.length > 0 ? inner : [message];
}

const isMessage = (value: Attributes): boolean =>
  typeof value.type === "string" ||
  ["role", "tool_calls", "tool_call_id", "toolName"].some((name) => name in value);

// OpenInference says the name of a list's items again, and LangChain serialises a message as what constructs it.
function unwrapped(value: Attributes): Attributes {
  const inner = value.message_content ?? value.tool_call;
  if (isPlainObject(inner)) return inner;
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

const roleOf = (message: Attributes): string => textAt(message, "role") ?? textAt(message, "type") ?? "";
const MODEL_ROLES = new Set(["assistant", "ai", "model", "tool-call"]);

// Of the conventions and of Gemini; blocks of content, also where they were encoded once more.
function partsOf(message: Attributes): readonly Attributes[] {
  const content = message.parts ?? message.contents ?? message.content;
  const inner = isPlainObject(content) ? content.parts : content;
  const decoded = typeof inner === "string" && /^\s{0,8}\[/.test(inner) ? captured(inner) : inner;
  return Array.isArray(decoded) ? decoded.filter(isPlainObject).map(unwrapped) : [];
}

// Calls.

function listedCalls(message: Attributes): readonly Entry[] {
  const { additional_kwargs: more } = message;
  const listed =
    firstPresent(message, ["tool_calls", "toolCalls"]) ?? (isPlainObject(more) && more.tool_calls);
  return (Array.isArray(listed) ? listed : []).flatMap((item) => {
    const call = isPlainObject(item) ? callSaidBy(unwrapped(item)) : undefined;
    return call === undefined ? [] : [{ isOfModel: true, call }];
  });
}

const CALL_TYPES = new Set([
  ...["tool_call", "tool-call", "tool_use", "server_tool_use", "server_tool_call", "mcp_call"],
  ...["function_call", "custom_tool_call"],
]);
// What only calls have: the name of a part in Bedrock, Gemini and Genkit, the call of a message before `tool_calls`.
const CALL_MEMBERS = ["toolUse", "toolRequest", "functionCall", "function_call", "function"];

function requestedCall(part: Attributes): RequestedCall | undefined {
  const isCall =
    CALL_TYPES.has(textAt(part, "type") ?? "") ||
    CALL_MEMBERS.some((member) => isPlainObject(part[member])) ||
    ("toolName" in part && !("type" in part));
  return isCall ? callSaidBy(part) : undefined;
}

function callSaidBy(part: Attributes): RequestedCall | undefined {
  const member = firstPresent(part, CALL_MEMBERS);
  const call = isPlainObject(member) ? { ...part, ...member } : part;
  const name = firstText(call, ["name", "toolName"]);
  if (name === undefined) return undefined;
  const given = captured(firstPresent(call, ["arguments", "args", "input", "server_tool_call"]));
  return {
    name,
    callId: firstText(call, ["call_id", "toolCallId", "toolUseId", "ref", "id"]),
    parameters: given ?? HIDDEN,
  };
}

// A whole message of the model as Python prints a dictionary, in the text of a part (OpenTelemetry's instrumentation of the OpenAI Agents SDK).
function printedCalls(part: Attributes): readonly Entry[] {
  const text = part.content ?? part.text;
  if (typeof text !== "string" || !text.startsWith("{'") || !text.includes("'tool_calls': [")) return [];
  const message = decodePython(text);
  return isPlainObject(message) ? listedCalls(message) : [];
}
