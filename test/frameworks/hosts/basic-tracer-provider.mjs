import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
import { work } from "./agent.mjs";

const provider = new BasicTracerProvider({ spanProcessors: [new AgentActionSpanProcessor()] });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(provider);
await work();
await provider.shutdown();
