import { trace } from "@opentelemetry/api";
import { registerOTel } from "@vercel/otel";
import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
import { work } from "./agent.mjs";

const processor = new AgentActionSpanProcessor();
registerOTel({ serviceName: "vercel-app", spanProcessors: [processor] });
await work();
await processor.shutdown();
trace.disable();
