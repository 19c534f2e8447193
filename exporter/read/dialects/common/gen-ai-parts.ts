/**
 * Calls of tools, and answers to them, in the messages of models. Libraries write messages as their provider has them or as the GenAI
 * conventions say; one reader knows all forms, so that a dialect only has to find the messages.
 */
import { isPlainObject } from "../../../../src/event/json.js";
import { withAsked } from "../common/asked-before.js";
import { type Attributes, firstPresent, firstText, textAt } from "../common/attributes.js";
import { outcomeOf } from "../common/call-outcome.js";
import { type Captured, captured, capturedText, HIDDEN } from "../common/captured.js";
import type { AnsweredCall, RequestedCall } from "../dialect.js";

/** The calls that these messages, parts of messages or bare calls ask for, in their order. */
export function requestedCalls(messages: unknown): RequestedCall[] {
  return listOf(messages).flatMap((item) => {
    const part = unwrapped(item);
    if (part === undefined) return [];
    const call = readCall(part);
    return call === undefined ? membersOf(part).flatMap(requestedCalls) : [call];
  });
}

/** What the messages after the model's own last one say of calls that it wanted. */
export function answeredCalls(messages: unknown): AnsweredCall[] {
  const list = listOf(messages);
  const last = list.findLastIndex(isOfModel);
  const answers = list.slice(last + 1).flatMap((message) => answersIn(message, list));
  return withAsked(answers, () => requestedCalls(list.slice(0, last + 1)));
}

function answersIn(item: unknown, messages: readonly unknown[]): readonly AnsweredCall[] {
  const part = unwrapped(item);
  if (part === undefined) return [];
  const inner = membersOf(part).flatMap((members) =>
    listOf(members).flatMap((one) => answersIn(one, messages)),
  );
  if (inner.length > 0) return inner;
  return readAnswer(part) ?? readApproval(part, messages) ?? [];
}

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : isPlainObject(value) ? [value] : [];

// OpenInference says the name of a list's items again; Bedrock and Gemini name a part by its only member.
function unwrapped(item: unknown): Attributes | undefined {
  if (!isPlainObject(item)) return undefined;
  const inner = item.message_content ?? item.tool_call;
  return isPlainObject(inner) ? inner : item;
}

/** Where a message keeps its parts and calls. */
const membersOf = (message: Attributes): readonly unknown[] =>
  [message.parts, message.content, message.contents, message.tool_calls, message.toolCalls].filter(
    Array.isArray,
  );

function isOfModel(item: unknown): boolean {
  const message = unwrapped(item);
  if (message === undefined) return false;
  return MODEL_ROLES.has(textAt(message, "role") ?? "") || readCall(message) !== undefined;
}

const MODEL_ROLES = new Set(["assistant", "model", "ai"]);

function readCall(part: Attributes): RequestedCall | undefined {
  const call = callIn(part);
  const name = call && firstText(call, ["name", "toolName"]);
  if (call === undefined || name === undefined) return undefined;
  const given = firstPresent(call, ["arguments", "input", "args", "server_tool_call"]);
  return {
    name,
    callId: firstText({ ...part, ...call }, ["call_id", "toolCallId", "toolUseId", "id"]),
    parameters: captured(given) ?? HIDDEN,
  };
}

// By the member that only calls have, or by what the part says it is.
function callIn(part: Attributes): Attributes | undefined {
  const member = firstPresent(part, ["function", "toolUse", "functionCall", "function_call"]);
  if (isPlainObject(member)) return member;
  const isCall = CALL_TYPES.has(textAt(part, "type") ?? "") || ("toolName" in part && !("type" in part));
  return isCall ? part : undefined;
}

const CALL_TYPES = new Set([
  "tool_call",
  "tool-call",
  "tool_use",
  "function_call",
  "server_tool_call",
  "mcp_call",
]);

const ANSWER_TYPES = new Set([
  "tool_call_response",
  "tool-result",
  "tool_result",
  "function_call_output",
  "server_tool_call_response",
]);

function readAnswer(part: Attributes): readonly AnsweredCall[] | undefined {
  const answer = answerIn(part);
  if (answer === undefined) return undefined;
  const given = firstPresent(answer, [
    "response",
    "output",
    "result",
    "content",
    "server_tool_call_response",
  ]);
  const typed = isPlainObject(given) ? typedOutput(given) : undefined;
  const result = typed ? typed.result : typeof given === "string" ? capturedText(given) : captured(given);
  return [
    {
      callId: firstText(answer, ["tool_call_id", "toolCallId", "toolUseId", "tool_use_id", "call_id", "id"]),
      name: firstText(answer, ["name", "toolName"]),
      outcome: typed?.outcome ?? outcomeOf(result, answer),
      result: result ?? HIDDEN,
    },
  ];
}

function answerIn(part: Attributes): Attributes | undefined {
  const member = firstPresent(part, ["toolResult", "functionResponse", "function_response"]);
  if (isPlainObject(member)) return member;
  const role = textAt(part, "role");
  const isToolMessage = (role === "tool" || role === "function") && !Array.isArray(part.parts);
  return isToolMessage || ANSWER_TYPES.has(textAt(part, "type") ?? "") ? part : undefined;
}

// The AI SDK says in the output what it is.
function typedOutput(output: Attributes): Pick<AnsweredCall, "outcome" | "result"> | undefined {
  const { type, value, reason } = output;
  if (type === "execution-denied") return { outcome: "denied", result: captured(reason ?? null) };
  if (typeof type !== "string" || !("value" in output)) return undefined;
  if (type === "error-text" || type === "error-json") return { outcome: "error", result: captured(value) };
  if (type !== "text" && type !== "json" && type !== "content") return undefined;
  return {
    outcome: outcomeOf(value, {}, "ok"),
    result: type === "text" ? capturedText(value) : captured(value),
  };
}

/** A person's answer, where the framework runs the tool only afterwards: a yes says nothing of what became of it. */
function readApproval(part: Attributes, messages: readonly unknown[]): readonly AnsweredCall[] | undefined {
  if (!APPROVAL_TYPES.has(textAt(part, "type") ?? "") || part.approved !== false) return undefined;
  const approval = firstText(part, ["approvalId", "approval_id"]);
  const result: Captured = captured(part.reason ?? null);
  return [{ callId: askedFor(approval, messages), name: undefined, outcome: "denied", result }];
}

const APPROVAL_TYPES = new Set(["tool-approval-response", "tool_approval_response"]);

function askedFor(approval: string | undefined, messages: readonly unknown[]): string | undefined {
  const parts = messages.flatMap((message) =>
    isPlainObject(message) ? membersOf(message).flatMap(listOf) : [],
  );
  const request = parts.find(
    (part) =>
      isPlainObject(part) &&
      "toolCallId" in part &&
      approval !== undefined &&
      firstText(part, ["approvalId", "approval_id"]) === approval,
  );
  return isPlainObject(request) ? textAt(request, "toolCallId") : undefined;
}
