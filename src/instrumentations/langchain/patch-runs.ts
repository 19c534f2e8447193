import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_WORKFLOW_NAME,
  OPERATION_INVOKE_AGENT,
  OPERATION_INVOKE_WORKFLOW,
} from "../../event/semconv.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import type { SpanTemplate } from "../../tracing/span-template.js";
import { textAttribute } from "../../tracing/text.js";
import type { Patches } from "../base/patches.js";
import { type RunnableConfig, readConfig } from "./config.js";
import { thrownOutcome } from "./patch-tools.js";

interface Exports {
  readonly Pregel?: { readonly prototype: object };
}

/** `stream` is what every way to run a graph ends in: `invoke` reads it to its end. */
export function patchRuns({ Pregel }: Exports, patches: Patches, recorder: SpanRecorder): void {
  patches.method(Pregel?.prototype, "stream", ({ receiver, args, proceed }) =>
    recorder.run(
      () => templateOf(receiver as { readonly name?: unknown }, args[1] as RunnableConfig | undefined),
      () => proceed(),
    ),
  );
}

/** What a graph is called that nobody gave a name. */
const UNNAMED = "LangGraph";

function templateOf({ name }: { readonly name?: unknown }, config: RunnableConfig | undefined): SpanTemplate {
  const { agentName, threadId, node } = readConfig(config);
  const graph = typeof name === "string" && name !== "" && name !== UNNAMED ? name : undefined;
  const agent = graph ?? node ?? agentName;
  const operation = agent === undefined ? OPERATION_INVOKE_WORKFLOW : OPERATION_INVOKE_AGENT;
  return {
    spanName: `${operation} ${agent ?? UNNAMED}`,
    attributes: {
      [ATTR_GEN_AI_OPERATION_NAME]: operation,
      ...textAttribute(ATTR_GEN_AI_AGENT_NAME, agent),
      ...textAttribute(ATTR_GEN_AI_WORKFLOW_NAME, agent === undefined ? UNNAMED : undefined),
      ...textAttribute(ATTR_GEN_AI_CONVERSATION_ID, threadId),
    },
    threw: thrownOutcome,
  };
}
