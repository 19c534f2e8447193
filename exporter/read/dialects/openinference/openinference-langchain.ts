/**
 * What OpenInference's instrumentations of LangChain and LangGraph write, in Python and JavaScript: LangChain's metadata as one JSON text on
 * every span, which tells agents, graphs and their steps.
 */
import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, scopeName, textAt } from "../common/attributes.js";
import { captured, HIDDEN } from "../common/captured.js";
import {
  callOf,
  callsOfStep,
  graphNamed,
  isGraphRun,
  readStepOfTools,
  subgraphAround,
  type ToldCall,
} from "../common/langgraph.js";
import type { Reading, RequestedCall } from "../dialect.js";
import { outputOf } from "./openinference-values.js";

/**
 * The agent that LangChain names in its metadata. Inside a bare LangGraph the name is believed where the agent is a node of that graph, or
 * where it is the name of this chain: else it was inherited from an agent that called the graph.
 */
export function langChainAgent({ name, attributes }: ReadableSpan): string | undefined {
  const agent = metadataText(attributes, "lc_agent_name");
  if (agent === undefined || metadataText(attributes, "ls_integration") !== "langgraph") return agent;
  const nodes = metadataText(attributes, "langgraph_checkpoint_ns") ?? "";
  return agent === name || nodes.split("|").some((node) => node.startsWith(`${agent}:`)) ? agent : undefined;
}

/** A member of LangChain's metadata: a JSON text of some hundred bytes on every span, parsed only if it has the member. */
export function metadataText(attributes: Attributes, name: string): string | undefined {
  const { metadata } = attributes;
  if (typeof metadata !== "string" || !metadata.includes(`"${name}"`)) return undefined;
  const decoded = captured(metadata);
  return isPlainObject(decoded) ? textAt(decoded, name) : undefined;
}

// LangChain's own metadata stands on spans that somebody else hands on, too.
export const isOfLangChain = (span: ReadableSpan): boolean =>
  /langchain/i.test(scopeName(span)) || /"ls_integration"|langchain/i.test(String(span.attributes.metadata));

/** A graph of the program's own: the outermost chain, which is in no node. */
export const isGraph = ({ attributes }: ReadableSpan): boolean =>
  textAt(attributes, "openinference.span.kind")?.toUpperCase() === "CHAIN" &&
  isGraphRun((name) => metadataText(attributes, name));

/** Without a name of its own it goes by that of the library. */
export const graphName = (span: ReadableSpan): string | undefined =>
  isGraph(span) ? graphNamed(span.name) : undefined;

/** The graph that a span is in, where that is in a node of another graph. */
export const graphAround = (span: ReadableSpan, ancestors: readonly ReadableSpan[]): string | undefined =>
  /_ns":\s*"[^"]*\|/.test(String(span.attributes.metadata))
    ? subgraphAround(span, ancestors, {
        metadata: ({ attributes }, name) => metadataText(attributes, name),
        nameOf: ({ name }) => name,
      })
    : undefined;

/** The instrumentation for Python takes all for agents that have the word in their name: steps, tools and models of LangChain too. */
export const isStepOfLangGraph = (span: ReadableSpan): boolean =>
  metadataText(span.attributes, "langgraph_node") !== undefined;

// An agent's graph in a node: it has another name than the node, or is in a step of its own name, and gives the state.
export function isSubgraph(span: ReadableSpan, parent: ReadableSpan | undefined): boolean {
  const { name, attributes } = span;
  const isOtherThanNode = metadataText(attributes, "langgraph_node") !== name || parent?.name === name;
  const output = outputOf(attributes);
  return isOtherThanNode && (output === undefined || output === HIDDEN || isPlainObject(output));
}

// Of a step itself, the metadata has no namespace around.
export function agentOfStep({ name, attributes }: ReadableSpan): string | undefined {
  const isStep =
    metadataText(attributes, "langgraph_node") === name &&
    metadataText(attributes, "checkpoint_ns") === undefined;
  return isStep || "tool.name" in attributes ? undefined : name;
}

/**
 * What the model wanted of this tool, where the step around it is one of LangGraph: it has what the tool's own span lost, the names of
 * arguments and, when it failed, the id.
 */
export function requestAround(step: ReadableSpan | undefined, told: ToldCall): RequestedCall | undefined {
  return step === undefined ? undefined : callOf(callsOfStep(step, step.attributes["input.value"]), told);
}

/** A step of LangGraph, of which only calls that never reached a tool are actions. */
export const readStep = (span: ReadableSpan): Reading | undefined => {
  const { attributes } = span;
  return readStepOfTools(span, attributes["input.value"], attributes["output.value"], () =>
    outputOf(attributes),
  );
};
