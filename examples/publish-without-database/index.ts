import { DiagConsoleLogger, DiagLogLevel, diag } from "@opentelemetry/api";
import { createActionPublisher } from "otel-agent-actions/exporter";
import { publishEverything } from "./publish-everything.js";

// Where warnings go; without this line nothing is said.
diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);

console.log("Kafka is there:");
const there = createActionPublisher();
const published = await publishEverything(there);
await there.close();

console.log("Kafka is away:");
const away = createActionPublisher({ brokers: "127.0.0.1:1", shutdownTimeoutMillis: 0 });
const lost = await publishEverything(away);
await away.close();

console.log("The agent goes on in either case.");
process.exitCode = published.every((taken) => taken) && !lost.some((taken) => taken) ? 0 : 1;
