import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { SCOPE_NAME } from "../../../../src/event/semconv.js";

/** Layers that record a tool call, as four instrumentations write them down. */
export const LAYERS = ["ai-sdk", "wrapper", "mcp-client", "mcp-server"] as const;
export type LayerName = (typeof LAYERS)[number];

export type Late = "nothing" | "arguments" | "everything";

export interface LayerCall {
  readonly tool: string;
  readonly args: object;
  /** Only the AI SDK knows it. */
  readonly callId?: string | undefined;
  readonly around?: Span | undefined;
  /** Milliseconds since the beginning of the test's time. */
  readonly at?: number | undefined;
  /** What the span says only when {@link describeLayer} is called. */
  readonly late?: Late | undefined;
}

export const BEGINNING = 1_795_334_322_000;

/** Starts the span by which a layer records a call. */
export function startLayer(provider: TracerProvider, layer: LayerName, call: LayerCall): Span {
  const { scope, kind, name, attributes } = FORMS[layer](call);
  const around: Context = call.around ? trace.setSpan(ROOT_CONTEXT, call.around) : ROOT_CONTEXT;
  const options = {
    kind,
    attributes: saidAtStart(attributes, call.late),
    root: call.around === undefined,
    ...(call.at !== undefined && { startTime: BEGINNING + call.at }),
  };
  return provider.getTracer(scope).startSpan(name, options, around);
}

function saidAtStart(attributes: Record<string, string>, late: Late = "nothing"): Record<string, string> {
  const isSaid = (key: string) => late === "nothing" || (late === "arguments" && !/\barg/.test(key));
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => isSaid(key)));
}

/** Has a span say what it is. */
export const describeLayer = (span: Span, layer: LayerName, call: LayerCall): Span =>
  span.setAttributes(FORMS[layer](call).attributes);

type Form = {
  readonly scope: string;
  readonly kind: SpanKind;
  readonly name: string;
  readonly attributes: Record<string, string>;
};

const FORMS: Readonly<Record<LayerName, (call: LayerCall) => Form>> = {
  "ai-sdk": ({ tool, args, callId }) => ({
    scope: "ai",
    kind: SpanKind.INTERNAL,
    name: "ai.toolCall",
    attributes: {
      "ai.operationId": "ai.toolCall",
      "ai.toolCall.name": tool,
      "ai.toolCall.args": JSON.stringify(args),
      "ai.toolCall.id": callId ?? "call_0",
    },
  }),
  wrapper: ({ tool, args }) => ({
    scope: SCOPE_NAME,
    kind: SpanKind.INTERNAL,
    name: `execute_tool ${tool}`,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": tool,
      "gen_ai.tool.call.arguments": JSON.stringify(args),
    },
  }),
  "mcp-client": (call) => protocolForm(call, SpanKind.CLIENT),
  "mcp-server": (call) => protocolForm(call, SpanKind.SERVER),
};

const protocolForm = ({ tool, args }: LayerCall, kind: SpanKind): Form => ({
  scope: "mcp",
  kind,
  name: `tools/call ${tool}`,
  attributes: {
    "mcp.method.name": "tools/call",
    "gen_ai.tool.name": tool,
    "gen_ai.tool.call.arguments": JSON.stringify(args),
  },
});
