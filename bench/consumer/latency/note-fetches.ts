import { nowMillis } from "./clock.js";
import type { Fetch } from "./stages.js";

interface FetchResponse {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly messages: readonly { offset: string }[];
    }[];
  }[];
}

/**
 * Notes when records of a topic are there, decoded, in this process. All brokers of kafkajs have one `fetch`, which is wrapped before any of
 * them is made: the consumer itself runs as it is. Returns what takes the notes since the last time.
 */
export async function noteFetches(topic: string): Promise<() => readonly Fetch[]> {
  // It has no types: what is taken of it is checked here.
  const path: string = "kafkajs/src/broker/index.js";
  const { default: Broker } = (await import(path)) as { default: { prototype: Record<string, unknown> } };
  const { fetch } = Broker.prototype;
  if (typeof fetch !== "function") throw new Error("kafkajs has no Broker.fetch any more");
  let notes: Fetch[] = [];
  Broker.prototype.fetch = async function (...args: unknown[]): Promise<FetchResponse> {
    const response = (await Reflect.apply(fetch, this, args)) as FetchResponse;
    const at = nowMillis();
    for (const { topicName, partitions } of response.responses)
      for (const { partition, messages } of topicName === topic ? partitions : []) {
        const [first, last] = [messages[0], messages.at(-1)];
        if (first !== undefined && last !== undefined)
          notes.push({ partition, first: Number(first.offset), last: Number(last.offset), at });
      }
    return response;
  };
  return () => {
    const taken = notes;
    notes = [];
    return taken;
  };
}
