const { ActionLogger, traceTool } = require("otel-agent-actions");
const { validateEvent } = require("otel-agent-actions/event");
const { AgentActionSpanProcessor, KafkaActionExporter } = require("otel-agent-actions/exporter");
const { startConsumer } = require("otel-agent-actions/consumer");

const logger = new ActionLogger({ agentName: "packed" });
const double = traceTool("double", (n) => n * 2);
logger.logSuccess({ successName: "installed" }).then((logged) => {
  const kinds = [AgentActionSpanProcessor, KafkaActionExporter, startConsumer, validateEvent].map(
    (each) => typeof each,
  );
  console.log(JSON.stringify({ doubled: double(21), logged, kinds }));
});
