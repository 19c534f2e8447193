/**
 * What Langfuse's integration of LangChain adds: LangChain's metadata on every span, inherited by all below, and messages in a form of
 * its own. In JavaScript every chain is an observation of the type `span`.
 */

import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, textAt } from "../common/attributes.js";
import type { Captured } from "../common/captured.js";
import { decodePython } from "../common/decode-python.js";
import { toolMessageIn } from "../common/langchain-output.js";
import {
  type ChainReader,
  callOf,
  callsOfStep,
  graphNamed,
  isGraphRun,
  subgraphAround,
  type ToldCall,
} from "../common/langgraph.js";
import type { RequestedCall } from "../dialect.js";
import { inputOf, metadataText, metadataValue, outputOf } from "./langfuse-values.js";

/** The agent at work in a span, as far as the span itself can tell: within an inner graph the metadata may be the outer agent's. */
export function langChainAgent(span: ReadableSpan, ancestors: readonly ReadableSpan[]): string | undefined {
  const { attributes } = span;
  if (isAgentsChain(span)) return span.name;
  const isNested = metadataText(attributes, "langgraph_checkpoint_ns")?.includes("|") === true;
  const isGraphs = metadataText(attributes, "ls_integration") === "langgraph";
  if (isLangGraphRun(span)) return graphNamed(span.name);
  const agent = isNested || isGraphs ? undefined : metadataText(attributes, "lc_agent_name");
  return agent ?? subgraphAround(span, ancestors, CHAINS);
}

const CHAINS: ChainReader = {
  metadata: ({ attributes }, name) => metadataText(attributes, name),
  nameOf: ({ name }) => name,
};

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
 * A tool or a retriever whose type the handler did not know: JavaScript has none for a retriever, and before the types of version 3.3 both had
 * none for tools. The step around is for a call of this name, or LangChain tells what it was given beside its text.
 */
export function isUntypedTool(span: ReadableSpan, step: ReadableSpan | undefined): boolean {
  const { name, attributes } = span;
  if (metadataText(attributes, "ls_retriever_name") !== undefined) return true;
  if (metadataText(attributes, "color") !== undefined && isPlainObject(metadataValue(attributes, "inputs")))
    return true;
  const isCalled =
    step !== undefined && callsOfStep(step, stepInput(step)).some((call) => call.name === name);
  return isCalled || (toolMessageIn(outputOf(attributes)) !== undefined && !takesMessages(span));
}

/** What a tool was given: the arguments, where LangChain tells them, else the text, which in Python may be that of a dictionary. */
export function toolInput(attributes: Attributes): Captured {
  const given = inputOf(attributes);
  if (typeof given !== "string") return given;
  const inputs = metadataValue(attributes, "inputs");
  return isPlainObject(inputs) ? inputs : decodePython(given);
}

/** The run of a graph. Older handlers do not say that it is one: it is the outermost chain, and gives all that was said. */
export function isLangGraphRun(span: ReadableSpan): boolean {
  const { name, attributes } = span;
  const type = textAt(attributes, "langfuse.observation.type");
  if (type !== undefined && type !== "span" && type !== "chain") return false;
  if (isGraphRun((member) => metadataText(attributes, member))) return true;
  if (metadataText(attributes, "langgraph_node") !== undefined) return false;
  if (metadataText(attributes, "ls_integration") !== undefined) return false;
  return (
    LANGCHAIN_MESSAGES.test(textAt(attributes, "langfuse.observation.output") ?? "") || name === "LangGraph"
  );
}

const LANGCHAIN_MESSAGES = /^\{\s*"messages":\s*\[\s*\{[\s\S]*"additional_kwargs"/;

const stepInput = ({ attributes }: ReadableSpan): unknown => attributes["langfuse.observation.input"];

/** What the model wanted of a tool, where the node around it was given the model's calls. */
export const requestAround = (step: ReadableSpan | undefined, told: ToldCall): RequestedCall | undefined =>
  step && callOf(callsOfStep(step, stepInput(step)), told);

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
