/**
 * kafkajs 2.2.4 joins a group in two requests, and counts the partitions of its topics as given out between them. When the response to the
 * second is lost, it reads on by the assignment that it had, under the new generation: its heartbeats are accepted, so nothing is formed
 * anew, and partitions that it was given meanwhile are read by nobody. Here that is seen.
 *
 * One fetcher for each broker reads; the one that meets a new generation joins, while the others may go on. A join that fails ends all of
 * them, and they begin again. So when every fetcher has begun a fetch since the group was joined, nobody is joining any more.
 */
import type { Consumer } from "kafkajs";

export class AssignmentWatch {
  readonly #fetchers = new Set<string>();
  #awaitedBy: Set<string> | undefined;

  /** @param lost called when it reads by an assignment of an earlier generation */
  listen(consumer: Consumer, lost: (error: Error) => void): void {
    consumer.on("consumer.group_join", () => this.assigned());
    consumer.on("consumer.fetch_start", ({ payload }) => {
      if (this.fetching(String(payload.nodeId)))
        lost(new Error("the response of Kafka that says which partitions to read was lost"));
    });
  }

  /** The broker has named a new generation, and has not yet said what this member is to read. */
  joined(): void {
    this.#awaitedBy = new Set(this.#fetchers);
  }

  /** The member has been told what to read. */
  assigned(): void {
    this.#awaitedBy = undefined;
  }

  /** @returns whether it reads by an assignment of an earlier generation */
  fetching(nodeId: string): boolean {
    this.#fetchers.add(nodeId);
    this.#awaitedBy?.delete(nodeId);
    return this.#awaitedBy?.size === 0;
  }
}
