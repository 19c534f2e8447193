import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
import { handleRefund } from "./agent.js";
import { startTheirCollector } from "./their-collector.js";
import { TeamProcessor } from "./their-processor.js";

const collector = await startTheirCollector();

const sdk = new NodeSDK({
  serviceName: "shop",
  spanProcessors: [
    new TeamProcessor(),
    new BatchSpanProcessor(new OTLPTraceExporter({ url: collector.url })),
    new AgentActionSpanProcessor(), // the only new line
  ],
});
sdk.start();

await handleRefund();

await sdk.shutdown();
collector.close();
console.log(`their backend: ${collector.names.toSorted().join(", ")}`);
