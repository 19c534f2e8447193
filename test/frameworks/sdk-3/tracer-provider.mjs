import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { TracerProvider } from "@opentelemetry/sdk-trace";
import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
import { work } from "./agent.mjs";

const provider = new TracerProvider({ spanProcessors: [new AgentActionSpanProcessor()] });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(provider);
await work();
await provider.shutdown();
