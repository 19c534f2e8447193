import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { SpanRecorder } from "../span-recorder.mjs";
import { writeOtlp } from "../write-otlp.mjs";

/** A provider with Traceloop's own processor and the recorder behind it: what the processor changes is in the file. */
export async function capture(name, { traceloop, libraries }, run) {
  // Only the settings: the provider is ours.
  traceloop.initialize({
    apiKey: "none",
    appName: "traceloop-app",
    tracingEnabled: false,
    traceloopSyncEnabled: false,
    silenceInitializationMessage: true,
  });
  const recorder = new SpanRecorder();
  const processor = traceloop.createSpanProcessor({
    exporter: { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {} },
    disableBatch: true,
    allowedInstrumentationLibraries: "all",
    apiKey: "none",
  });
  trace.disable();
  context.disable();
  const resource = resourceFromAttributes({ "service.name": "traceloop-app" });
  const provider = new NodeTracerProvider({ resource, spanProcessors: [processor, recorder] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  await run(provider);
  writeOtlp(`${process.env.CAPTURE_FOLDER}/${name}.otlp.json`, recorder, {
    replace: [[/\\"id\\":\\"[0-9a-f]{32}\\"/g, '\\"id\\":\\"0\\"']],
    manifest: { dialect: "traceloop", libraries },
  });
  return recorder;
}
