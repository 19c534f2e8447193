/**
 * kafkajs 2.2.4 takes the metadata of all topics for failed when one partition of any topic has no leader, and then throws a TypeError that
 * says nothing of it. So a broker that is down would keep everybody from a cluster, for the sake of a topic that nobody here reads. Here
 * the metadata of all topics says which there are, whatever is the matter with one of them; and where the metadata of certain topics
 * cannot be had, Kafka's own error is thrown.
 */
import { afterCall, isObject, onCluster } from "./cluster-hook.js";

type WithBroker = (use: (chosen: unknown) => Promise<unknown>) => Promise<unknown>;

export function readMetadataOfAll(kafka: object): void {
  onCluster(kafka, (cluster) => {
    const { connectionPoolBuilder: builder } = cluster;
    // Should it reject, kafkajs has the same promise and deals with it.
    if (isObject(builder))
      afterCall(builder, "build", (pool) => void Promise.resolve(pool).then(acceptAll, () => undefined));
    throwRefusals(cluster);
  });
}

function acceptAll(pool: unknown): void {
  if (!isObject(pool) || typeof pool.send !== "function") return;
  const { send } = pool;
  pool.send = async (asked: unknown) =>
    Reflect.apply(send, pool, [(await isForAll(asked)) ? withoutVerdict(asked) : asked]);
}

/** A request of kafkajs with what reads its response: `parse` throws where the response speaks of errors. */
const withoutVerdict = (asked: unknown): unknown =>
  isObject(asked) && isObject(asked.response)
    ? { ...asked, response: { ...asked.response, parse: async (decoded: unknown) => decoded } }
    : asked;

/** Whether it asks for metadata and names no topic: the number of names comes first, and is -1 or 0 then. */
async function isForAll(asked: unknown): Promise<boolean> {
  if (!isObject(asked) || !isObject(asked.request)) return false;
  const { apiName, encode } = asked.request;
  if (apiName !== "Metadata" || typeof encode !== "function") return false;
  const encoded: unknown = await Reflect.apply(encode, asked.request, []);
  return isObject(encoded) && Buffer.isBuffer(encoded.buffer) && encoded.buffer.readInt32BE(0) <= 0;
}

/** The brokers are asked one after another, and what they refused is forgotten. */
function throwRefusals(cluster: Record<string, unknown>): void {
  const { brokerPool, metadata } = cluster;
  if (!isObject(brokerPool) || typeof metadata !== "function") return;
  const { withBroker } = brokerPool;
  if (typeof withBroker !== "function") return;
  let refusal: unknown;
  const watched: WithBroker = (use) =>
    Reflect.apply(withBroker, brokerPool, [
      (chosen: unknown) =>
        use(chosen).catch((error: unknown) => {
          refusal = error;
          throw error;
        }),
    ]);
  brokerPool.withBroker = watched;
  cluster.metadata = async (wanted: unknown) => {
    refusal = undefined;
    const found: unknown = await Reflect.apply(metadata, cluster, [wanted]);
    if (found === null) throw refusal ?? new Error("no broker returned the metadata of the topics");
    return found;
  };
}
