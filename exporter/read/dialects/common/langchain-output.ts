import { isPlainObject } from "../../../../src/event/json.js";
import { type Captured, capturedText } from "./captured.js";

/** The result of a hand-off: the agent or agents that a tool sends the graph to. */
export const handOffTo = (goto: readonly string[]): { readonly to_agent: unknown } => ({
  to_agent: goto.length === 1 ? goto[0] : goto,
});

/** What a tool of LangChain or LangGraph gave, out of the form in which its callbacks serialise it. */
export interface LangChainOutput {
  readonly result: Captured;
  readonly toolName?: string | undefined;
  readonly callId?: string | undefined;
  /** The tool message says that the tool failed, with this text. */
  readonly error?: string | undefined;
  /** Nodes that the tool sends the graph to: it hands over. */
  readonly goto?: readonly string[] | undefined;
}

/**
 * Looks into `{output: ...}`, serialised messages (`{lc: 1, type: "constructor", id, kwargs}`) and commands
 * (`{lg_name: "Command", update, goto}`). `undefined` when the value is none of them.
 */
export function unwrapLangChain(value: Captured): LangChainOutput | undefined {
  const inner = isPlainObject(value) && Object.keys(value).length === 1 ? (value.output ?? value) : value;
  return readMessage(inner) ?? readCommand(inner);
}

/** A tool's message in any of the forms below. */
export function readMessage(value: unknown): LangChainOutput | undefined {
  const message = toolMessageIn(value);
  if (message === undefined) return undefined;
  const { content, tool_call_id, name, status } = message;
  return {
    result: capturedText(content),
    toolName: textOf(name),
    callId: textOf(tool_call_id),
    error: status === "error" ? (textOf(content) ?? "the tool message says error") : undefined,
  };
}

/** A tool's message: JavaScript serialises it with `kwargs`; Python dumps it, in older versions without `data` around it. */
export function toolMessageIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isPlainObject(value)) return undefined;
  if (value.lc === 1) return isPlainObject(value.kwargs) ? value.kwargs : undefined;
  if (value.type !== "tool") return undefined;
  const data = isPlainObject(value.data) ? value.data : value;
  return "content" in data && "tool_call_id" in data ? data : undefined;
}

/** A command of LangGraph, also in a list of its own. */
export function readCommand(value: unknown): LangChainOutput | undefined {
  const command = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (!isPlainObject(command) || !isCommand(command)) return undefined;
  const goto = [command.goto ?? []].flat().flatMap((target) => nodeName(target) ?? []);
  const answer = lastToolMessage(command.update);
  const told = answer ?? { result: command.update };
  return goto.every((node) => node === GRAPH_END) ? told : { ...told, goto };
}

// Python dumps the members of the class, without its name.
const isCommand = (value: Readonly<Record<string, unknown>>): boolean =>
  value.lg_name === "Command" ||
  ("goto" in value && "update" in value && "resume" in value && "graph" in value);

/** Going there is no hand-over: the graph is done. */
const GRAPH_END = "__end__";

// A node is named, or sent to with arguments of its own.
const nodeName = (target: unknown): string | undefined =>
  textOf(isPlainObject(target) && target.lg_name === "Send" ? target.node : target);

function lastToolMessage(update: unknown): LangChainOutput | undefined {
  if (!isPlainObject(update) || !Array.isArray(update.messages)) return undefined;
  return update.messages.map(readMessage).findLast((message) => message?.callId !== undefined);
}

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
