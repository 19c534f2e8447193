import { ShutdownError } from "../errors.js";
import { settlesWithin } from "../internal/settles-within.js";
import type { ConsumerParts } from "./consumer-parts.js";

/** Of the deadline, this much is kept for committing and leaving after the last batch: a fetch under way takes half a second. */
const leaveMillis = (deadlineMillis: number): number =>
  Math.max(deadlineMillis * 0.3, Math.min(deadlineMillis * 0.7, 1_500));

/**
 * Stops in this order: nothing more is taken, what was taken is finished, offsets are committed, the group is left,
 * connections close. What an outage or the deadline keeps from being finished is not committed, and will be read again by
 * whoever comes next. Throws `ShutdownError` when the deadline passed with something unfinished.
 */
export async function stopParts(parts: ConsumerParts, deadlineMillis: number): Promise<void> {
  const { log, writer, intake, committer, source, deadLetters, pool, probe, giveUp } = parts;
  const end = Date.now() + deadlineMillis;
  const left = (): number => Math.max(end - Date.now(), 0);
  probe.stop();
  intake.stop();
  const drained = await finishBatches(parts, deadlineMillis - leaveMillis(deadlineMillis));
  giveUp.abort();
  writer.stop();
  const unfinished = writer.queued.rows;
  if (unfinished > 0)
    log.warn(
      { records: unfinished },
      "records were read and not stored: they stay in Kafka and will be read again",
    );

  const committed = await committer.finish(left() / 2, () => source.status.state === "running");
  if (!committed)
    log.warn("the last offsets could not be committed: some records will be read again, as duplicates");
  committer.stop();
  await source.stop(left());
  await deadLetters.close(left());
  const closed = await settlesWithin(pool.end(), left());
  log.info({ group: parts.options.groupId }, "left the group and stopped");
  const late = [drained ? "" : "writes", closed ? "" : "connections to Postgres"].filter(Boolean);
  if (late.length > 0)
    throw new ShutdownError(`The consumer had ${deadlineMillis} ms to stop; still open: ${late.join(", ")}.`);
}

/** Whether all is done that can be: during an outage there is nothing to wait for. */
async function finishBatches(
  { writer, postgres, deadLetterTopic }: ConsumerParts,
  millis: number,
): Promise<boolean> {
  if (postgres.isOutage || deadLetterTopic.isOutage) return true;
  return settlesWithin(writer.drained(), millis);
}
