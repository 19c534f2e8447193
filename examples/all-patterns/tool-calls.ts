import { readFile } from "node:fs/promises";
import { type ActionLogger, logAction } from "otel-agent-actions";

const here = (file: string) => new URL(file, import.meta.url);

/** Three ways to record a tool call, and what a failure looks like. */
export async function toolCalls(logger: ActionLogger, correlationId: string): Promise<void> {
  // By scope, the recommended way: timed, and what it throws is recorded and thrown on.
  await logger.toolCall("Read", { file_path: "README.md" }, async (action) => {
    const text = await readFile(here("README.md"), "utf8");
    action.setResult({ title: text.split("\n", 1)[0] });
  });

  // What the callback returns is the result, where none is set.
  const files = await logger.toolCall("Glob", { pattern: "*.md" }, () => ["README.md"]);

  // A tool call that fails stays a tool call: its details say so, and the agent gets the error as it was.
  await logger
    .toolCall("Read", { file_path: "missing.md" }, () => readFile(here("missing.md"), "utf8"))
    .catch((error: NodeJS.ErrnoException) => console.log(`  recovered from ${error.code}`));

  // As a resource: it ends with its block.
  {
    await using action = logger.toolCall("Grep", { pattern: "Kafka", files });
    action.setResult({ matches: 2 });
  }

  // By hand, where the call was timed elsewhere.
  await logger.logToolCall({
    toolName: "Write",
    toolParameters: { file_path: "report.md" },
    toolResult: { success: true },
    durationMs: 30,
  });

  // One-off, without a logger.
  await logAction({
    agentName: "agent-quick-task",
    actionType: "tool_call",
    actionName: "Grep",
    actionDetails: { pattern: "TODO", matches: 42 },
    correlationId,
  });
}
