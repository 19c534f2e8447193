import { type HrTime, SpanKind } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { mapSpans } from "../../../../exporter/correlate/map-spans.js";
import { withAncestors } from "../../../../exporter/correlate/span-ancestors.js";
import type { ActionEvent } from "../../../../src/event/index.js";

export const TRACE = "0af7651916cd43dd8448eb211c80319c";
export const LATER_TRACE = "1bf7651916cd43dd8448eb211c80319d";

export interface Parts {
  readonly id: string;
  readonly parent?: string;
  readonly traceId?: string;
  /** Seconds. */
  readonly at: readonly [from: number, until: number];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly scope?: string;
  readonly failed?: string;
}

const time = (seconds: number): HrTime => [1_795_334_322 + Math.floor(seconds), (seconds % 1) * 1e9];

export function span({
  id,
  parent,
  traceId = TRACE,
  at,
  attributes,
  scope = "t",
  failed,
}: Parts): ReadableSpan {
  const context = (spanId: string) => ({ traceId, spanId: spanId.padStart(16, "0"), traceFlags: 1 });
  return {
    name: "span",
    kind: SpanKind.INTERNAL,
    spanContext: () => context(id),
    ...(parent !== undefined && { parentSpanContext: context(parent) }),
    startTime: time(at[0]),
    endTime: time(at[1]),
    status: failed === undefined ? { code: 0 } : { code: 2, message: failed },
    attributes,
    events: [],
    links: [],
    ended: true,
    resource: { attributes: { "service.name": "svc" } },
    instrumentationScope: { name: scope },
  } as unknown as ReadableSpan;
}

export type Message = Readonly<Record<string, unknown>>;

/** A call of a model, by the GenAI conventions. */
export function model(
  parts: Omit<Parts, "attributes">,
  input: readonly Message[],
  output: readonly Message[],
): ReadableSpan {
  const attributes = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "m",
    "gen_ai.input.messages": JSON.stringify(input),
    "gen_ai.output.messages": JSON.stringify(output),
  };
  return span({ ...parts, attributes });
}

export const wants = (id: string | undefined, name: string, args: object): Message => ({
  role: "assistant",
  parts: [{ type: "tool_call", ...(id !== undefined && { id }), name, arguments: args }],
});

/** As the AI SDK says what became of a call. */
export const answers = (id: string | undefined, toolName: string, output: Message): Message => ({
  role: "tool",
  content: [{ type: "tool-result", ...(id !== undefined && { toolCallId: id }), toolName, output }],
});

export const error = (value: string): Message => ({ type: "error-text", value });
export const denied = (reason: string): Message => ({ type: "execution-denied", reason });
export const text = (value: string): Message => ({ type: "text", value });

/** The actions of calls that have no span. */
export const toldOnly = (spans: readonly ReadableSpan[], options: object = {}): ActionEvent[] =>
  mapSpans(withAncestors(spans), { captureContent: true, ...options }).flatMap(
    ({ transformed, isReportedOnly }) =>
      isReportedOnly && transformed.outcome === "event" ? [transformed.event as ActionEvent] : [],
  );
