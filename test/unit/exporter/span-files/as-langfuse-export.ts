import type { ReadableSpan } from "../../../../exporter/read/sdk-types.js";

type Attributes = Readonly<Record<string, unknown>>;

/** Where Langfuse looks for input and output, in its order; a library's own pair comes before those that several write. */
const PAIRS: readonly (readonly [input: readonly string[], output: readonly string[]])[] = [
  [
    ["ai.prompt.messages", "ai.prompt", "ai.toolCall.args"],
    ["ai.response.text", "ai.toolCall.result", "ai.response.object", "ai.response.toolCalls"],
  ],
  [["gcp.vertex.agent.llm_request"], ["gcp.vertex.agent.llm_response"]],
  [["gcp.vertex.agent.tool_call_args"], ["gcp.vertex.agent.tool_response"]],
  [["traceloop.entity.input"], ["traceloop.entity.output"]],
  [["input.value"], ["output.value"]],
  [["tool_arguments"], ["tool_response"]],
  [["gen_ai.prompt"], ["gen_ai.completion"]],
  [["gen_ai.input.messages"], ["gen_ai.output.messages"]],
  [["gen_ai.tool.call.arguments"], ["gen_ai.tool.call.result"]],
];

/**
 * A span of somebody else as Langfuse exports it: input and output taken from its attributes, the name of a tool for the span's name, and
 * everything else in the metadata as texts, without the events.
 *
 * @param keeps whether the attributes that were taken stay in the metadata, which depends on the version
 */
export function asLangfuseExport(span: ReadableSpan, keeps: boolean): Attributes {
  const { attributes, resource, instrumentationScope, parentSpanContext } = span;
  const pair = PAIRS.find(([input, output]) => [...input, ...output].some((key) => attributes[key]));
  const taken = (keys: readonly string[]) => keys.find((key) => attributes[key]);
  const [input, output] = [taken(pair?.[0] ?? []), taken(pair?.[1] ?? [])];
  const said = span.events.find(({ name }) => name === "gen_ai.tool.message")?.attributes;
  const chosen = span.events.find(({ name }) => name === "gen_ai.choice")?.attributes;
  const left = Object.entries(attributes).filter(([key]) => keeps || (key !== input && key !== output));
  const { traceId, spanId } = span.spanContext();
  return {
    id: spanId,
    traceId,
    parentObservationId: parentSpanContext?.spanId ?? null,
    type: "SPAN",
    name: attributes["gen_ai.tool.name"] ?? attributes["ai.toolCall.name"] ?? span.name,
    startTime: iso(span.startTime),
    endTime: iso(span.endTime),
    level: span.status.code === 2 ? "ERROR" : "DEFAULT",
    statusMessage: span.status.message ?? null,
    input: said ? [{ role: "tool", ...said }] : input === undefined ? null : attributes[input],
    output: chosen ?? (output === undefined ? null : attributes[output]),
    metadata: {
      attributes: Object.fromEntries(left.map(([key, value]) => [key, asText(value)])),
      resourceAttributes: resource.attributes,
      scope: instrumentationScope,
    },
  };
}

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const iso = ([seconds, nanos]: readonly [number, number]): string =>
  new Date(seconds * 1_000 + Math.floor(nanos / 1_000_000)).toISOString();
