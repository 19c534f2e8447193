/**
 * What Langfuse's integration of LangChain adds: LangChain's metadata on every span, inherited by all below, and messages in a form of
 * its own. In JavaScript every chain is an observation of the type `span`.
 */

import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, textAt } from "../common/attributes.js";
import type { Captured } from "../common/captured.js";
import { callsIn } from "../common/chat-messages.js";
import { inputOf, metadataText } from "./langfuse-values.js";

/** The agent at work in a span, as far as the span itself can tell: within an inner graph the metadata may be the outer agent's. */
export function langChainAgent(span: ReadableSpan): string | undefined {
  const { attributes } = span;
  if (isAgentsChain(span)) return span.name;
  const isNested = metadataText(attributes, "langgraph_checkpoint_ns")?.includes("|") === true;
  const isGraphs = metadataText(attributes, "ls_integration") === "langgraph";
  return isNested || isGraphs ? undefined : metadataText(attributes, "lc_agent_name");
}

/** An agent's own chain has its name; that of an agent which a tool called is in the tools' node, and is no part of that. */
export function isAgentsChain(span: ReadableSpan): boolean {
  const { name, attributes } = span;
  const agent = metadataText(attributes, "lc_agent_name");
  const type = textAt(attributes, "langfuse.observation.type");
  if (agent === undefined || (type !== "span" && type !== "chain" && type !== "agent")) return false;
  return agent === name || (isInTools(span) && takesMessages(span));
}

const isInTools = ({ name, attributes }: ReadableSpan): boolean =>
  metadataText(attributes, "langgraph_node") === "tools" &&
  name !== "tools" &&
  !/^(?:Runnable|__)/.test(name);

const takesMessages = ({ attributes }: ReadableSpan): boolean =>
  /^\{\s*"messages"/.test(textAt(attributes, "langfuse.observation.input") ?? "");

/** The thread, as the outermost run says it: all below have it too, and a session that the program gave comes first. */
export const langChainThread = (attributes: Attributes): string | undefined =>
  metadataText(attributes, "langgraph_node") === undefined
    ? metadataText(attributes, "thread_id")
    : undefined;

/**
 * The id of a call that gave no message: the node around it was given the model's calls. Of several that are the same nobody can tell
 * which it was.
 */
export function callIdAround(
  parent: ReadableSpan | undefined,
  name: string,
  parameters: Captured,
): string | undefined {
  if (parent?.name !== "tools") return undefined;
  const wanted = JSON.stringify(parameters);
  const calls = callsIn(inputOf(parent.attributes)).filter(
    (call) => call.name === name && JSON.stringify(call.parameters) === wanted,
  );
  return calls.length === 1 ? calls[0]?.callId : undefined;
}

/** Messages of tools, whose role the integration for JavaScript calls by the tool's name. */
export function withToolRoles(given: Captured): Captured {
  if (isPlainObject(given) && Array.isArray(given.messages)) return given.messages.map(withToolRole);
  return Array.isArray(given) ? given.map(withToolRole) : given;
}

function withToolRole(message: unknown): unknown {
  if (!isPlainObject(message) || !("additional_kwargs" in message) || ROLES.has(String(message.role)))
    return message;
  return { ...message, role: "tool", name: message.role };
}

const ROLES = new Set(["user", "human", "assistant", "ai", "system", "developer", "tool", "function"]);
