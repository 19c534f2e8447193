import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";

const exporter = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();

/** What was recorded since the last time, as the rows would say it. */
export function recorded() {
  const spans = exporter.getFinishedSpans().map(({ attributes, status }) => ({
    tool: attributes["gen_ai.tool.name"],
    arguments: parsed(attributes["gen_ai.tool.call.arguments"]),
    result: parsed(attributes["gen_ai.tool.call.result"]),
    callId: attributes["gen_ai.tool.call.id"],
    session: attributes["gen_ai.conversation.id"],
    error: status.code === 2 ? status.message : undefined,
    errorType: attributes["error.type"],
  }));
  exporter.reset();
  return spans;
}

const parsed = (text) => (text === undefined ? undefined : JSON.parse(text));
