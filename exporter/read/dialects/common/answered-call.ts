/** What a message or a part of one tells a model of a call that it asked for. */
import { isPlainObject } from "../../../../src/event/json.js";
import type { AnsweredCall } from "../dialect.js";
import { type Attributes, firstPresent, firstText, textAt } from "./attributes.js";
import { outcomeOf } from "./call-outcome.js";
import { type Captured, captured, capturedText, HIDDEN } from "./captured.js";
import { decodePython } from "./decode-python.js";

const ANSWER_TYPES = new Set([
  ...["tool_call_response", "server_tool_call_response", "tool-result", "tool_result"],
  ...["function_call_output", "custom_tool_call_output"],
]);
const ANSWER_ROLES = new Set(["tool", "function", "tool-response"]);
// The name of a part in Bedrock, Genkit and Gemini.
const ANSWER_MEMBERS = ["toolResult", "toolResponse", "functionResponse", "function_response"];

const ID_KEYS = ["tool_call_id", "toolCallId", "toolUseId", "tool_use_id", "call_id", "ref", "id"];

/** The answer that a message of a tool or a part is; `undefined` where it is none. */
export function answerIn(part: Attributes): AnsweredCall | undefined {
  const member = firstPresent(part, ANSWER_MEMBERS);
  const answer = isPlainObject(member) ? member : part;
  const isAnswer =
    answer !== part ||
    ANSWER_ROLES.has(textAt(part, "role") ?? "") ||
    ANSWER_TYPES.has(textAt(part, "type") ?? "");
  if (!isAnswer) return undefined;
  const parts = answer.parts ?? answer.contents;
  const given =
    firstPresent(answer, ["response", "content", "result", "output", "server_tool_call_response"]) ??
    onlyText(parts);
  // What is in parts that are no answers is something else: a person's approval.
  if (given === undefined && Array.isArray(parts) && parts.length > 0) return undefined;
  const value = typeof given === "string" ? textOf(given) : captured(given);
  const typed = isPlainObject(value) ? typedOutput(value) : undefined;
  const result = typed ? typed.result : value;
  return {
    callId: firstText(answer, ID_KEYS),
    name: firstText(answer, ["name", "toolName"]),
    outcome: typed?.outcome ?? outcomeOf(result, answer),
    result: result ?? HIDDEN,
  };
}

// Frameworks of Python give the model what a tool gave as Python prints it.
function textOf(text: string): Captured {
  const value = capturedText(text);
  return typeof value === "string" ? decodePython(value) : value;
}

// By the conventions a message of a tool has parts too, and some write its text as one.
function onlyText(parts: unknown): unknown {
  const [item, ...others] = Array.isArray(parts) ? parts : [];
  const part = isPlainObject(item) && isPlainObject(item.message_content) ? item.message_content : item;
  return isPlainObject(part) && others.length === 0 ? (part.content ?? part.text) : undefined;
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

const APPROVAL_TYPES = new Set(["tool-approval-response", "tool_approval_response"]);

/**
 * A person's answer, where the framework runs the tool only afterwards: a yes says nothing of what became of it.
 *
 * @param parts those of the whole conversation, of which one asked for the approval and knows the call
 */
export function deniedApproval(
  part: Attributes,
  parts: () => readonly Attributes[],
): AnsweredCall | undefined {
  if (!APPROVAL_TYPES.has(textAt(part, "type") ?? "") || part.approved !== false) return undefined;
  const approval = firstText(part, ["approvalId", "approval_id"]);
  const request = parts().find(
    (one) =>
      "toolCallId" in one &&
      approval !== undefined &&
      firstText(one, ["approvalId", "approval_id"]) === approval,
  );
  const result: Captured = captured(part.reason ?? null);
  return { callId: request && textAt(request, "toolCallId"), name: undefined, outcome: "denied", result };
}
