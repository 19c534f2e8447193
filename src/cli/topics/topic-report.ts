import type { TopicNames } from "../../event/topics.js";
import type { TopicState } from "../kafka-admin.js";

/** One topic as it is, beside what it should be. */
export interface TopicReport {
  /** The kind of event that it carries, or `dead_letter`. */
  readonly carries: string;
  readonly topic: string;
  readonly exists: boolean;
  readonly partitions: number | null;
  readonly replication_factor: number | null;
  /** In words, where it is not as asked for. */
  readonly differences: readonly string[];
}

export interface WantedTopics {
  readonly partitions?: number | undefined;
  readonly replicationFactor?: number | undefined;
}

/** Holds every topic against what is there and what is wanted. What nobody asked for cannot differ. */
export function reportTopics(
  names: TopicNames,
  found: ReadonlyMap<string, TopicState>,
  wanted: WantedTopics,
): TopicReport[] {
  return Object.entries(names).map(([carries, topic]) => {
    const state = found.get(topic);
    return {
      carries,
      topic,
      exists: state !== undefined,
      partitions: state?.partitions ?? null,
      replication_factor: state?.replicationFactor ?? null,
      differences:
        state === undefined
          ? ["missing"]
          : [
              // Dead letters are few, and their topic is made with one partition.
              ...(carries === "dead_letter"
                ? []
                : differs("partitions", state.partitions, wanted.partitions)),
              ...differs("replication factor", state.replicationFactor, wanted.replicationFactor),
            ],
    };
  });
}

function differs(what: string, is: number, wanted: number | undefined): string[] {
  return wanted === undefined || is === wanted ? [] : [`${what} ${is}, not ${wanted}`];
}
