import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { startUnseenSpan } from "library";
import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
import { work } from "./agent.mjs";

const provider = new NodeTracerProvider({ spanProcessors: [new AgentActionSpanProcessor()] });
provider.register();
startUnseenSpan();
await work();
await provider.shutdown();
