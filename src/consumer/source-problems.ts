import type { Problem } from "./consumer-status.js";
import type { SourceStatus } from "./record-source.js";

/** Of the time without progress that counts as unhealthy, Kafka may be silent for so much: noticed then, it is reported in time. */
const SILENCE_SHARE = 0.8;
/** An idle broker responds twice a second, one that forms the group anew later; below this, silence means nothing. */
const LEAST_SILENCE_MILLIS = 5_000;

/**
 * Why reading from Kafka makes no progress, in sentences.
 *
 * @param now `performance.now()`
 */
export function sourceProblems(source: SourceStatus, now: number, unhealthyAfterMillis: number): Problem[] {
  const { spool, state, since, lastAnswerAt, unreadable } = source;
  const [reason, name] =
    spool === undefined ? (["kafka", "Kafka"] as const) : (["spool", "the spool"] as const);
  const seconds = (from: number): string => `for ${Math.round((now - from) / 1_000)} s`;
  const silence = Math.max(unhealthyAfterMillis * SILENCE_SHARE, LEAST_SILENCE_MILLIS);
  const problems: Problem[] = [];
  if (state !== "running" && now - since > unhealthyAfterMillis)
    problems.push({ reason, text: `${name}: ${describeState(source)} ${seconds(since)}` });
  // While there are no topics, Kafka is asked now and then only.
  else if (state !== "waiting_for_topics" && now - lastAnswerAt > silence)
    problems.push({ reason, text: `${name} does not respond ${seconds(lastAnswerAt)}` });
  for (const { topic, partition, offset, since: from, reason: why } of unreadable)
    if (now - from > unhealthyAfterMillis)
      problems.push({
        reason: "unreadable_batch",
        text:
          spool === undefined
            ? `partition ${partition} of ${topic} waits ${seconds(from)}: its batch at offset ${offset} cannot be decoded (${why})`
            : `the file ${topic} of the spool waits ${seconds(from)}: it cannot be read (${why})`,
      });
  return problems;
}

const describeState = ({ spool, state }: SourceStatus): string =>
  spool !== undefined && state === "joining" ? "another process reads it" : state.replaceAll("_", " ");
