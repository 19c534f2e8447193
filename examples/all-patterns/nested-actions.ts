import { ActionLogger } from "otel-agent-actions";

/** Whatever is recorded inside an action is its child: across functions, awaits and agents. */
export async function nestedActions(logger: ActionLogger): Promise<void> {
  await logger.task("summarise", async () => {
    const text = await logger.toolCall("Read", { file_path: "chapter-1.md" }, () => "It was a dark night.");
    await askTranslator(text);

    // A logger made from another one has its correlation id and project, wherever it is used.
    const reviewer = logger.child({ agentName: "agent-reviewer" });
    await reviewer.logDecision({ decisionName: "review", decisionResult: { verdict: "accepted" } });
  });
}

// This sub-agent knows nothing of its caller. It has no correlation id of its own, so it takes over the one around it.
async function askTranslator(text: string): Promise<string> {
  const logger = new ActionLogger({ agentName: "agent-translator", projectName: "all-patterns" });
  return logger.toolCall("Translate", { text, to: "no" }, () => "Det var en mørk natt.");
}
