/**
 * Where Langfuse found the input and output of a span, so that both are put back there. It takes them from the attributes of many libraries
 * (its `OtelIngestionProcessor`), and in some versions removes those that it took.
 */
import { isPlainObject } from "../../src/event/json.js";
import type { Attributes } from "../read/dialects/common/attributes.js";
import { decodeJson } from "../read/dialects/common/decode-json.js";

interface Source {
  /** What says that the span is of this library. */
  matches(attributes: Attributes, scope: string): boolean;
  /** The keys of its content: the first is where it is put, unless one of them is there. */
  readonly input: readonly string[];
  readonly output: readonly string[];
}

const isTool = (attributes: Attributes): boolean =>
  attributes["gen_ai.operation.name"] === "execute_tool" || "gen_ai.tool.name" in attributes;
const isAdk = (attributes: Attributes): boolean =>
  attributes["gen_ai.system"] === "gcp.vertex.agent" || "gcp.vertex.agent.event_id" in attributes;
const has =
  (key: string) =>
  (attributes: Attributes): boolean =>
    key in attributes;

const ADK = "gcp.vertex.agent";

const SOURCES: readonly Source[] = [
  {
    matches: (attributes) =>
      attributes["ai.operationId"] === "ai.toolCall" || "ai.toolCall.name" in attributes,
    input: ["ai.toolCall.args"],
    output: ["ai.toolCall.result"],
  },
  {
    matches: has("ai.operationId"),
    input: ["ai.prompt", "ai.prompt.messages"],
    output: ["ai.response.text", "ai.response.object", "ai.response.toolCalls"],
  },
  {
    matches: (attributes) => isAdk(attributes) && isTool(attributes),
    input: [`${ADK}.tool_call_args`, "gen_ai.tool.call.arguments"],
    output: [`${ADK}.tool_response`, "gen_ai.tool.call.result"],
  },
  { matches: isAdk, input: [`${ADK}.llm_request`], output: [`${ADK}.llm_response`] },
  { matches: has("langsmith.span.kind"), input: ["gen_ai.prompt"], output: ["gen_ai.completion"] },
  {
    // Dressed in its keys, a span of somebody else keeps its content elsewhere.
    matches: (attributes) =>
      "openinference.span.kind" in attributes &&
      !("gen_ai.operation.name" in attributes && !("output.mime_type" in attributes)),
    input: ["input.value"],
    output: ["output.value"],
  },
  {
    matches: (attributes, scope) =>
      "traceloop.span.kind" in attributes || /traceloop|instrumentation\.mcp/.test(scope),
    input: ["traceloop.entity.input"],
    output: ["traceloop.entity.output"],
  },
  {
    matches: isTool,
    input: ["gen_ai.tool.call.arguments", "tool_arguments"],
    output: ["gen_ai.tool.call.result", "tool_response"],
  },
  {
    matches: has("gen_ai.operation.name"),
    input: ["gen_ai.input.messages", "gen_ai.prompt"],
    output: ["gen_ai.output.messages", "gen_ai.completion"],
  },
];

/** Input and output as attributes of the span that they were taken from. What the span's own attributes still hold comes first. */
export function contentOf(original: Attributes, scope: string, { input, output }: Content): Attributes {
  const source = SOURCES.find(({ matches }) => matches(original, scope));
  if (source === undefined) return {};
  const isAiSdk = source.input[0] === "ai.prompt";
  const ofStrands = original["gen_ai.system"] === "strands-agents" && isTool(original);
  const given = isAiSdk
    ? aiSdkInput(input)
    : { [source.input[0] ?? ""]: ofStrands ? outOfMessage(input) : input };
  const answered = isAiSdk
    ? aiSdkOutput(output)
    : { [source.output[0] ?? ""]: ofStrands ? outOfMessage(output) : output };
  return {
    ...(source.input.some((key) => key in original) ? {} : texts(given)),
    ...(source.output.some((key) => key in original) ? {} : texts(answered)),
  };
}

/** What Langfuse says went in and out. */
export interface Content {
  readonly input: unknown;
  readonly output: unknown;
}

// The content of Strands' tools is in events (`gen_ai.tool.message`, `gen_ai.choice`), of which Langfuse shows the attributes.
function outOfMessage(value: unknown): unknown {
  const list = decoded(value);
  const [message] = Array.isArray(list) && list.length === 1 ? list : [list];
  if (!isPlainObject(message)) return value;
  if (message.role === "tool" && "content" in message) return message.content;
  return "message" in message && "id" in message ? message.message : value;
}

const decoded = (value: unknown): unknown => (typeof value === "string" ? decodeJson(value) : value);

const aiSdkInput = (input: unknown): Attributes => ({
  [Array.isArray(decoded(input)) ? "ai.prompt.messages" : "ai.prompt"]: input,
});

// A text; the calls that the model wants; both in one message; an object.
function aiSdkOutput(output: unknown): Attributes {
  const value = decoded(output);
  if (isPlainObject(value) && "tool_calls" in value)
    return { "ai.response.text": value.content, "ai.response.toolCalls": value.tool_calls };
  const isCall = Array.isArray(value) && value.some((item) => isPlainObject(item) && "toolCallId" in item);
  if (isCall) return { "ai.response.toolCalls": output };
  return { [typeof value === "object" ? "ai.response.object" : "ai.response.text"]: output };
}

const texts = (values: Attributes): Attributes =>
  Object.fromEntries(
    Object.entries(values)
      .map(([key, value]) => [key, asText(value)] as const)
      .filter(([, text]) => text !== undefined),
  );

/** Attributes are texts; what is none is JSON, as Langfuse's own SDKs write it. */
export function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
