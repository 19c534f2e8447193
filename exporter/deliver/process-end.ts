/**
 * How long a pipeline may put off the end of its process, by why it ends:
 *
 * - *Nothing left to do*: the process is kept for `flushTimeoutMillis`, or two seconds while Kafka is away and there is a spool.
 * - *A signal, and nobody else listens*: the agent works on meanwhile, so what can be sent is sent within a second or two, and nothing is
 *   waited for while Kafka is away.
 * - *A signal that the program handles*: it decides when it ends.
 *
 * What is left then is on the disk, where there is a spool, or counted and said.
 */
import type { FlushAtExit } from "./exit-flush.js";

/** What a pipeline offers to its end. No method throws or rejects. */
export interface EndingPipeline extends Omit<FlushAtExit, "flush"> {
  readonly flushTimeoutMillis: number;
  readonly hasSpool: boolean;
  /** Whether all that waits is for topics to which the last attempt failed. */
  readonly isStuck: boolean;
  /** Resolves when all is settled or a deadline has passed; returns which. @param awayMillis the deadline while Kafka is away */
  flush(timeoutMillis: number, awayMillis: number): Promise<boolean>;
  /** What earlier processes left is for others. */
  finishReplay(): void;
  /** Says in Kafka that nothing more will come. */
  sayEnd(): Promise<void>;
}

const AWAY_MILLIS = 2_000;
const AFTER_SIGNAL_MILLIS = { withSpool: 1_000, without: 2_000 } as const;

export function processEndOf(pipeline: EndingPipeline): FlushAtExit {
  const { flushTimeoutMillis, hasSpool } = pipeline;
  return {
    get hasPending() {
      return pipeline.hasPending;
    },
    flush: async (isSignal, isEnd) => {
      pipeline.finishReplay();
      if (isSignal && isEnd) {
        if (pipeline.isStuck) return;
        const limit = hasSpool ? AFTER_SIGNAL_MILLIS.withSpool : AFTER_SIGNAL_MILLIS.without;
        if (await pipeline.flush(Math.min(limit, flushTimeoutMillis), 0)) await pipeline.sayEnd();
        return;
      }
      await pipeline.flush(flushTimeoutMillis, isSignal || hasSpool ? AWAY_MILLIS : flushTimeoutMillis);
      if (isEnd) await pipeline.sayEnd();
    },
    keepLeft: () => pipeline.keepLeft(),
    report: () => pipeline.report(),
  };
}
