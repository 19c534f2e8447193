import { afterCall, isObject, onCluster } from "./cluster-hook.js";

/**
 * A way round a defect of kafkajs 2.2.4 (its issue 1751, still open): after every response its request queue sets a timer with a
 * negative time, although nothing waits to be sent. Node 24 prints a warning about that into the host's output, and the
 * timer costs time for nothing. The queue of a client that was given here sets the timer only when something waits.
 */
export function quietRequestQueues(kafka: object): void {
  onCluster(kafka, ({ connectionPoolBuilder: builder }) => {
    // Should it reject, kafkajs has the same promise and deals with it.
    if (isObject(builder)) afterCall(builder, "build", (pool) => void quietPool(pool).catch(() => undefined));
  });
}

async function quietPool(built: unknown): Promise<void> {
  const pool = await built;
  if (!isObject(pool) || !Array.isArray(pool.pool)) return;
  for (const connection of pool.pool) {
    const queue: unknown = connection?.requestQueue;
    if (isObject(queue)) quietQueue(queue);
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
