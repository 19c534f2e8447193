import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableSpan as SdkSpan } from "@opentelemetry/sdk-trace-base";
import { readOtlpJson } from "../../../exporter/span-files/otlp-spans.js";

/** A tool call by the GenAI conventions, as OTLP/JSON has it. */
export function toolSpan(index: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  const attributes = {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": `tool-${index}`,
    "gen_ai.tool.call.id": `call-${index}`,
    "gen_ai.agent.name": "tester",
  };
  return {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: (index + 1).toString(16).padStart(16, "0"),
    name: `execute_tool tool-${index}`,
    kind: 1,
    startTimeUnixNano: "1790000000000000000",
    endTimeUnixNano: "1790000000500000000",
    attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
    ...more,
  };
}

/** A span that is no action. */
export const httpSpan = (index: number): Record<string, unknown> =>
  toolSpan(index, { name: "GET /", attributes: [] });

export const jsonRequest = (spans: readonly unknown[]): string =>
  JSON.stringify({
    resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: { name: "test" }, spans }] }],
  });

/** The same in protobuf, written by the SDK's own serializer. */
export function protobufRequest(spans: readonly unknown[]): Uint8Array<ArrayBuffer> {
  const read = readOtlpJson(jsonRequest(spans)).map(({ span }) => span);
  return Uint8Array.from(ProtobufTraceSerializer.serializeRequest(read as SdkSpan[]) ?? []);
}
