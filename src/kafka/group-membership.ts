/**
 * kafkajs 2.2.4 leaves a group only once it has joined it: a client that is closed while it joins stays a member without a life, and the
 * partitions that it is given wait for the end of its session. Here its member id is seen as soon as the broker gives it, and the group is
 * left by another connection: on its own the broker answers nothing before the group is formed.
 */
import type { Logger } from "pino";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { describeError } from "../internal/describe-error.js";
import { settlesWithin } from "../internal/settles-within.js";
import { createClient } from "./client.js";
import { afterCall, isObject, onCluster } from "./cluster-hook.js";
import { NO_LOG } from "./log.js";
import { KafkaSockets } from "./sockets.js";

export interface MembershipEvents {
  /** The broker has given this client a member id, long before kafkajs tells of it. */
  given(memberId: string): void;
  /** The broker has named the generation of the group that this client is a member of, and not yet what it is to read. */
  joined(): void;
}

export function onMembership(kafka: object, { given, joined }: MembershipEvents): void {
  const patched = new WeakSet<object>();
  const seeIn = (value: unknown): void => {
    if (isObject(value) && typeof value.memberId === "string" && value.memberId !== "") given(value.memberId);
  };
  const patch = (broker: unknown): void => {
    if (!isObject(broker) || !isObject(broker.connectionPool) || patched.has(broker.connectionPool)) return;
    const pool = broker.connectionPool;
    const { send } = pool;
    if (typeof send !== "function") return;
    patched.add(pool);
    pool.send = async (...request: unknown[]) => {
      try {
        const response: unknown = await Reflect.apply(send, pool, request);
        if (isObject(response) && "generationId" in response) {
          seeIn(response);
          joined();
        }
        return response;
      } catch (error) {
        // The broker's first answer to a new member: join again, under this id.
        seeIn(error);
        throw error;
      }
    };
  };
  onCluster(kafka, (cluster) => {
    afterCall(cluster, "findBroker", (found) => void Promise.resolve(found).then(patch, () => undefined));
  });
}

/** Makes a member leave its group, by a connection of its own. Resolves within about this time, whether it succeeded or not. */
export async function leaveGroup(
  settings: KafkaSettings,
  member: { readonly groupId: string; readonly memberId: string },
  millis: number,
  log: Logger,
): Promise<void> {
  const sockets = new KafkaSockets();
  const kafka = createClient({
    settings,
    sockets,
    log: NO_LOG,
    retry: { retries: 1, initialRetryTime: 100 },
  });
  let coordinatorOf: ((groupId: string) => Promise<unknown>) | undefined;
  onCluster(kafka, (cluster) => {
    const find = cluster.findGroupCoordinator;
    if (typeof find === "function") coordinatorOf = (groupId) => Reflect.apply(find, cluster, [{ groupId }]);
  });
  const admin = kafka.admin();
  const leave = async (): Promise<void> => {
    await admin.connect();
    const coordinator = await coordinatorOf?.(member.groupId);
    if (isObject(coordinator) && typeof coordinator.leaveGroup === "function")
      await Reflect.apply(coordinator.leaveGroup, coordinator, [member]);
    await admin.disconnect();
  };
  // It may have left by itself; otherwise the broker ends its session in time.
  const failed = (error: unknown) =>
    log.debug({ error: describeError(error).message }, "a member that was joining could not leave the group");
  await settlesWithin(leave().catch(failed), millis);
  sockets.cut();
}
