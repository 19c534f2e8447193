import type { ActionLogger } from "otel-agent-actions";

/** One after another, and many at once. Nothing of this waits for the network. */
export async function manyActions(logger: ActionLogger): Promise<void> {
  for (const step of [1, 2, 3]) {
    await logger.toolCall("Step", { step }, () => ({ done: step }));
  }

  const taken = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      logger.logToolCall({ toolName: "Fetch", toolParameters: { page: index }, durationMs: index }),
    ),
  );
  console.log(`  ${taken.filter(Boolean).length} of 100 taken`);
}
