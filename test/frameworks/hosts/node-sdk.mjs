import { NodeSDK } from "@opentelemetry/sdk-node";
import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
import { work } from "./agent.mjs";

const sdk = new NodeSDK({ spanProcessors: [new AgentActionSpanProcessor()] });
sdk.start();
await work();
await sdk.shutdown();
