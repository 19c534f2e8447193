import { textOf } from "../../tracing/text.js";

/** What LangChain hands down from call to call, as far as it is read here. */
export interface RunnableConfig {
  readonly runName?: unknown;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly configurable?: Readonly<Record<string, unknown>>;
  readonly toolCall?: { readonly id?: unknown };
}

export interface ConfigValues {
  /** As `createAgent({ name })` says it. A tool of a graph without one belongs to the run around it. */
  readonly agentName: string | undefined;
  readonly threadId: string | undefined;
  /** The node of the graph around, in which this graph runs. */
  readonly node: string | undefined;
}

export function readConfig(config: RunnableConfig | undefined): ConfigValues {
  const { metadata, configurable } = config ?? {};
  return {
    agentName: textOf(metadata?.lc_agent_name),
    threadId: textOf(configurable?.thread_id) ?? textOf(metadata?.thread_id),
    node: nodeOf(textOf(configurable?.checkpoint_ns)),
  };
}

// `supervisor:5f0c...|researcher:91ab...`: the innermost comes last.
function nodeOf(namespace: string | undefined): string | undefined {
  const last = namespace?.split("|").at(-1)?.split(":")[0];
  return last === "" ? undefined : last;
}
