import { isPlainObject } from "../../../src/event/json.js";

/**
 * A way round a defect of kafkajs 2.2.4 (its issue 1751, still open): after every answer its request queue sets a timer with a
 * negative time, although nothing waits to be sent. Node 24 prints a warning about that into the host's output, and the
 * timer costs time for nothing. The queue of a client that was given here sets the timer only when something waits.
 *
 * It reaches into private parts of this one client, not into the package, which the host may use too. Should they look
 * different one day, nothing happens but the warning.
 */
export function quietRequestQueues(kafka: object): void {
  const key = Object.getOwnPropertySymbols(kafka).find(
    (symbol) => symbol.description === "private:Kafka:createCluster",
  );
  if (key === undefined) return;
  wrap(kafka, key, (cluster) => {
    if (isPlainObject(cluster) && isPlainObject(cluster.connectionPoolBuilder))
      // Should it reject, kafkajs has the same promise and deals with it.
      wrap(cluster.connectionPoolBuilder, "build", (pool) => void quietPool(pool).catch(() => undefined));
  });
}

async function quietPool(built: unknown): Promise<void> {
  const pool = await built;
  if (!isPlainObject(pool) || !Array.isArray(pool.pool)) return;
  for (const connection of pool.pool) {
    const queue: unknown = connection?.requestQueue;
    if (isPlainObject(queue)) quietQueue(queue);
  }
}

function quietQueue(queue: Record<string, unknown>): void {
  const { scheduleCheckPendingRequests: schedule } = queue;
  if (typeof schedule !== "function") return;
  queue.scheduleCheckPendingRequests = () => {
    if (Array.isArray(queue.pending) && queue.pending.length === 0) return;
    Reflect.apply(schedule, queue, []);
  };
}

// Shows what a method returns before the caller gets it.
function wrap(owner: object, method: string | symbol, see: (result: unknown) => void): void {
  const original: unknown = Reflect.get(owner, method);
  if (typeof original !== "function") return;
  Reflect.set(owner, method, (...args: unknown[]) => {
    const result: unknown = Reflect.apply(original, owner, args);
    see(result);
    return result;
  });
}
