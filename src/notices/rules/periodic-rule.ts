import type pg from "pg";
import type { RuleSettings } from "../../config/alert-rules.js";
import type { Notice } from "../notice.js";

/** What rules know of the pipeline beside the tables: of this process. */
export interface PipelineFacts {
  /** Records in Kafka that are not stored yet; `undefined` where that is not known. */
  readonly lag: number | undefined;
  /** What `/health` names. */
  readonly problems: readonly string[];
  /** Dead letters since the start of the process. */
  readonly deadLetters: number;
  readonly startedAt: number;
}

export interface RuleInput {
  readonly settings: RuleSettings;
  readonly pipeline: PipelineFacts;
  /** Milliseconds since 1970, by the database's clock. */
  readonly now: number;
}

/** A rule that is asked now and then, instead of at every action. */
export interface PeriodicRule {
  readonly rule: string;
  /** Milliseconds between two looks. */
  readonly every: number;
  /** What is so now. What was open and is not among it is over. Only reads. */
  find(client: pg.ClientBase, input: RuleInput): Promise<readonly Notice[]>;
}

/** A notice of a rule that is asked now and then: it goes on as long as it is found. */
export const found = (now: number, notice: Omit<Notice, "lastSeenAt" | "closed">): Notice => ({
  ...notice,
  lastSeenAt: Math.max(now, notice.beganAt),
  closed: undefined,
});

/** A name for a title. */
export const short = (name: string | null, most = 80): string =>
  name === null ? "an unnamed one" : name.length > most ? `${name.slice(0, most)}…` : name;

export function shownDuration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800
    ? `${Math.round(seconds / 360) / 10} h`
    : `${Math.round(seconds / 8_640) / 10} days`;
}
