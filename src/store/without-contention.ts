import { setTimeout as sleep } from "node:timers/promises";
import { classifyFailure } from "./sqlstate.js";

const MAX_TRIES = 5;
const RETRY_MILLIS = 20;

/** Repeats what another transaction stood in the way of: a deadlock's victim passes when it comes again a little later. */
export async function withoutContention<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === MAX_TRIES || classifyFailure(error) !== "contention") throw error;
      await sleep(Math.random() * RETRY_MILLIS * 2 ** tries);
    }
  }
}
