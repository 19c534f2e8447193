import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { SpanRecorder } from "../span-recorder.mjs";
import { writeOtlp } from "../write-otlp.mjs";
import { runAgentApp } from "./agent-app.mjs";

// Read when the library is loaded.
Object.assign(process.env, {
  LANGSMITH_OTEL_ENABLED: "true",
  LANGSMITH_TRACING: "true",
  LANGSMITH_API_KEY: "none",
  LANGSMITH_ENDPOINT: "http://127.0.0.1:9",
  LANGSMITH_PROJECT: "demo",
});

/** Of the environment every run tells, and the runs of a test are not to say what this machine is. */
const ENVIRONMENT = [[/\{"key":"langsmith\.metadata\.(?:LANGSMITH_|revision_id)[^}]*\}\},?/g, ""]];

export async function withLangSmith(library, name, options, run, libraries = [library]) {
  const recorder = new SpanRecorder();
  const resource = resourceFromAttributes({ "service.name": "langsmith-app" });
  const provider = new NodeTracerProvider({ resource, spanProcessors: [recorder] });
  trace.disable();
  context.disable();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  const { initializeOTEL } = await import(`${library}/experimental/otel/setup`);
  initializeOTEL({ globalTracerProvider: provider, skipGlobalContextManagerSetup: true });
  const { Client } = await import(library);
  const { traceable } = await import(`${library}/traceable`);
  const client = new Client(options);
  await run(traceable, { client, tracingEnabled: true });
  await client.awaitPendingTraceBatches();
  writeOtlp(`${process.env.CAPTURE_FOLDER}/${name}.otlp.json`, recorder, {
    replace: ENVIRONMENT,
    manifest: { dialect: "langsmith", libraries },
  });
}

if (process.argv[1].endsWith("capture.mjs")) {
  await withLangSmith("langsmith", "langsmith-agent", {}, runAgentApp);
  await withLangSmith("langsmith", "langsmith-hidden", { hideInputs: true, hideOutputs: true }, runAgentApp);
  await withLangSmith("langsmith-0-3", "langsmith-0.3", {}, runAgentApp);
  process.exit(0);
}
