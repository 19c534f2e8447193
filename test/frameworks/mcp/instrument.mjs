// The set-up of docs/instrumentations.md: an SDK and instrumentations by hand instead of `register`.
import { register } from "node:module";
import { registerInstrumentations } from "@opentelemetry/instrumentation";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
import { McpInstrumentation } from "otel-agent-actions/instrumentations/mcp";

register("@opentelemetry/instrumentation/hook.mjs", import.meta.url);
new NodeTracerProvider({ spanProcessors: [new AgentActionSpanProcessor()] }).register();
registerInstrumentations({ instrumentations: [new McpInstrumentation({ captureContent: false })] });
