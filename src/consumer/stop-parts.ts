import { ShutdownError } from "../errors.js";
import { describeError } from "../internal/describe-error.js";
import { settlesWithin } from "../internal/settles-within.js";
import { type ConsumerParts, inFlight } from "./consumer-parts.js";

/** Of the deadline, this much is kept for committing and leaving after the last batch: a fetch under way takes half a second. */
const leaveMillis = (deadlineMillis: number): number =>
  Math.max(deadlineMillis * 0.3, Math.min(deadlineMillis * 0.7, 1_500));

const WATCH_MILLIS = 1_000;

/**
 * Stops in this order: nothing more is taken, what was taken is finished, offsets are committed, the group is left,
 * connections close. Every step is taken, also when one before it fails. What an outage or the deadline keeps from being finished is
 * not committed, and will be read again by whoever comes next. Rejects with `ShutdownError` when the deadline passed with something
 * unfinished, or a step failed.
 */
export async function stopParts(parts: ConsumerParts, deadlineMillis: number): Promise<void> {
  const {
    log,
    writer,
    buffer,
    committer,
    source,
    deadLetterProducer,
    pool,
    probePool,
    probe,
    producers,
    giveUp,
  } = parts;
  const end = performance.now() + deadlineMillis;
  const left = (): number => Math.max(Math.floor(end - performance.now()), 0);
  const late: string[] = [];
  const step = async (name: string, work: () => Promise<boolean>): Promise<void> => {
    try {
      if (!(await work())) late.push(name);
    } catch (error) {
      log.error({ step: name, error: describeError(error).message }, "a step of stopping failed");
      late.push(name);
    }
  };

  probe.stop();
  buffer.stop();
  await step("writes", () => finishBatches(parts, deadlineMillis - leaveMillis(deadlineMillis)));
  giveUp.abort();
  writer.stop();
  const unfinished = inFlight(parts);
  if (unfinished > 0)
    log.warn(
      { records: unfinished },
      "records were read and not stored: they stay in Kafka and will be read again",
    );
  await step("the last commit", async () => {
    if (!(await committer.finish(left() / 2, () => source.status.state === "running")))
      log.warn("the last offsets could not be committed: some records will be read again, as duplicates");
    return true;
  });
  committer.stop();
  await step("the group", async () => {
    await source.stop(left());
    return true;
  });
  await step("the dead-letter producer", async () => {
    await deadLetterProducer.close(left());
    return true;
  });
  // It has nothing to finish: what it would have found out, the next one does.
  await step("the watch over producers", async () => {
    await producers.stop(Math.min(left(), WATCH_MILLIS));
    return true;
  });
  await step("connections to Postgres", () =>
    settlesWithin(Promise.all([pool.end(), probePool.end()]), left()),
  );
  log.info({ group: parts.options.groupId }, "left the group and stopped");
  if (late.length > 0)
    throw new ShutdownError(`The consumer had ${deadlineMillis} ms to stop; still open: ${late.join(", ")}.`);
}

/** Whether all is done that can be: during an outage there is nothing to wait for. */
function finishBatches(
  { writer, deadLetters, postgres, deadLetterTopic }: ConsumerParts,
  millis: number,
): Promise<boolean> {
  const finish = async () => {
    if (!postgres.isOutage) await writer.drained();
    // Only now: the last batches may have added some.
    if (!deadLetterTopic.isOutage) await deadLetters.drained();
  };
  return settlesWithin(finish(), millis);
}
