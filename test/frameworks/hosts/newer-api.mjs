import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { trace } from "newer-api";
import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
import { work } from "./agent.mjs";

// A library with a newer copy of the API: it is given a tracer that does nothing, and does not say so.
const provider = new NodeTracerProvider({ spanProcessors: [new AgentActionSpanProcessor()] });
provider.register();
trace.getTracer("library").startSpan("execute_tool unseen").end();
await work();
await provider.shutdown();
