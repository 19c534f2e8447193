import type { ActionLogger } from "otel-agent-actions";

/** What is recorded beside actions, each kind in a table of its own. */
export async function otherKinds(logger: ActionLogger): Promise<void> {
  await logger.logRoutingDecision({
    userRequest: "Write a report about Kafka",
    selectedAgent: "agent-writer",
    confidenceScore: 0.87,
    alternatives: [
      { agent: "agent-researcher", confidence: 0.55, reason: "It finds things, and writes badly." },
    ],
    reasoning: "The request begins with 'write'.",
    routingStrategy: "trigger_match",
    routingTimeMs: 12,
  });
  await logger.logRouterPerformance({
    queryText: "Write a report about Kafka",
    routingDurationMs: 12,
    cacheHit: false,
    triggerMatchStrategy: "fuzzy",
    confidenceComponents: { trigger: 0.9, history: 0.8 },
    candidatesEvaluated: 2,
  });
  await logger.logTransformation({
    sourceAgent: "agent-researcher",
    targetAgent: "agent-writer",
    transformationReason: "Everything is found, now it has to be written.",
    transformationDurationMs: 3,
  });
  await logger.logDetectionFailure({
    userRequest: "fnord",
    failureReason: "No agent matched",
    attemptedMethods: ["trigger", "embedding"],
  });

  // One run of an agent: its start and its completion are two events on one row.
  await logger.execution(
    async (run) => {
      run.update({ qualityScore: 0.9 });
    },
    { userPrompt: "Write a report about Kafka" },
  );
}
