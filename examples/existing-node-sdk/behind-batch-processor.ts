import { NodeSDK } from "@opentelemetry/sdk-node";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { KafkaActionExporter } from "otel-agent-actions/exporter";
import { handleRefund } from "./agent.js";
import { TeamProcessor } from "./their-processor.js";

// For a set-up that takes exporters only, or whose batch processor has to stay in charge.
const sdk = new NodeSDK({
  serviceName: "shop",
  spanProcessors: [new TeamProcessor(), new BatchSpanProcessor(new KafkaActionExporter())],
});
sdk.start();

await handleRefund();

await sdk.shutdown();
