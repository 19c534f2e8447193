/** Learns how a call of the host's ended. The first report counts; neither method throws. */
export interface Outcome {
  succeed(value: unknown): void;
  fail(error: unknown): void;
}

const open = new Set<Outcome>();

const abandoned = new FinalizationRegistry<Outcome>(end);

/**
 * Ends the action of a generator that nobody finishes, or of a thenable that nobody awaits, when it is garbage, at the latest
 * when the process has nothing left to do: late, but not never. An action that has ended by then does not notice.
 */
export function endWhenCollected(carrier: object, outcome: Outcome): void {
  // First in line: who delivers at the end of the process has to find it ended.
  if (open.size === 0) process.prependListener("beforeExit", endAll);
  open.add(outcome);
  abandoned.register(carrier, outcome);
}

function end(outcome: Outcome): void {
  open.delete(outcome);
  if (open.size === 0) process.off("beforeExit", endAll);
  outcome.succeed(undefined);
}

function endAll(): void {
  for (const outcome of open) end(outcome);
}
