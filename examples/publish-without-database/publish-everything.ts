import type { ActionPublisher } from "otel-agent-actions/exporter";

const run = { agentName: "agent-publisher", correlationId: "publish-without-database" };

/** One event of every sort. Each result is `true` on Kafka's acknowledgement and `false` otherwise; nothing is thrown. */
export async function publishEverything(publisher: ActionPublisher): Promise<readonly boolean[]> {
  const results = {
    "tool call": publisher.publishToolCall({
      ...run,
      toolName: "Read",
      toolParameters: { file_path: "/path/to/file.py" },
      toolResult: { line_count: 100 },
      durationMs: 45,
    }),
    decision: publisher.publishDecision({
      ...run,
      decisionName: "select_agent",
      decisionContext: { candidates: ["agent-a", "agent-b"] },
      decisionResult: { selected: "agent-a", confidence: 0.92 },
    }),
    error: publisher.publishError({
      ...run,
      errorType: "ImportError",
      errorMessage: "Module 'foo' not found",
      errorContext: { file: "/path/to/file.py", line: 15 },
    }),
    success: publisher.publishSuccess({
      ...run,
      successName: "task_completed",
      successDetails: { files_processed: 5 },
    }),
    "any action": publisher.publishActionEvent({
      ...run,
      actionType: "tool_call",
      actionName: "Grep",
      actionDetails: { pattern: "TODO", matches: 42 },
    }),
    "routing decision": publisher.publishRoutingDecision({
      correlationId: run.correlationId,
      userRequest: "Write a report",
      selectedAgent: "agent-writer",
      confidenceScore: 0.87,
    }),
    transformation: publisher.publishTransformation({
      correlationId: run.correlationId,
      sourceAgent: "agent-publisher",
      targetAgent: "agent-writer",
    }),
    "router performance": publisher.publishRouterPerformance({
      correlationId: run.correlationId,
      queryText: "Write a report",
      routingDurationMs: 12,
    }),
    "detection failure": publisher.publishDetectionFailure({
      correlationId: run.correlationId,
      userRequest: "fnord",
      failureReason: "No agent matched",
    }),
    execution: publisher.publishExecution({
      ...run,
      executionId: crypto.randomUUID(),
      status: "success",
    }),
  };
  for (const [what, result] of Object.entries(results)) console.log(`  ${what}: ${await result}`);
  return Promise.all(Object.values(results));
}
