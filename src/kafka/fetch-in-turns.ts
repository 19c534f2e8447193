/**
 * A broker fills its response in the order in which it is asked for partitions, up to the bound of the whole response, and kafkajs asks in the
 * same order each time: with a backlog, the last ones would wait until the first are empty. Here each fetch begins with another partition of each
 * topic. Topics keep their order.
 */
import { afterCall, isObject, onCluster } from "./cluster-hook.js";

interface FetchRequest {
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly unknown[] }[];
}

/** @param kafka a client whose consumer is to read its partitions in turns */
export function fetchInTurns(kafka: object): void {
  const turns = new WeakMap<object, number>();
  const patch = (broker: unknown): void => {
    if (!isObject(broker) || turns.has(broker)) return;
    const { fetch } = broker;
    if (typeof fetch !== "function") return;
    turns.set(broker, 0);
    broker.fetch = (request: FetchRequest): unknown => {
      const turn = turns.get(broker) ?? 0;
      turns.set(broker, turn + 1);
      const topics = request.topics.map((topic) => ({
        ...topic,
        partitions: beginningWith(topic.partitions, turn % topic.partitions.length),
      }));
      return Reflect.apply(fetch, broker, [{ ...request, topics }]);
    };
  };
  onCluster(kafka, (cluster) => {
    // Should it reject, kafkajs has the same promise and deals with it.
    afterCall(cluster, "findBroker", (found) => void Promise.resolve(found).then(patch, () => undefined));
  });
}

const beginningWith = <Item>(items: readonly Item[], index: number): readonly Item[] =>
  index > 0 ? [...items.slice(index), ...items.slice(0, index)] : items;
