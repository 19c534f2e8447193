import type { OutageWatch } from "./outage-watch.js";
import type { SourceStatus } from "./record-source.js";
import { sourceProblems } from "./source-problems.js";

/** What keeps the consumer from its work, in one word each: labels of the metric `problems`. */
export const PROBLEM_REASONS = [
  "defect",
  "stopping",
  "kafka",
  "spool",
  "unreadable_batch",
  "postgres",
  "dead_letter_topic",
  "no_progress",
] as const;
export type ProblemReason = (typeof PROBLEM_REASONS)[number];

export interface Problem {
  readonly reason: ProblemReason;
  /** A sentence with the time that it lasts. */
  readonly text: string;
}

/** How the consumer is doing. `healthy` means progress: what is to be done gets done, or there is nothing to do. */
export interface ConsumerStatus {
  readonly state: "starting" | "running" | "waiting" | "stopping" | "stopped";
  readonly healthy: boolean;
  /** In the group, with Postgres responding: it could take a record now. */
  readonly ready: boolean;
  /** Why not healthy, in sentences. */
  readonly problems: readonly string[];
  /** The same in one word each. */
  readonly problemReasons: readonly ProblemReason[];
  /** Of the group, or of the reader of the spool. */
  readonly kafka: SourceStatus["state"];
  /** The folder that is read instead of Kafka. */
  readonly spool?: string | undefined;
  readonly postgres: "unknown" | "ok" | "failing";
  readonly missingTopics: readonly string[];
  /** Partitions of the group that this member reads. */
  readonly partitions: number;
  /** How many of them wait, because their next batch cannot be decoded. */
  readonly unreadablePartitions: number;
  /** Records between the last commit and the end of those partitions, as far as seen; of a spool the bytes that wait. */
  readonly lag: number;
  /** Records that were read and have not ended yet. */
  readonly inFlight: number;
}

/** Times are those of `performance.now()`: a clock that is set changes nothing. */
export interface StatusInputs {
  readonly now: number;
  readonly phase: "running" | "stopping" | "stopped";
  readonly source: SourceStatus;
  readonly postgres: OutageWatch;
  readonly deadLetterTopic: OutageWatch;
  readonly lag: number;
  readonly inFlight: number;
  /** When offsets were last committed, or there was last nothing to do. */
  readonly progressAt: number;
  readonly unhealthyAfterMillis: number;
  readonly hasDefect: boolean;
}

export function consumerStatus(inputs: StatusInputs): ConsumerStatus {
  const { phase, source, postgres, lag, inFlight } = inputs;
  const problems = problemsOf(inputs);
  const joined = source.state === "running";
  return {
    state: stateOf(inputs),
    healthy: problems.length === 0,
    ready:
      phase === "running" &&
      joined &&
      postgres.lastSuccess !== undefined &&
      !postgres.isOutage &&
      !problems.some(({ reason }) => ["kafka", "spool", "postgres"].includes(reason)),
    problems: problems.map(({ text }) => text),
    problemReasons: [...new Set(problems.map(({ reason }) => reason))],
    kafka: source.state,
    spool: source.spool,
    postgres: postgres.failingSince !== undefined ? "failing" : postgres.lastSuccess ? "ok" : "unknown",
    missingTopics: source.missingTopics,
    partitions: source.partitions,
    unreadablePartitions: source.unreadable.length,
    lag,
    inFlight,
  };
}

function stateOf({ phase, source, postgres, deadLetterTopic }: StatusInputs): ConsumerStatus["state"] {
  if (phase !== "running") return phase;
  if (postgres.isOutage || deadLetterTopic.isOutage || source.state === "waiting_for_topics")
    return "waiting";
  return source.state === "running" ? "running" : "starting";
}

function problemsOf(inputs: StatusInputs): Problem[] {
  const { now, phase, source, postgres, deadLetterTopic, lag, inFlight, progressAt, unhealthyAfterMillis } =
    inputs;
  const tooLong = (since: number | undefined): since is number =>
    since !== undefined && now - since > unhealthyAfterMillis;
  const seconds = (since: number): string => `for ${Math.round((now - since) / 1_000)} s`;
  const problems: Problem[] = [];
  const tell = (reason: ProblemReason, text: string) => problems.push({ reason, text });
  if (inputs.hasDefect) tell("defect", "a defect stopped the consumer, the log says which: restart it");
  if (phase !== "running") tell("stopping", `the consumer is ${phase}`);
  if (phase === "running") problems.push(...sourceProblems(source, now, unhealthyAfterMillis));
  // A server that hangs is only noticed some seconds later.
  const withoutPostgres = postgres.failingSince && (postgres.lastSuccess ?? postgres.failingSince);
  if (tooLong(withoutPostgres)) tell("postgres", `Postgres fails ${seconds(withoutPostgres)}`);
  if (tooLong(deadLetterTopic.failingSince))
    tell("dead_letter_topic", `the dead-letter topic takes nothing ${seconds(deadLetterTopic.failingSince)}`);
  if ((lag > 0 || inFlight > 0) && tooLong(progressAt))
    tell(
      "no_progress",
      `${source.spool === undefined ? `${Math.max(lag, inFlight)} records` : `${lag} bytes, ${inFlight} of their records read,`} wait, and nothing was committed ${seconds(progressAt)}`,
    );
  return problems;
}
