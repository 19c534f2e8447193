import { setTimeout as delay } from "node:timers/promises";
import type { Span } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { AgentActionSpanProcessor, type ExporterOptions } from "../../../../exporter/index.js";
import type { ActionEvent } from "../../../../src/event/index.js";
import { FakeTransport } from "../fake-transport.js";
import { type LayerCall, type LayerName, startLayer } from "./layered-spans.js";

export const SEARCH = { tool: "search", args: { q: "refunds" }, callId: "c1" };

/** A program whose spans are seen when they start and when they end. */
export function setUp(options: ExporterOptions = {}) {
  const transport = new FakeTransport();
  const processor = new AgentActionSpanProcessor({
    transport,
    flushOnExit: false,
    lingerMillis: 0,
    ...options,
  });
  const provider = new BasicTracerProvider({ spanProcessors: [processor] });
  const start = (layer: LayerName, call: Partial<LayerCall> = {}) =>
    startLayer(provider, layer, { ...SEARCH, ...call });
  // What is held stays held, other than with a flush.
  const events = async (): Promise<ActionEvent[]> => {
    while (processor.stats().buffered + processor.stats().inFlight > 0) await delay(1);
    return transport.landed.map(({ value }) => JSON.parse(value.toString()));
  };
  return { processor, provider, start, events };
}

export const idsOf = (spans: readonly Span[]) => spans.map((span) => span.spanContext().spanId);
export const layersOf = ({ merged_spans = [] }: ActionEvent) => merged_spans.map(({ span_id }) => span_id);
