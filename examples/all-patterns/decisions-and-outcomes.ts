import type { ActionLogger } from "otel-agent-actions";

export async function decisionsAndOutcomes(logger: ActionLogger): Promise<void> {
  await logger.logDecision({
    decisionName: "select_agent",
    decisionContext: { candidates: ["agent-a", "agent-b"] },
    decisionResult: { selected: "agent-a" },
    reason: "It has written this kind of report before.",
    confidence: 0.92,
    alternatives: [{ name: "agent-b", reason: "It knows the topic, and is slower." }],
  });

  // By scope: what it takes to decide is timed as well.
  await logger.decision("choose_strategy", { files: 3 }, () => ({ strategy: "read everything" }));

  await logger.logError({
    errorType: "ImportError",
    errorMessage: "Module 'foo' not found",
    errorContext: { file: "/path/to/file.py", line: 15 },
  });
  await logger.logSuccess({ successName: "report_written", successDetails: { files_processed: 3 } });

  // A task becomes a success when it ends well, and an error when it throws.
  await logger.task("check_links", { links: 12 }, async (action) => {
    action.setResult({ broken: 0 });
  });
  await logger
    .task("publish_report", { to: "wiki" }, () => Promise.reject(new RangeError("The wiki is full")))
    .catch((error: Error) => console.log(`  recovered from ${error.name}`));
}
