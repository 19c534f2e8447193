import { LangfuseSpanProcessor } from "@langfuse/otel";
import { LangfuseSpanProcessor as LangfuseSpanProcessor4 } from "@langfuse/otel-4";
import * as tracing from "@langfuse/tracing";
import * as tracing4 from "@langfuse/tracing-4";
import { context } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { SpanRecorder } from "../span-recorder.mjs";
import { writeOtlp } from "../write-otlp.mjs";
import { runAgentApp } from "./agent-app.mjs";

const EXPORTER = { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {} };
const LIBRARIES = {
  5: ["@langfuse/tracing", "@langfuse/otel"],
  4: ["@langfuse/tracing-4", "@langfuse/otel-4"],
};

/** The processor masks when a span ends, and does so in steps; the recorder's spans are read when all is over. */
async function capture(name, api, Processor, { mask, major }) {
  const recorder = new SpanRecorder();
  const langfuse = new Processor({
    exporter: EXPORTER,
    mask,
    exportMode: "immediate",
    shouldExportSpan: () => true,
  });
  const resource = resourceFromAttributes({ "service.name": "langfuse-app" });
  const provider = new NodeTracerProvider({ resource, spanProcessors: [langfuse, recorder] });
  provider.register();
  api.setLangfuseTracerProvider(provider);
  await api.propagateAttributes({ userId: "user-7", sessionId: "sess-9" }, () =>
    runAgentApp(api, provider.getTracer("their-library")),
  );
  await langfuse.forceFlush();
  writeOtlp(`${process.env.CAPTURE_FOLDER}/${name}.otlp.json`, recorder, {
    manifest: { dialect: "langfuse", libraries: LIBRARIES[major] },
  });
  context.disable();
}

await capture("langfuse-agent", tracing, LangfuseSpanProcessor, { major: 5 });
await capture("langfuse-4", tracing4, LangfuseSpanProcessor4, { major: 4 });
await capture("langfuse-masked", tracing, LangfuseSpanProcessor, { major: 5, mask: () => "[REDACTED]" });
