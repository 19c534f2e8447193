import { ActionLogger, traceTool } from "otel-agent-actions";
import { startConsumer } from "otel-agent-actions/consumer";
import { validateEvent } from "otel-agent-actions/event";
import { AgentActionSpanProcessor, KafkaActionExporter } from "otel-agent-actions/exporter";

const logger = new ActionLogger({ agentName: "packed" });
const double = traceTool("double", (n) => n * 2);
const logged = await logger.logSuccess({ successName: "installed" });
const kinds = [AgentActionSpanProcessor, KafkaActionExporter, startConsumer, validateEvent].map(
  (each) => typeof each,
);
console.log(JSON.stringify({ doubled: double(21), logged, kinds }));
