/**
 * kafkajs 2.2.4 asks the brokers one after another for a group's coordinator, forgets what they refused it for, and says only "Failed to find group
 * coordinator". Here the refusal itself is thrown where a right is missing, so that who reads it knows which.
 */
import { isObject, onCluster } from "./cluster-hook.js";

type WithBroker = (use: (chosen: unknown) => Promise<unknown>) => Promise<unknown>;
type FindCoordinator = (group: unknown) => Promise<unknown>;

export function tellGroupRefusals(kafka: object): void {
  onCluster(kafka, (cluster) => {
    const { brokerPool, findGroupCoordinatorMetadata: find } = cluster;
    if (!isObject(brokerPool) || typeof find !== "function") return;
    const { withBroker } = brokerPool;
    if (typeof withBroker !== "function") return;
    let refusal: unknown;
    const watched: WithBroker = (use) =>
      Reflect.apply(withBroker, brokerPool, [
        async (chosen: unknown) => {
          try {
            return await use(chosen);
          } catch (error) {
            if (isObject(error) && /AUTHORIZATION_FAILED$/.test(String(error.type))) refusal = error;
            throw error;
          }
        },
      ]);
    brokerPool.withBroker = watched;
    const telling: FindCoordinator = async (group) => {
      refusal = undefined;
      try {
        return await Reflect.apply(find, cluster, [group]);
      } catch (error) {
        throw refusal ?? error;
      }
    };
    cluster.findGroupCoordinatorMetadata = telling;
  });
}
