/**
 * AG2 before version 1: agents of a group talk in turns, and a nameless agent of the framework's own runs the tools that the one before it
 * asked for.
 */
import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { scopeName, textAt } from "./attributes.js";
import { type Captured, captured, capturedText } from "./captured.js";
import { decodePython } from "./decode-python.js";
import { type Failure, failureSaying } from "./failure.js";
import { agentAt, noteAgent } from "./run-notes.js";

const SCOPE = /^open(?:telemetry|inference)\.instrumentation\.ag2$/;

export const isAg2 = (span: ReadableSpan): boolean => SCOPE.test(scopeName(span));

const EXECUTOR = /^_?(?:Group|Swarm)_Tool_Executor$|^Tool_Execution$|^_User$/;

/** Whether an agent's name is that of one of the framework's own: that only runs tools, or that brings what the user said. */
export const isToolExecutor = (name: string | undefined): boolean =>
  name !== undefined && EXECUTOR.test(name);

/** The agent of a turn; of a turn in which only tools run, the one that asked for them. */
export const agentOfTurn = (
  span: ReadableSpan,
  name: string | undefined,
  [group]: readonly ReadableSpan[],
): string | undefined => (isToolExecutor(name) ? agentAt(group, span) : name);

/** An agent's turn is over: tools that run next in this group are those that it asked for. */
export function noteTurn(
  span: ReadableSpan,
  name: string | undefined,
  group: ReadableSpan | undefined,
): void {
  if (!isToolExecutor(name)) noteAgent(group, span, name, "endTime");
}

export const TOOLS_ONLY = {
  is: "ignored",
  reason: "a turn of AG2's own agents: what is done in it has spans of its own",
} as const;

/** What a function gave: `[true, {name, role: "function", content}]`. */
export function unwrapAg2Reply(value: Captured): { result: Captured; failure?: Failure } | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [isOk, reply] = value as readonly unknown[];
  if (typeof isOk !== "boolean" || !isPlainObject(reply) || reply.role !== "function") return undefined;
  const content = typeof reply.content === "string" ? decodePython(reply.content) : reply.content;
  if (isOk) return { result: content };
  const said = (textAt(reply, "content") ?? "the tool failed").replace(/^Error: /, "");
  const failure = failureSaying(said);
  return {
    result: undefined,
    failure: /^Function \S{1,200} not found\.$/.test(said) ? { ...failure, type: "unknown_tool" } : failure,
  };
}

/** A tool that sends the group on gives `{message, target, context_variables}`; of whom it is sent to, nothing is written. */
export const isAg2Transfer = (result: Captured): boolean =>
  isPlainObject(result) && "target" in result && "context_variables" in result && "message" in result;

/** A result that AG2 wrote as Python prints it. */
export function printedResult(value: unknown): Captured {
  const read = capturedText(value);
  return typeof read === "string" ? decodePython(read) : captured(read);
}
