import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";

const exporter = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();

/** The spans since the last time, in the order in which they ended, but for those of HTTP calls. */
export function recorded() {
  const spans = exporter.getFinishedSpans();
  exporter.reset();
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  return spans
    .filter(({ attributes }) =>
      ["execute_tool", "invoke_agent"].includes(attributes["gen_ai.operation.name"]),
    )
    .map(({ name, attributes, status, events, parentSpanContext, instrumentationScope }) => ({
      name,
      in: byId.get(parentSpanContext?.spanId)?.name,
      by: instrumentationScope.name,
      tool: attributes["gen_ai.tool.name"],
      callId: attributes["gen_ai.tool.call.id"],
      arguments: parsed(attributes["gen_ai.tool.call.arguments"]),
      result: parsed(attributes["gen_ai.tool.call.result"]),
      model: attributes["gen_ai.request.model"],
      tokens: tokensOf(attributes),
      errorType: attributes["error.type"],
      error: status.message ?? events.map((event) => event.attributes?.["exception.message"])[0],
    }));
}

const parsed = (text) => (text === undefined ? undefined : JSON.parse(text));

function tokensOf(attributes) {
  const used = ["gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"].map((key) => attributes[key]);
  return used.every((count) => count === undefined) ? undefined : used;
}

/** Answers requests one after the other; with an error where that is an error. */
export const answering = (answers) => async () => {
  const answer = answers.shift();
  if (answer instanceof Error)
    return new Response(JSON.stringify({ error: { message: answer.message } }), {
      status: 400,
      headers: JSON_TYPE,
    });
  return typeof answer === "string"
    ? new Response(answer, { headers: { "content-type": "text/event-stream" } })
    : new Response(JSON.stringify(answer), { headers: JSON_TYPE });
};

const JSON_TYPE = { "content-type": "application/json" };
