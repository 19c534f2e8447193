import type { Outcome } from "./observe-outcome.js";

const abandoned = new FinalizationRegistry<Outcome>((outcome) => outcome.succeed(undefined));

/**
 * Ends the action of a generator that nobody finishes, or of a thenable that nobody awaits, when it is garbage: late, but
 * not never. An action that has ended by then does not notice.
 */
export function endWhenCollected(carrier: object, outcome: Outcome): void {
  abandoned.register(carrier, outcome);
}
