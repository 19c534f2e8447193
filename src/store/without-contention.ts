import { setTimeout as sleep } from "node:timers/promises";
import { isForeignSession } from "./run-statement.js";
import { classifyFailure } from "./sqlstate.js";

const MAX_TRIES = 5;
const RETRY_MILLIS = 20;

/**
 * Repeats what another transaction stood in the way of: a deadlock's victim passes when it comes again a little later. So does a
 * prepared statement that a pooler lost.
 */
export async function withoutContention<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const canPass = classifyFailure(error) === "contention" || isForeignSession(error);
      if (tries === MAX_TRIES || !canPass) throw error;
      await sleep(Math.random() * RETRY_MILLIS * 2 ** tries);
    }
  }
}
